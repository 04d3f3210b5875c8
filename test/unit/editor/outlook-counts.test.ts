import assert from 'node:assert/strict';
import { countWords } from '../../../src/editor/flow/outlook-counts.ts';
import type { TagOutlook } from '../../../src/push/index.ts';
import { pushedRecord } from '../push/parts.ts';

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const fresh: TagOutlook = { kind: 'new' };
const same: TagOutlook = { kind: 'same', digest: digest('a') };
const ours: TagOutlook = {
  kind: 'replaces',
  digest: digest('b'),
  ours: pushedRecord('p-1', 0, digest('b'), digest('c')),
};
const others: TagOutlook = { kind: 'replaces', digest: digest('b') };
const unknown: TagOutlook = { kind: 'unknown', reason: 'the registry is down' };

describe('what a push to several tags would do, counted', () => {
  const cases: [words: string, tags: (TagOutlook | undefined)[]][] = [
    ['1 new tag', [fresh]],
    ['2 new tags, 1 replaces your push', [fresh, ours, fresh]],
    [
      '1 new tag, 1 holds this image, 1 replaces your push, 1 replaces what was not pushed from here, 1 not known',
      [unknown, others, ours, same, fresh],
    ],
    [
      '2 hold this image, 2 replace your pushes, 2 replace what was not pushed from here, 2 not known',
      [same, same, ours, ours, others, others, unknown, undefined],
    ],
    ['', []],
    ['', [undefined, unknown]],
  ];
  for (const [words, tags] of cases)
    it(`says “${words}” of ${tags.length}`, () => assert.equal(countWords(tags), words));
});
