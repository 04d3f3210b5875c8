import assert from 'node:assert/strict';
import { nextVersions } from '../../../src/editor/flow/next-versions.ts';

const next = (...tags: string[]): string[] => nextVersions(tags).map(({ tag }) => tag);

describe('the next versions at a registry', () => {
  it('are patch, minor and major after the highest release, with what they follow', () => {
    assert.deepEqual(nextVersions(['1.4.1', '1.4.2', 'latest']), [
      { tag: '1.4.3', step: 'patch', after: '1.4.2' },
      { tag: '1.5.0', step: 'minor', after: '1.4.2' },
      { tag: '2.0.0', step: 'major', after: '1.4.2' },
    ]);
  });

  const cases: [what: string, tags: string[], next: string[]][] = [
    ['by number and not by letters', ['1.9.0', '1.10.0', '1.2.0'], ['1.10.1', '1.11.0', '2.0.0']],
    ['with the v of the highest', ['1.4.2', 'v1.5.0'], ['v1.5.1', 'v1.6.0', 'v2.0.0']],
    ['without a v where the highest has none', ['v1.4.2', '1.5.0'], ['1.5.1', '1.6.0', '2.0.0']],
    ['from zero', ['0.0.0'], ['0.0.1', '0.1.0', '1.0.0']],
    ['past prereleases', ['1.4.2', '1.5.0-rc.1', '2.0.0-alpha'], ['1.4.3', '1.5.0', '2.0.0']],
    ['past variants', ['1.4.2', '1.4.3-alpine', '9.9.9-slim'], ['1.4.3', '1.5.0', '2.0.0']],
    ['past what is no whole version', ['1.4.2', '1.5', '2', 'v3', '1.2.3.4', '=9.0.0'], ['1.4.3', '1.5.0', '2.0.0']],
    ['past dates with leading zeros', ['1.4.2', '2026.03.01'], ['1.4.3', '1.5.0', '2.0.0']],
    ['none without a release', ['latest', 'main', '1.0.0-rc.1', '9c1f2e0'], []],
    ['none without tags', [], []],
    ['none of numbers that cannot be counted', ['99999999999999999999.0.0'], []],
  ];
  for (const [what, tags, expected] of cases) it(`are told ${what}`, () => assert.deepEqual(next(...tags), expected));

  it('has no next where a number can be no higher', () => {
    const most = Number.MAX_SAFE_INTEGER;
    assert.deepEqual(next(`${most}.0.0`), [`${most}.0.1`, `${most}.1.0`]);
  });
});
