import assert from 'node:assert/strict';
import { guardTag, type Overwrite, type TagPolicy } from '../../../src/push/index.ts';
import { askMutability } from '../../../src/push/tag-policy.ts';
import type { Mutability } from '../../../src/registry/index.ts';
import { HeldClock } from '../registry/held-clock.ts';
import { collectingLog, imageId, otherDigest, plan, pushedDigest, scriptedRegistry } from './parts.ts';

const immutable = { kind: 'immutable', reason: 'a rule of the project team makes the tag 1.0 immutable' } as const;
const anotherConfig = `sha256:${'9'.repeat(64)}`;

function policyOf(answer: Mutability | Error): TagPolicy & { asked: number } {
  const policy = {
    asked: 0,
    mutability: () => {
      policy.asked += 1;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  return policy;
}

/** One that answers never, and says when it is let go. */
function silentPolicy(): TagPolicy & { readonly signals: AbortSignal[] } {
  const signals: AbortSignal[] = [];
  return {
    signals,
    mutability: (_, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    },
  };
}

describe('an immutable tag', () => {
  const held = () => scriptedRegistry([otherDigest], anotherConfig);
  const guard = (
    policy: TagPolicy,
    { overwrite = 'allow', registry = held(), which = plan }: Partial<Scripted> = {},
    controller = new AbortController(),
  ) => {
    const log = collectingLog();
    const clock = new HeldClock();
    const { signal } = controller;
    const confirm = () => Promise.reject(new Error('nothing is to be confirmed'));
    return { log, clock, permission: guardTag(which, overwrite, { registry, policy, confirm, signal, log, clock }) };
  };
  interface Scripted {
    overwrite: Overwrite;
    registry: ReturnType<typeof scriptedRegistry>;
    which: typeof plan;
  }

  for (const overwrite of ['allow', 'ask', 'refuse'] as const)
    it(`that holds another image stops the push (${overwrite}), with the reason and what to do`, async () => {
      const permission = await guard(policyOf(immutable), { overwrite }).permission;
      assert.ok(permission.kind === 'refused');
      assert.deepEqual([permission.error.side, permission.error.code], ['policy', 'tag-immutable']);
      assert.equal(
        permission.error.message,
        'Nothing was sent: registry.example/team/api:1.0 holds another image, sha256:bbbbbbbbbbbb, and cannot be replaced: a rule of the project team makes the tag 1.0 immutable. Choose another tag.',
      );
    });

  it('that is new, or holds this very image, is pushed', async () => {
    for (const registry of [scriptedRegistry([undefined]), scriptedRegistry([pushedDigest], imageId)])
      assert.equal((await guard(policyOf(immutable), { registry }).permission).kind, 'granted');
  });

  it('is for the registry to refuse where it cannot be looked at', async () => {
    const registry = scriptedRegistry([new Error('it is down')]);
    assert.equal((await guard(policyOf(immutable), { registry }).permission).kind, 'granted');
  });

  it('is for the registry to refuse where it may hold what the engine makes of an index', async () => {
    const index = { ...plan, image: { ...plan.image, targetIsIndex: true as const } };
    for (const which of [index, { ...plan, platform: 'linux/amd64' }])
      assert.equal((await guard(policyOf(immutable), { which }).permission).kind, 'granted');
    const body = { kind: 'index', manifests: [] } as const;
    const descriptor = { mediaType: 'x', digest: otherDigest, size: 1 };
    const registry = Object.assign(held(), { manifest: () => Promise.resolve({ descriptor, body }) });
    assert.equal((await guard(policyOf(immutable), { which: index, registry }).permission).kind, 'refused');
  });

  it('holds no push where the policy says otherwise, or does not know', async () => {
    for (const kind of ['mutable', 'unknown'] as const)
      assert.equal((await guard(policyOf({ kind })).permission).kind, 'granted');
  });

  it('holds no push where the policy fails: a line in the log, without a secret', async () => {
    const { log, permission } = guard(policyOf(new Error('it fell over at https://mira:planted@registry.example/')));
    assert.equal((await permission).kind, 'granted');
    assert.match(
      log.lines.join('\n'),
      /^\[warn\] whether registry\.example\/team\/api:1\.0 is immutable is not known/u,
    );
    assert.doesNotMatch(log.lines.join('\n'), /planted/u);
  });

  it('holds no push for longer than three seconds, and lets the slow one go', async () => {
    const policy = silentPolicy();
    const { clock, log, permission } = guard(policy);
    clock.advance(2_999);
    assert.equal(policy.signals[0]?.aborted, false);
    clock.advance(1);
    assert.equal((await permission).kind, 'granted');
    assert.match(log.lines.join('\n'), /no answer within 3 seconds/u);
    assert.equal(policy.signals[0].aborted, true);
  });

  it('is not waited for where a look at the tag says enough', async () => {
    const policy = silentPolicy();
    const { log, permission } = guard(policy, { overwrite: 'refuse', registry: scriptedRegistry([undefined]) });
    assert.equal((await permission).kind, 'granted');
    assert.equal(policy.signals[0]?.aborted, true);
    assert.deepEqual(log.lines, []);
  });

  it('ends with the push that is cancelled meanwhile', async () => {
    const controller = new AbortController();
    const { log, permission } = guard(silentPolicy(), {}, controller);
    controller.abort();
    await assert.rejects(permission, { name: 'AbortError' });
    assert.deepEqual(log.lines, []);
  });

  it('costs nothing where nobody can tell', async () => {
    const clock = new HeldClock();
    const question = { clock, signal: new AbortController().signal, log: collectingLog() };
    assert.deepEqual(await askMutability(undefined, plan.target, question), { kind: 'unknown' });
    assert.equal(clock.sleepers, 0);
  });
});
