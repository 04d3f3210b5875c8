import assert from 'node:assert/strict';
import path from 'node:path';
import { type Clock, systemClock } from '../../src/base/index.ts';
import { EngineSession } from '../../src/editor/engine-session.ts';
import { OwnTags } from '../../src/editor/own-tags.ts';
import { PushesModel } from '../../src/editor/pushes-model.ts';
import { Pusher } from '../../src/editor/pusher.ts';
import type { PushOrder, PushOrderWatch } from '../../src/editor/push-order.ts';
import type { WorkspacePushes } from '../../src/editor/workspace-pushes.ts';
import { PushHistory, type PushResult } from '../../src/push/index.ts';
import { parseTarget } from '../../src/reference/index.ts';
import { openRegistry } from '../../src/registry/index.ts';
import { type RunningEngine, startEngine } from '../support/engine.ts';
import { buildImage, incompressible, tagImage } from '../support/images.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { makeRunFolder } from '../support/run-folder.ts';
import { until } from '../support/until.ts';
import { collectingLog } from '../unit/push/parts.ts';

describe('A request with several targets', function () {
  this.timeout(120_000);
  let running: RunningEngine;
  let registry: RunningRegistry;
  let slow: RunningRegistry;
  let session: EngineSession;
  let log: ReturnType<typeof collectingLog>;
  let pushes: PushesModel;
  let clock: Clock;
  let atATime: number;

  before(async () => {
    [running, registry, slow] = await Promise.all([startEngine({ kind: 'classic' }), startRegistry(), startRegistry()]);
    const build = (name: string): Promise<string> =>
      buildImage(running.socketPath, name, [{ path: '/app', content: incompressible(50_000, name) }]);
    for (const name of ['api:old', 'api:new', 'api:fresh']) await build(name);
  });
  after(() => Promise.all([running.stop(), registry.stop(), slow.stop()]));
  beforeEach(async () => {
    log = collectingLog();
    clock = systemClock;
    atATime = 1;
    session = new EngineSession(() => running.endpoint, log);
    const folder = path.join((await makeRunFolder()).path, 'pushes');
    pushes = new PushesModel({
      history: () => Promise.resolve(new PushHistory(folder, log)),
      conclude: () => Promise.reject(new Error('Nothing was cut off.')),
      log,
    });
  });
  afterEach(() => {
    pushes.dispose();
    session.dispose();
  });

  const pushAll = (
    orders: readonly PushOrder[],
    watch: Partial<PushOrderWatch> = {},
    pushed: (result: PushResult) => unknown = () => undefined,
  ): Promise<PushResult[]> => {
    const client = (host: string) => openRegistry(host, {});
    const pusher = new Pusher({
      ...{ session, log, pushes, clock },
      memory: () => Promise.reject(new Error('Nothing is remembered here.')),
      accounts: { refused: () => Promise.resolve(false) },
      trust: { mayTrust: () => Promise.resolve(true) },
      ownTags: new OwnTags(systemClock),
      workspacePushes: { remember: () => Promise.resolve() } as unknown as WorkspacePushes,
      maxConcurrentPushes: () => atATime,
      confirm: () => 'unexpected',
      checks: { before: () => Promise.resolve({ objections: [], open: [], faults: [], waited: false }) },
      lateChecks: { begin: () => undefined },
      pushed: (result) => void pushed(result),
      contact: { optionsFor: () => ({}) },
      door: {
        open: ({ registry: host }) =>
          Promise.resolve({
            ...{ client: client(host), browser: {} as never, provider: undefined },
            account: { kind: 'none' },
          }),
      },
    });
    return pusher.push(orders, { signal: new AbortController().signal, ...watch });
  };
  const push = (image: string, targets: readonly string[], watch?: Partial<PushOrderWatch>): Promise<PushResult[]> =>
    pushAll([{ image: { name: image }, targets }], watch);
  const outcomes = (results: readonly PushResult[]): string[] => results.map(({ outcome }) => outcome);
  const digestAt = async ({ host }: RunningRegistry, name: string): Promise<string | undefined> => {
    const manifest = await openRegistry(host, {}).manifest(parseTarget(`${host}/${name}`));
    return manifest?.descriptor.digest;
  };

  it('asks about all of them before anything is sent to any', async () => {
    const targets = ['asked/a:1', 'asked/b:1', 'asked/c:1'].map((name) => `${registry.host}/${name}`);
    for (const target of targets.slice(1)) assert.deepEqual(outcomes(await push('api:old', [target])), ['pushed']);
    // Another machine: this one has not pushed there.
    await pushes.clear();
    const asked: string[] = [];
    const there: (string | undefined)[] = [];
    const results = await push('api:new', targets, {
      onReplace: async ({ target }) => {
        asked.push(target.repository.path);
        there.push(await digestAt(registry, 'asked/a:1'));
        return target.repository.path === 'asked/b';
      },
    });
    assert.deepEqual(asked.toSorted(), ['asked/b', 'asked/c']);
    assert.deepEqual(there, [undefined, undefined]);
    assert.deepEqual(outcomes(results), ['pushed', 'pushed', 'cancelled']);
    assert.equal(await digestAt(registry, 'asked/a:1'), await digestAt(registry, 'asked/b:1'));
    assert.notEqual(await digestAt(registry, 'asked/c:1'), await digestAt(registry, 'asked/b:1'));
  });

  it('finds before anything is sent which of them must not be replaced', async () => {
    const targets = ['kept/a:1', 'kept/b:1'].map((name) => `${registry.host}/${name}`);
    await push('api:old', targets.slice(1));
    const before = log.lines.length;
    const results = await pushAll([{ image: { name: 'api:new' }, targets, overwrite: 'refuse' }]);
    assert.deepEqual(outcomes(results), ['pushed', 'failed']);
    const lines = log.lines.slice(before);
    const [refusal, sending] = [/overwrite-refused/u, / tagged sha256:/u].map((words) =>
      lines.findIndex((line) => words.test(line)),
    );
    assert.ok(refusal !== undefined && sending !== undefined && refusal >= 0 && refusal < sending, lines.join('\n'));
  });

  it('waits no longer than it must for one that is slow', async () => {
    atATime = 2;
    const targets = [`${slow.host}/slow/b:1`, `${registry.host}/slow/a:1`];
    process.kill(slow.pid, 'SIGSTOP');
    let results: Promise<PushResult[]>;
    try {
      const late = new Set<() => void>();
      clock = {
        now: () => systemClock.now(),
        sleep: (_, signal) =>
          new Promise((resolve, reject) => {
            late.add(resolve);
            signal?.addEventListener('abort', () => reject(new Error('No longer.')), { once: true });
          }),
      };
      results = push('api:new', targets);
      await until('both look at the tags', () => late.size >= 4);
      assert.equal(await digestAt(registry, 'slow/a:1'), undefined);
      for (const resolve of late) resolve();
      await until('the other is pushed', () => digestAt(registry, 'slow/a:1'));
    } finally {
      process.kill(slow.pid, 'SIGCONT');
    }
    assert.deepEqual(outcomes(await results), ['pushed', 'pushed']);
  });

  it('sends what several tags of a repository share only once', async () => {
    atATime = 4;
    const targets = ['1', '2', '3', '4'].map((tag) => `${registry.host}/shared/api:${tag}`);
    const results = await push('api:fresh', targets);
    assert.deepEqual(outcomes(results), ['pushed', 'pushed', 'pushed', 'pushed']);
    const sent = results.map((result) => (result.outcome === 'pushed' ? result.layers?.sent : undefined));
    assert.deepEqual(sent, [1, 0, 0, 0]);
  });

  it('sends once what names of one image share', async () => {
    atATime = 4;
    const names = ['twin:1', 'twin:2', 'twin:3'];
    const id = await buildImage(running.socketPath, 'twin:1', [
      { path: '/app', content: incompressible(50_000, 'twin') },
    ]);
    for (const name of names.slice(1)) await tagImage(running.socketPath, 'twin:1', name);
    const results = await pushAll(
      names.map((name) => ({ image: { name, id }, targets: [`${registry.host}/twins/${name}`] })),
    );
    assert.deepEqual(outcomes(results), ['pushed', 'pushed', 'pushed']);
    assert.deepEqual(
      results.map((result) => result.layers?.sent),
      [1, 0, 0],
    );
  });

  it('says at once what became of one that is refused, and leaves nothing running after a cancel', async () => {
    const held = `${registry.host}/cancelled/held:1`;
    await push('api:old', [held]);
    await pushes.clear();
    const cancel = new AbortController();
    let answer: ((yes: boolean) => void) | undefined;
    const told: string[] = [];
    const before = await digestAt(registry, 'cancelled/held:1');
    const results = pushAll(
      [
        { image: { name: 'api:new' }, targets: [held] },
        { image: { name: 'api:none' }, targets: [`${registry.host}/cancelled/none:1`] },
        { image: { name: 'api:new' }, targets: [`${registry.host}/cancelled/new:1`] },
      ],
      {
        signal: cancel.signal,
        onReplace: () => new Promise((resolve) => (answer = resolve)),
      },
      ({ target, outcome }) => told.push(`${target.replace(`${registry.host}/cancelled/`, '')} ${outcome}`),
    );
    await until('the refused one is told', () => told.length === 1);
    assert.deepEqual(told, ['none:1 failed']);
    const yes = await until('somebody is asked', () => answer);
    cancel.abort();
    await until('all are told', () => told.length === 3);
    assert.deepEqual(outcomes(await results), ['cancelled', 'failed', 'cancelled']);
    yes(true);
    await until('the look is over', () =>
      log.lines.some((line) => line.includes('cancelled before anything was sent')),
    );
    assert.deepEqual(pushes.live, []);
    assert.equal(await digestAt(registry, 'cancelled/held:1'), before);
    assert.equal(await digestAt(registry, 'cancelled/new:1'), undefined);
  });

  it('looks again at what had to wait for its turn', async () => {
    atATime = 4;
    const target = `${registry.host}/again/api:1`;
    const replaced: string[] = [];
    // The tag is new when both are looked at.
    const results = await pushAll(
      [
        { image: { name: 'api:old' }, targets: [target], overwrite: 'ask' },
        { image: { name: 'api:new' }, targets: [target], overwrite: 'ask' },
      ],
      {
        onReplace: ({ digest }) => {
          replaced.push(digest);
          return Promise.resolve(false);
        },
      },
    );
    assert.deepEqual(outcomes(results), ['pushed', 'cancelled']);
    assert.deepEqual(replaced, [await digestAt(registry, 'again/api:1')]);
  });
});
