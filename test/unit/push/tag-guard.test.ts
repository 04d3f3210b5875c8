import assert from 'node:assert/strict';
import { CancelledError, SidedError, systemClock } from '../../../src/base/index.ts';
import { type Caution, guardTag, type PushedRecord, type Replaced } from '../../../src/push/index.ts';
import type { DigestReference } from '../../../src/reference/index.ts';
import {
  collectingLog,
  heldClock,
  imageId,
  otherDigest,
  plan,
  pushedDigest,
  pushedRecord,
  scriptedRegistry,
} from './parts.ts';

const anotherConfig = `sha256:${'9'.repeat(64)}`;

describe('the guard of a tag', () => {
  const guard = (
    caution: Caution,
    registry: ReturnType<typeof scriptedRegistry> | undefined,
    confirm?: (replaced: Replaced) => Promise<boolean>,
    lastPush?: PushedRecord,
    what = plan,
  ) =>
    guardTag(what, caution, {
      registry,
      confirm,
      lastPushes: () => Promise.resolve(lastPush ? [lastPush] : []),
      signal: new AbortController().signal,
      log: collectingLog(),
      clock: systemClock,
    });

  it('asks no person where replacing is allowed, and tells what is replaced', async () => {
    const registry = scriptedRegistry([otherDigest], anotherConfig);
    const permission = await guard('allow', registry, () => assert.fail('nobody is to be asked'));
    assert.deepEqual(permission, {
      ...{ kind: 'granted', warnings: [] },
      tag: { kind: 'replaces', digest: otherDigest },
    });
  });

  it('goes on where replacing is allowed and the registry does not tell, and says so', async () => {
    const refusal = new SidedError('registry', 'unauthorized', 'registry.example asks for a sign-in.');
    for (const registry of [undefined, scriptedRegistry([new Error('it is down')]), scriptedRegistry([refusal])]) {
      const permission = await guard('allow', registry);
      assert.ok(permission.kind === 'granted');
      assert.match(
        permission.warnings.join(),
        /^Whether registry\.example\/team\/api:1\.0 held another image was not/u,
      );
    }
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

  it('says when what is there was made, and for which platforms, as far as the registry tells in time', async () => {
    const there = { createdAt: new Date('2026-03-01T10:00:00Z'), platforms: [{ os: 'linux', architecture: 'arm64' }] };
    const held = (): ReturnType<typeof scriptedRegistry> => scriptedRegistry([otherDigest], anotherConfig);
    const asked: Replaced[] = [];
    const confirm = (replaced: Replaced): Promise<boolean> => Promise.resolve(asked.push(replaced) > 0);
    const clock = heldClock();
    const parts = { confirm, signal: new AbortController().signal, log: collectingLog() };
    const details = (reference: DigestReference) =>
      Promise.resolve(reference.digest === otherDigest ? { ...there, sizeBytes: 7 } : undefined);
    await guardTag(plan, 'ask', { ...parts, registry: held(), details, clock: systemClock });
    const failing = () => Promise.reject(new Error('it is down'));
    await guardTag(plan, 'ask', { ...parts, registry: held(), details: failing, clock: systemClock });
    const silent = () => new Promise<never>(() => undefined);
    await guardTag(plan, 'ask', { ...parts, registry: held(), details: silent, clock });
    assert.deepEqual(
      asked.map((replaced) => replaced.there),
      [there, undefined, undefined],
    );
    assert.deepEqual(clock.slept, [2_000]);
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

  describe('that asks of what is unexpected', () => {
    const rebuilt = `sha256:${'7'.repeat(64)}`;
    const version = { ...plan, target: { ...plan.target, tag: 'v1.4.2' } };
    const held = (): ReturnType<typeof scriptedRegistry> => scriptedRegistry([otherDigest], anotherConfig);
    const nobody = (): Promise<boolean> => assert.fail('nobody is to be asked');

    it('lets a push replace what was pushed from here last, and tells by which push', async () => {
      const ours = pushedRecord('p-old', 1_000, otherDigest, rebuilt);
      assert.deepEqual(await guard('unexpected', held(), nobody, ours), {
        ...{ kind: 'granted', warnings: [] },
        tag: { kind: 'replaces', digest: otherDigest, ours },
      });
    });

    it('asks where somebody else has pushed since', async () => {
      const asked: Replaced[] = [];
      const ours = pushedRecord('p-old', 1_000, pushedDigest, rebuilt);
      const yes = (replaced: Replaced): Promise<boolean> => Promise.resolve(asked.push(replaced) > 0);
      assert.equal((await guard('unexpected', held(), yes, ours)).kind, 'granted');
      assert.deepEqual(asked, [{ target: plan.target, digest: otherDigest, imageId }]);
    });

    it('asks of a version, also where it was pushed from here', async () => {
      const ours = pushedRecord('p-old', 1_000, otherDigest, rebuilt);
      const asked: Replaced[] = [];
      const no = (replaced: Replaced): Promise<boolean> => Promise.resolve(asked.push(replaced) === 0);
      await assert.rejects(guard('unexpected', held(), no, ours, version), CancelledError);
      assert.deepEqual(asked, [{ target: version.target, digest: otherDigest, imageId, ours }]);
    });

    it('knows the image again that an engine wrote otherwise', async () => {
      const ours = pushedRecord('p-old', 1_000, otherDigest, imageId);
      const permission = await guard('unexpected', held(), nobody, ours, version);
      assert.deepEqual(permission, { kind: 'granted', warnings: [], tag: { kind: 'same', digest: otherDigest } });
    });

    it('goes on where the registry does not tell, and says what was not checked', async () => {
      const refusal = new SidedError('registry', 'unauthorized', 'registry.example asks for a sign-in.');
      for (const registry of [undefined, scriptedRegistry([new Error('it is down')]), scriptedRegistry([refusal])]) {
        const permission = await guard('unexpected', registry, nobody);
        assert.ok(permission.kind === 'granted');
        assert.equal(permission.tag?.kind, 'unknown');
        assert.match(permission.warnings.join(), /^Whether registry\.example\/team\/api:1\.0 held another image/u);
      }
    });

    it('does not wait for a registry that does not answer', async () => {
      const registry = { ...scriptedRegistry([]), resolve: () => new Promise<never>(() => undefined) };
      const clock = heldClock();
      const { signal } = new AbortController();
      const parts = { registry, confirm: nobody, signal, log: collectingLog(), clock };
      const permission = await guardTag(plan, 'unexpected', parts);
      assert.ok(permission.kind === 'granted');
      assert.match(permission.warnings.join(), /registry\.example did not say within 5 seconds/u);
      assert.deepEqual(clock.slept, [5_000]);
    });

    it('replaces nothing where nobody can be asked', async () => {
      const permission = await guard('unexpected', held());
      assert.ok(permission.kind === 'refused');
      assert.equal(permission.error.code, 'overwrite-refused');
    });
  });
});
