import assert from 'node:assert/strict';
import { isOfSignIn, needsSignIn } from '../../../src/base/index.ts';

describe('the codes of a sign-in', () => {
  for (const [code, needed, ofSignIn] of [
    ['unauthorized', true, true],
    ['token-expired', true, true],
    ['denied', false, true],
    ['credential-helper-failed', false, true],
    ['machine-sign-in-failed', false, true],
    ['registry-error', false, false],
  ] as const)
    it(`knows ${code}`, () => assert.deepEqual([needsSignIn(code), isOfSignIn(code)], [needed, ofSignIn]));
});
