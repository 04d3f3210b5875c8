import assert from 'node:assert/strict';
import { LastBuiltFinder } from '../../../src/editor/last-built.ts';
import { OwnTags } from '../../../src/editor/own-tags.ts';
import type { ImageEvent, LocalImage } from '../../../src/engine/index.ts';

const image = (id: string, day: number, ...references: string[]): LocalImage => ({
  id: `sha256:${id.repeat(64)}`,
  references: references.map((name) => (name.includes('/') ? name : `docker.io/library/${name}`)),
  digests: [],
  sizeBytes: 1,
  createdAt: new Date(Date.UTC(2026, 0, day)),
  dangling: false,
});
const named = (action: string, reference: string, id = '1'): ImageEvent => ({
  action,
  reference: `docker.io/library/${reference}`,
  imageId: `sha256:${id.repeat(64)}`,
  time: new Date(Date.UTC(2026, 5, 1)),
});

describe('the last-built image', () => {
  const old = image('1', 1, 'old:1');
  const recent = image('2', 2, 'recent:1');
  let now: number;
  let ownTags: OwnTags;
  beforeEach(() => {
    now = 0;
    ownTags = new OwnTags({ now: () => now });
  });

  it('is the newest one before anything was heard, and none where there is none', () => {
    const finder = new LastBuiltFinder(ownTags);
    assert.equal(finder.find([]), undefined);
    assert.deepEqual([finder.find([old, recent])?.name, finder.find([old, recent])?.seen], ['recent:1', false]);
  });

  it('is what the engine told of last, however old the image says it is', () => {
    const finder = new LastBuiltFinder(ownTags);
    finder.hear(named('tag', 'old:1'));
    assert.deepEqual([finder.find([old, recent])?.name, finder.find([old, recent])?.seen], ['old:1', true]);
    finder.hear({ ...named('pull', 'recent:1'), action: 'pull' });
    assert.equal(finder.find([old, recent])?.name, 'old:1');
  });

  it('follows its name to another image', () => {
    const finder = new LastBuiltFinder(ownTags);
    finder.hear(named('tag', 'old:1'));
    finder.find([old, recent]);
    assert.equal(finder.find([image('3', 3, 'old:1'), recent])?.id, `sha256:${'3'.repeat(64)}`);
    assert.equal(finder.find([recent])?.name, 'recent:1');
  });

  it('is no image that only got a tag of ours; the next event for that name counts', () => {
    const finder = new LastBuiltFinder(ownTags);
    ownTags.expect('docker.io/library/old:1');
    finder.hear(named('tag', 'old:1'));
    assert.equal(finder.find([old, recent])?.name, 'recent:1');
    finder.hear(named('tag', 'old:1'));
    assert.equal(finder.find([old, recent])?.name, 'old:1');
  });

  it('is what was built under a name that could not be given: that tag is not waited for', () => {
    const finder = new LastBuiltFinder(ownTags);
    const withdraw = ownTags.expect('docker.io/library/old:1');
    withdraw();
    finder.hear(named('tag', 'old:1'));
    assert.equal(finder.find([old, recent])?.name, 'old:1');
  });

  it('is what was built after a tag of ours that nobody heard of', () => {
    const finder = new LastBuiltFinder(ownTags);
    ownTags.expect('docker.io/library/old:1');
    now = 30_000;
    finder.hear(named('tag', 'old:1'));
    assert.equal(finder.find([old, recent])?.name, 'old:1');
  });

  it('is no image with two tags of ours; each is waited for by itself', () => {
    const finder = new LastBuiltFinder(ownTags);
    ownTags.expect('docker.io/library/old:1');
    const withdraw = ownTags.expect('docker.io/library/old:1');
    withdraw();
    withdraw();
    finder.hear(named('tag', 'old:1'));
    assert.equal(finder.find([old, recent])?.name, 'recent:1');
  });

  it('is found by its id where the event has no name', () => {
    const finder = new LastBuiltFinder(ownTags);
    finder.hear({ action: 'build', imageId: old.id, time: undefined });
    assert.equal(finder.find([old, recent])?.name, 'old:1');
  });
});
