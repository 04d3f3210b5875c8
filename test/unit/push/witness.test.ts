import assert from 'node:assert/strict';
import type { PushStreamEvent } from '../../../src/engine/index.ts';
import { concludePush } from '../../support/conclude-push.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const claim: PushStreamEvent = { type: 'digest', tag: '1.0', digest, size: 739 };
const failure: PushStreamEvent = { type: 'error', message: 'denied', code: 403 };
const warning: PushStreamEvent = { type: 'warning', code: 'content-missing', message: 'Missing.' };

describe('concludePush', () => {
  it('takes a digest line of the tag for the engine’s proof, with the warnings', () => {
    assert.deepEqual(concludePush([warning, claim, claim], '1.0'), {
      kind: 'proof',
      digest,
      size: 739,
      warnings: [warning],
    });
    assert.equal(concludePush([claim]).kind, 'proof');
  });

  it('takes no digest line of another tag', () => {
    assert.deepEqual(concludePush([claim], '1'), { kind: 'cut' });
    assert.deepEqual(concludePush([{ ...claim, tag: 'latest' }], '1.0'), { kind: 'cut' });
  });

  it('takes an error for an error wherever it stands, the first one’s words', () => {
    const later: PushStreamEvent = { type: 'error', message: 'later' };
    const expected = { kind: 'error', message: 'denied', code: 403 };
    assert.deepEqual(concludePush([failure, claim], '1.0'), expected);
    assert.deepEqual(concludePush([claim, failure, later], '1.0'), expected);
  });

  it('calls an answer without claim and error cut', () => {
    const row: PushStreamEvent = { type: 'layer', id: 'a', state: 'pushed' };
    assert.deepEqual(concludePush([row, { type: 'message', text: 'x' }, { type: 'damaged', bytes: 3 }], '1.0'), {
      kind: 'cut',
    });
    assert.deepEqual(concludePush([]), { kind: 'cut' });
  });
});
