import assert from 'node:assert/strict';
import type { ImageDetails } from '../../../src/engine/index.ts';
import { newPushId, planPush } from '../../../src/push/index.ts';
import { parseTarget } from '../../../src/reference/index.ts';
import { image, imageId } from './parts.ts';

const target = parseTarget('registry.example/team/api:1.0');
const newer: ImageDetails = { ...image, id: `sha256:${'2'.repeat(64)}` };

/** An engine that has these images under these names and IDs. */
const inspecting = (images: Record<string, ImageDetails>) => ({
  inspectImage: (name: string): Promise<ImageDetails> => {
    const found = images[name];
    return found ? Promise.resolve(found) : Promise.reject(new Error(`no ${name}`));
  },
});

describe('a plan', () => {
  it('is for the image that the name has now, where no other was shown', async () => {
    const plan = await planPush({ name: 'api:1.0' }, target, inspecting({ 'api:1.0': newer }));
    assert.equal(plan.image.id, newer.id);
    assert.deepEqual(plan.warnings, []);
  });

  it('is for exactly the image that was shown, and says that its name has moved', async () => {
    const engine = inspecting({ 'api:1.0': newer, [imageId]: image });
    const plan = await planPush({ name: 'api:1.0', id: imageId }, target, engine);
    assert.equal(plan.image.id, imageId);
    assert.match(
      plan.warnings.join(),
      /api:1\.0 has moved to sha256:222222222222.*sha256:111111111111, as shown, is pushed/u,
    );
  });

  it('does not take a name from a newer image to push an older one under it', async () => {
    const moved = { ...newer, references: ['registry.example/team/api:1.0'] };
    const engine = inspecting({ 'registry.example/team/api:1.0': moved, [imageId]: image });
    const plan = planPush({ name: 'registry.example/team/api:1.0', id: imageId }, target, engine);
    await assert.rejects(plan, { side: 'engine', code: 'image-changed' });
  });

  it('takes a platform as os/arch, and nothing else', async () => {
    const engine = inspecting({ 'api:1.0': image });
    assert.equal(
      (await planPush({ name: 'api:1.0' }, target, engine, { platform: 'linux/arm64/v8' })).platform,
      'linux/arm64/v8',
    );
    for (const platform of ['linux', 'linux/', '{"os":"linux"}', 'linux/amd64/a/b', '../x'])
      await assert.rejects(
        planPush({ name: 'api:1.0' }, target, engine, { platform }),
        { code: 'platform-invalid' },
        platform,
      );
  });

  it('has an id of its own', () => {
    const ids = new Set(Array.from({ length: 100 }, newPushId));
    assert.ok(ids.size > 95);
    for (const id of ids) assert.match(id, /^p-[0-9a-z]{5}$/u);
  });
});
