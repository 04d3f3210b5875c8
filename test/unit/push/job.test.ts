import assert from 'node:assert/strict';
import { SidedError } from '../../../src/base/index.ts';
import type { PushStreamEvent } from '../../../src/engine/index.ts';
import { runPush } from '../../../src/push/index.ts';
import { image, imageId, otherDigest, partsOf, plan, pushedDigest, scriptedEngine, scriptedRegistry } from './parts.ts';

const digest: PushStreamEvent = { type: 'digest', tag: '1.0', digest: pushedDigest };
const never = new AbortController().signal;
const silent = new Error('connect ECONNREFUSED');
const lost = new SidedError('engine', 'engine-lost', 'The engine stopped answering.');

describe('a push', () => {
  it('tags the image under the target, by its id, and is pushed when the registry confirms', async () => {
    const engine = scriptedEngine([digest]);
    const result = await runPush(plan, partsOf({ engine }), { signal: never });
    assert.deepEqual(engine.tagged, [`${imageId} registry.example/team/api:1.0`]);
    assert.ok(result.outcome === 'pushed');
    assert.equal(result.digest, pushedDigest);
    assert.equal(result.verification, 'confirmed');
  });

  it('does not tag what already has the name', async () => {
    const engine = scriptedEngine([digest]);
    const named = { ...plan, image: { ...image, references: ['registry.example/team/api:1.0'] } };
    await runPush(named, partsOf({ engine }), { signal: never });
    assert.deepEqual(engine.tagged, []);
  });

  it('announces the tag that it gives, and takes that back when the engine fails to', async () => {
    const told: string[] = [];
    const expectTag = (reference: string) => {
      told.push(reference);
      return () => void told.push('withdrawn');
    };
    const engine = scriptedEngine([digest]);
    const named = { ...plan, image: { ...image, references: ['registry.example/team/api:1.0'] } };
    await runPush(named, partsOf({ engine, expectTag }), { signal: never });
    assert.deepEqual(told, []);
    await runPush(plan, partsOf({ engine, expectTag }), { signal: never });
    assert.deepEqual(told, ['registry.example/team/api:1.0']);
    const failing = { ...engine, tagImage: () => Promise.reject(silent) };
    await runPush(plan, partsOf({ engine: failing, expectTag }), { signal: never });
    assert.deepEqual(told.slice(1), ['registry.example/team/api:1.0', 'withdrawn']);
  });

  it('takes an error after a digest for an error', async () => {
    const engine = scriptedEngine([digest, { type: 'error', message: 'denied' }]);
    const result = await runPush(plan, partsOf({ engine, account: 'mira' }), { signal: never });
    assert.ok(result.outcome === 'failed');
    assert.equal(result.error.code, 'denied');
  });

  it('is pushed where an immutable tag was refused that holds this very image', async () => {
    const words = 'tag invalid: The image tag already exists and cannot be overwritten because the tag is immutable.';
    const explain = () => ({ code: 'tag-immutable', message: 'It stays.' });
    const outcomeWith = async (config: string, registry = scriptedRegistry([pushedDigest], config)) => {
      const parts = partsOf({ engine: scriptedEngine([{ type: 'error', message: words }]), explain, registry });
      return runPush(plan, parts, { signal: never });
    };
    const same = await outcomeWith(imageId);
    assert.ok(same.outcome === 'pushed');
    assert.deepEqual([same.digest, same.verification], [pushedDigest, 'confirmed']);
    for (const other of [
      await outcomeWith(`sha256:${'9'.repeat(64)}`),
      await outcomeWith(imageId, scriptedRegistry([silent])),
    ]) {
      assert.ok(other.outcome === 'failed');
      assert.equal(other.error.code, 'tag-immutable');
    }
  });

  it('believes no digest of another tag', async () => {
    const engine = scriptedEngine([{ ...digest, tag: 'latest' }]);
    const result = await runPush(plan, partsOf({ engine, registry: scriptedRegistry([undefined]) }), { signal: never });
    assert.ok(result.outcome === 'failed');
    assert.equal(result.error.code, 'engine-lost');
  });

  it('is unknown when the registry, asked twice, has another digest', async () => {
    const parts = partsOf({ engine: scriptedEngine([digest]), registry: scriptedRegistry([otherDigest]) });
    const result = await runPush(plan, parts, { signal: never });
    assert.ok(result.outcome === 'unknown');
    assert.equal(result.engineDigest, pushedDigest);
    assert.equal(result.registryDigest, otherDigest);
    assert.equal(parts.clock.slept.length, 1);
  });

  it('is pushed when the registry needs a moment to show the tag', async () => {
    const parts = partsOf({ engine: scriptedEngine([digest]), registry: scriptedRegistry([undefined, pushedDigest]) });
    const result = await runPush(plan, parts, { signal: never });
    assert.ok(result.outcome === 'pushed');
    assert.equal(result.verification, 'confirmed');
  });

  it('is pushed by the engine’s word, and says so, when the registry cannot be asked', async () => {
    const parts = partsOf({ engine: scriptedEngine([digest]), registry: scriptedRegistry([silent]) });
    const result = await runPush(plan, parts, { signal: never });
    assert.ok(result.outcome === 'pushed');
    assert.equal(result.verification, 'unavailable');
    assert.match(result.warnings.join(), /engine's word.*ECONNREFUSED/u);
  });

  it('is pushed by the engine’s word when the registry’s name means another machine there', async () => {
    const { registry, ...parts } = partsOf({ engine: scriptedEngine([digest]) });
    assert.ok(registry);
    const result = await runPush(plan, parts, { signal: never });
    assert.ok(result.outcome === 'pushed');
    assert.equal(result.verification, 'unavailable');
  });

  it('does not take Podman’s word alone', async () => {
    const parts = partsOf({ engine: scriptedEngine([digest]), store: 'podman', registry: scriptedRegistry([silent]) });
    const result = await runPush(plan, parts, { signal: never });
    assert.ok(result.outcome === 'unknown');
    assert.equal(result.engineDigest, pushedDigest);
  });

  for (const [end, script] of [
    ['is cut', [lost]],
    ['ends without a word', []],
  ] as const) {
    describe(`whose answer ${end}`, () => {
      const engine = (): ReturnType<typeof scriptedEngine> => scriptedEngine([...script]);

      it('is pushed when the registry holds the image', async () => {
        const parts = partsOf({ engine: engine(), registry: scriptedRegistry([pushedDigest]) });
        const result = await runPush(plan, parts, { signal: never });
        assert.ok(result.outcome === 'pushed');
        assert.equal(result.digest, pushedDigest);
        assert.equal(result.verification, 'confirmed');
      });

      it('has failed when the registry has no such tag, asked twice', async () => {
        const parts = partsOf({ engine: engine(), registry: scriptedRegistry([undefined]) });
        const result = await runPush(plan, parts, { signal: never });
        assert.ok(result.outcome === 'failed');
        assert.deepEqual([result.error.code, result.error.side], ['engine-lost', 'engine']);
        assert.equal(parts.clock.slept.length, 1);
      });

      it('has failed when the tag is another image there', async () => {
        const registry = scriptedRegistry([otherDigest], `sha256:${'9'.repeat(64)}`);
        const result = await runPush(plan, partsOf({ engine: engine(), registry }), { signal: never });
        assert.ok(result.outcome === 'failed');
        assert.match(result.error.message, /bbbbbbbbbbbb/u);
      });

      it('is unknown when the registry cannot be asked', async () => {
        const parts = partsOf({ engine: engine(), registry: scriptedRegistry([silent]) });
        assert.equal((await runPush(plan, parts, { signal: never })).outcome, 'unknown');
      });
    });
  }

  it('that is cut after its digest is unknown with that digest when the registry cannot be asked', async () => {
    const parts = partsOf({ engine: scriptedEngine([digest, lost]), registry: scriptedRegistry([silent]) });
    const result = await runPush(plan, parts, { signal: never });
    assert.ok(result.outcome === 'unknown');
    assert.equal(result.engineDigest, pushedDigest);
  });

  it('that is cancelled after its digest is pushed when the registry has that digest', async () => {
    const cancel = new AbortController();
    const engine = scriptedEngine([digest, new Error('aborted')], () => cancel.abort());
    const { configDigest, ...rest } = image;
    assert.ok(configDigest);
    // With a platform, the registry has the digest of one manifest and the image has that of its index.
    const onePlatform = { ...plan, image: { ...rest, targetDigest: otherDigest }, platform: 'linux/amd64' };
    const parts = partsOf({ engine, store: 'containerd', registry: scriptedRegistry([pushedDigest]) });
    const result = await runPush(onePlatform, parts, { signal: cancel.signal });
    assert.ok(result.outcome === 'pushed');
    assert.equal(result.digest, pushedDigest);
  });

  it('on the containerd store compares the digest of the image’s target', async () => {
    const { configDigest, ...rest } = image;
    assert.ok(configDigest);
    const onContainerd = { ...plan, image: { ...rest, targetDigest: pushedDigest } };
    const parts = partsOf({
      engine: scriptedEngine([lost]),
      store: 'containerd',
      registry: scriptedRegistry([pushedDigest]),
    });
    assert.equal((await runPush(onContainerd, parts, { signal: never })).outcome, 'pushed');
    const other = partsOf({
      engine: scriptedEngine([lost]),
      store: 'containerd',
      registry: scriptedRegistry([otherDigest]),
    });
    assert.equal((await runPush(onContainerd, other, { signal: never })).outcome, 'failed');
  });

  it('counts the one manifest that the engine chose from an index as the image', async () => {
    const { configDigest, ...rest } = image;
    assert.ok(configDigest);
    const chosen: PushStreamEvent = {
      type: 'warning',
      code: 'manifest-pushed-instead-of-index',
      message: 'Only linux/amd64 is pushed.',
      selectedDigest: otherDigest,
    };
    const parts = partsOf({
      engine: scriptedEngine([chosen, lost]),
      store: 'containerd',
      registry: scriptedRegistry([otherDigest]),
    });
    const result = await runPush({ ...plan, image: { ...rest, targetDigest: pushedDigest } }, parts, { signal: never });
    assert.equal(result.outcome, 'pushed');
    assert.deepEqual(result.warnings, ['Only linux/amd64 is pushed.']);
  });

  describe('that is cancelled', () => {
    const cancelled = async (...answers: (string | undefined | Error)[]) => {
      const cancel = new AbortController();
      const engine = scriptedEngine([new Error('aborted')], () => cancel.abort());
      const parts = partsOf({ engine, registry: scriptedRegistry(answers) });
      return { result: await runPush(plan, parts, { signal: cancel.signal }), clock: parts.clock };
    };

    it('is cancelled when the registry, asked again some seconds later, does not have it', async () => {
      const { result, clock } = await cancelled(undefined);
      assert.equal(result.outcome, 'cancelled');
      assert.deepEqual(result.warnings, []);
      assert.deepEqual(clock.slept, [5_000]);
    });

    it('is pushed when the tag arrived all the same, at once or later', async () => {
      for (const answers of [[pushedDigest], [undefined, pushedDigest]]) {
        const { result } = await cancelled(...answers);
        assert.ok(result.outcome === 'pushed');
        assert.equal(result.digest, pushedDigest);
        assert.match(result.warnings.join(), /complete before the cancel/u);
      }
    });

    it('is cancelled with a warning when the registry cannot be asked', async () => {
      const { result } = await cancelled(undefined, silent);
      assert.equal(result.outcome, 'cancelled');
      assert.match(result.warnings.join(), /not confirmed/u);
    });

    it('before anything was sent asks nobody', async () => {
      const parts = partsOf({
        engine: { ...scriptedEngine([]), tagImage: () => Promise.reject(new Error('aborted')) },
      });
      const result = await runPush(plan, parts, { signal: AbortSignal.abort() });
      assert.equal(result.outcome, 'cancelled');
      assert.deepEqual(parts.clock.slept, []);
    });
  });

  it('that the engine never took fails at once, with the engine’s error', async () => {
    const refused = new SidedError('engine', 'engine-unreachable', 'No engine answers.');
    const parts = partsOf({ engine: scriptedEngine([refused]) });
    const result = await runPush(plan, parts, { signal: never });
    assert.ok(result.outcome === 'failed');
    assert.deepEqual(result.error, { code: 'engine-unreachable', message: 'No engine answers.', side: 'engine' });
    assert.deepEqual(parts.clock.slept, []);
  });

  it('keeps the engine’s words for the log, without the tokens in its URLs', async () => {
    const words = 'Put "http://registry.example/v2/x/blobs/uploads/1?_state=SECRET&digest=x": denied';
    const parts = partsOf({ engine: scriptedEngine([{ type: 'error', message: words }]) });
    const result = await runPush(plan, parts, { signal: never });
    assert.ok(result.outcome === 'failed');
    const log = parts.log.lines.join('\n');
    assert.match(log, /the engine says: Put "http:\/\/registry\.example\/v2\/x\/blobs\/uploads\/1/u);
    assert.doesNotMatch(log + result.error.message, /SECRET/u);
  });
});
