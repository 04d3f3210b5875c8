import assert from 'node:assert/strict';
import type { EngineSession } from '../../../src/editor/engine-session.ts';
import { LocalTags } from '../../../src/editor/local-tags.ts';
import type { TagAfterPush } from '../../../src/editor/settings.ts';
import type { PushResult } from '../../../src/push/index.ts';
import { formatReference, type TaggedReference } from '../../../src/reference/index.ts';
import { collectingLog, image, pushedRecord } from '../push/parts.ts';

const { result } = pushedRecord('p-1');
const { target } = result;
const failed: PushResult = { ...result, outcome: 'cancelled' };

describe('a local tag that was made for a push', () => {
  let removed: string[];
  let log: ReturnType<typeof collectingLog>;
  beforeEach(() => {
    removed = [];
    log = collectingLog();
  });

  const tags = (
    setting: TagAfterPush,
    {
      results = [result],
      made = [target],
      names = [target, 'docker.io/library/api:1.0'],
      imageId = image.id,
    }: {
      results?: readonly PushResult[];
      made?: readonly string[];
      names?: readonly string[];
      imageId?: string;
    } = {},
  ): LocalTags => {
    const engine = {
      inspectImage: () => Promise.resolve({ ...image, references: names }),
      untagImage: (reference: TaggedReference) => {
        removed.push(formatReference(reference));
        return Promise.resolve();
      },
    };
    const session = { connect: () => Promise.resolve({ engine }) } as unknown as EngineSession;
    return new LocalTags(new Map(made.map((name) => [name, imageId])), results, {
      session,
      tagAfterPush: () => setting,
      log,
    });
  };

  it('is removed when that is clicked, and not before', async () => {
    const remove = await tags('offer').offer();
    assert.deepEqual(removed, []);
    await remove?.();
    assert.deepEqual(removed, [target]);
  });

  it('is removed without a word, or kept, where that is set', async () => {
    assert.equal(await tags('keep').offer(), undefined);
    assert.deepEqual(removed, []);
    assert.equal(await tags('remove').offer(), undefined);
    assert.deepEqual(removed, [target]);
  });

  it('is kept where it was there before, or the push will be tried again', async () => {
    assert.equal(await tags('offer', { made: [] }).offer(), undefined);
    assert.equal(await tags('offer', { results: [failed] }).offer(), undefined);
  });

  it('is kept where it means another image by now', async () => {
    await tags('remove', { imageId: `sha256:${'7'.repeat(64)}` }).offer();
    assert.deepEqual(removed, []);
  });

  it('is kept where the image would go with it', async () => {
    await tags('remove', { names: [target] }).offer();
    assert.deepEqual(removed, []);
    assert.match(log.lines.join('\n'), /it is the image's last name/u);
  });
});
