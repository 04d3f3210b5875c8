import assert from 'node:assert/strict';
import { bestTag, isRelease } from '../../../src/editor/workspace-facts/release-tag.ts';

describe('a release', () => {
  for (const tag of ['1.4.2', 'v1.4.2', '1.4', 'v0.1'])
    it(`is ${tag}`, () => {
      assert.ok(isRelease(tag));
    });
  for (const tag of [
    'latest',
    '1',
    '1.4.2-rc.1',
    '1.4.2-9c1f2e0',
    'main',
    '2026-03-01',
    '9c1f2e0',
    '1.2.3.4',
    'V1.0.0',
  ])
    it(`is not ${tag}`, () => {
      assert.ok(!isRelease(tag));
    });
});

describe('of several tags of one commit', () => {
  const cases: [tags: string[], best: string | undefined][] = [
    [['v1.9.0', 'v1.10.0', 'v1.10'], 'v1.10.0'],
    [['release', '1.0.0', 'zebra'], '1.0.0'],
    [['stable', 'nightly'], 'stable'],
    [['1.4.2-rc.1', '1.4.2'], '1.4.2'],
    [[], undefined],
  ];
  for (const [tags, best] of cases)
    it(`${best ?? 'none'} is taken of ${tags.join(', ') || 'none'}`, () => {
      assert.equal(bestTag(tags), best);
      assert.equal(bestTag(tags.toReversed()), best);
    });
});
