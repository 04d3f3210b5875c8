import assert from 'node:assert/strict';
import { CancelledError, SidedError, systemClock } from '../../../src/base/index.ts';
import { guardTag, type Overwrite, type Replaced } from '../../../src/push/index.ts';
import { collectingLog, imageId, otherDigest, plan, pushedDigest, scriptedRegistry } from './parts.ts';

const anotherConfig = `sha256:${'9'.repeat(64)}`;

describe('the guard of a tag', () => {
  const guard = (
    overwrite: Overwrite,
    registry: ReturnType<typeof scriptedRegistry> | undefined,
    confirm?: (replaced: Replaced) => Promise<boolean>,
  ) =>
    guardTag(plan, overwrite, {
      registry,
      confirm,
      signal: new AbortController().signal,
      log: collectingLog(),
      clock: systemClock,
    });

  it('asks nobody where replacing is allowed', async () => {
    const registry = scriptedRegistry([otherDigest], anotherConfig);
    assert.deepEqual(await guard('allow', registry), { kind: 'granted', warnings: [] });
    assert.equal(registry.asked, 0);
  });

  for (const overwrite of ['ask', 'refuse'] as const) {
    it(`lets a new tag pass (${overwrite})`, async () =>
      assert.equal((await guard(overwrite, scriptedRegistry([undefined]))).kind, 'granted'));

    it(`lets a tag pass that holds this very image (${overwrite})`, async () =>
      assert.equal((await guard(overwrite, scriptedRegistry([pushedDigest], imageId))).kind, 'granted'));

    it(`leaves a refused sign-in to whoever can sign in (${overwrite})`, async () => {
      const refusal = new SidedError('registry', 'unauthorized', 'registry.example asks for a sign-in.');
      const permission = await guard(overwrite, scriptedRegistry([refusal]));
      assert.deepEqual(permission, {
        kind: 'refused',
        error: {
          side: 'credentials',
          code: 'unauthorized',
          message: refusal.message,
        },
      });
    });
  }

  it('refuses what would replace another image, with its digest', async () => {
    const permission = await guard('refuse', scriptedRegistry([otherDigest], anotherConfig));
    assert.ok(permission.kind === 'refused');
    assert.deepEqual([permission.error.side, permission.error.code], ['policy', 'overwrite-refused']);
    assert.match(permission.error.message, /registry\.example\/team\/api:1\.0 holds another image, sha256:b{12}\./u);
  });

  it('refuses where nobody could be asked', async () => {
    for (const registry of [undefined, scriptedRegistry([new Error('it is down')])]) {
      const permission = await guard('refuse', registry);
      assert.ok(permission.kind === 'refused');
      assert.deepEqual([permission.error.side, permission.error.code], ['policy', 'overwrite-unknown']);
    }
  });

  it('goes on unchecked when asking was wanted and nobody could be asked, and says so', async () => {
    const permission = await guard('ask', scriptedRegistry([new Error('it is down')]));
    assert.ok(permission.kind === 'granted');
    assert.match(permission.warnings.join(), /was not checked: .*it is down/u);
  });

  it('asks with both sides named, and takes the answer', async () => {
    const registry = () => scriptedRegistry([otherDigest], anotherConfig);
    let asked: Replaced | undefined;
    const granted = await guard('ask', registry(), (replaced) => {
      asked = replaced;
      return Promise.resolve(true);
    });
    assert.equal(granted.kind, 'granted');
    assert.deepEqual(asked, { target: plan.target, digest: otherDigest, imageId });
    await assert.rejects(
      guard('ask', registry(), () => Promise.resolve(false)),
      CancelledError,
    );
    const unasked = await guard('ask', registry());
    assert.ok(unasked.kind === 'refused' && unasked.error.code === 'overwrite-refused');
  });

  it('ends with the push that is cancelled meanwhile', async () => {
    const cancelled = AbortSignal.abort();
    const parts = {
      registry: scriptedRegistry([undefined]),
      signal: cancelled,
      log: collectingLog(),
      clock: systemClock,
    };
    await assert.rejects(guardTag(plan, 'refuse', parts), { name: 'AbortError' });
  });
});
