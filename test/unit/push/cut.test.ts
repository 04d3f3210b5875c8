import assert from 'node:assert/strict';
import { concludeCut } from '../../../src/push/index.ts';
import { heldClock, otherDigest, pushedDigest, record, scriptedRegistry } from './parts.ts';

const anotherConfig = `sha256:${'9'.repeat(64)}`;

describe('a push whose window was closed', () => {
  const running = record('p-cut', 1_000, false);

  it('was pushed where the registry has it', async () => {
    const result = await concludeCut(running, scriptedRegistry([pushedDigest]), heldClock());
    assert.ok(result.outcome === 'pushed');
    assert.deepEqual([result.id, result.digest, result.verification], ['p-cut', pushedDigest, 'confirmed']);
    assert.deepEqual(result.warnings, ['It was complete before the window was closed.']);
  });

  it('was pushed also where the engine was still at it when it was first asked', async () => {
    const clock = heldClock();
    const result = await concludeCut(running, scriptedRegistry([undefined, pushedDigest]), clock);
    assert.equal(result.outcome, 'pushed');
    assert.deepEqual(clock.slept, [5_000]);
  });

  it('failed where the registry has nothing, or something else', async () => {
    for (const registry of [scriptedRegistry([undefined]), scriptedRegistry([otherDigest], anotherConfig)]) {
      const result = await concludeCut(running, registry, heldClock());
      assert.ok(result.outcome === 'failed');
      assert.deepEqual([result.error.side, result.error.code], ['engine', 'window-closed']);
      assert.match(result.error.message, /^The window was closed while it was pushed\. .*team\/api:1\.0/u);
    }
  });

  it('is not known where an engine may have sent a part, whose digest nobody here knows', async () => {
    const other = (): ReturnType<typeof scriptedRegistry> => scriptedRegistry([otherDigest], anotherConfig);
    const index = { ...running, image: { ...running.image, targetIsIndex: true as const } };
    for (const cut of [index, { ...running, platform: 'linux/arm64' }]) {
      const result = await concludeCut(cut, other(), heldClock());
      assert.ok(result.outcome === 'unknown');
      assert.equal(result.registryDigest, otherDigest);
    }
  });

  it('is not known where the registry cannot be asked', async () => {
    for (const registry of [undefined, scriptedRegistry([new Error('it is down')])]) {
      const result = await concludeCut(running, registry, heldClock());
      assert.ok(result.outcome === 'unknown');
      assert.equal(result.error.code, 'window-closed');
    }
  });

  it('sent nothing where the engine was not asked yet', async () => {
    const result = await concludeCut(
      { ...running, image: { name: 'api:1.0' } },
      scriptedRegistry([pushedDigest]),
      heldClock(),
    );
    assert.ok(result.outcome === 'failed');
    assert.match(result.error.message, /Nothing was sent yet\.$/u);
  });
});
