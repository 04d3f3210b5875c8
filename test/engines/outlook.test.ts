import assert from 'node:assert/strict';
import { systemClock } from '../../src/base/index.ts';
import { chooseEndpoint, type Engine, openEngine } from '../../src/engine/index.ts';
import { lookAhead, type Outlook, planPush, type PushRecord, runPush } from '../../src/push/index.ts';
import { parseTarget } from '../../src/reference/index.ts';
import { openRegistry, readTagDetails } from '../../src/registry/index.ts';
import { type EngineKind, type RunningEngine, startEngine } from '../support/engine.ts';
import { buildImage, incompressible, type Layer } from '../support/images.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { collectingLog } from '../unit/push/parts.ts';

const kinds: EngineKind[] = ['classic', 'containerd', 'podman'];
const mira = { user: 'mira', password: 'a pass/word?' };
const credential = { username: mira.user, password: mira.password };
const base: Layer = { path: '/base', content: incompressible(40_000, 'base') };
const app = (seed: string): Layer => ({ path: '/app', content: incompressible(10_000, seed) });

for (const kind of kinds)
  describe(`The outlook of a push, ${kind} image store`, function () {
    this.timeout(120_000);
    let running: RunningEngine;
    let registry: RunningRegistry;
    let engine: Engine;
    /** Of this machine, newest first. */
    let history: PushRecord[] = [];

    before(async () => {
      [running, registry] = await Promise.all([startEngine({ kind }), startRegistry({ htpasswd: mira })]);
      const readFile = (): Promise<string> => Promise.reject(new Error('No file is read for an address.'));
      const question = { setting: running.endpoint, env: {}, platform: process.platform, home: '/', readFile };
      engine = openEngine(await chooseEndpoint(question));
      await build('api:dev', base, app('first'));
    });
    after(async () => {
      engine.dispose();
      await Promise.all([running.stop(), registry.stop()]);
    });

    const build = (name: string, ...layers: Layer[]): Promise<string> => buildImage(running.socketPath, name, layers);
    const targetOf = (name: string) => parseTarget(`${registry.host}/${name}`);
    const look = async (image: string, name: string, known: { credential?: typeof credential } = { credential }) => {
      const client = openRegistry(registry.host, known);
      const details = await engine.inspectImage(image);
      return lookAhead(details, targetOf(name), {
        ...{ registry: client, history },
        details: (reference, signal) => readTagDetails(client, reference, signal),
        layerSizes: () => engine.layerSizes(details.id),
      });
    };
    /** @returns the digest that is there then */
    const push = async (image: string, name: string, { isOurs }: { isOurs: boolean }): Promise<string> => {
      const plan = await planPush({ name: image }, targetOf(name), engine);
      const { store } = await engine.info();
      const client = openRegistry(registry.host, { credential });
      const auth = { ...credential, serveraddress: registry.host };
      const parts = { engine, store, registry: client, auth, log: collectingLog(), clock: systemClock };
      const result = await runPush(plan, parts, { signal: new AbortController().signal });
      assert.ok(result.outcome === 'pushed', JSON.stringify(result));
      const { id, target } = result;
      if (isOurs)
        history = [
          { id, at: Date.now(), image: { name: image, id: plan.image.id }, target, pid: 1, log: [], result },
          ...history,
        ];
      return result.digest;
    };
    const layers = ({ layers: known }: Outlook): [held: number | undefined, total: number | undefined] => [
      known?.held,
      known?.total,
    ];

    it('is a new tag to which all goes, in a repository that is not there', async () => {
      const outlook = await look('api:dev', 'team/api:dev');
      assert.deepEqual(outlook.tag, { kind: 'new' });
      assert.deepEqual(layers(outlook), [0, 2]);
      // Podman tells no size of a layer that another has, too; what is said is never less than is sent.
      const { missingBytes } = outlook.layers ?? {};
      assert.ok(missingBytes !== undefined && missingBytes >= 50_000 && missingBytes < 100_000, String(missingBytes));
    });

    it('is the same image where that is what the tag holds', async () => {
      const digest = await push('api:dev', 'team/api:dev', { isOurs: true });
      const { tag, layers: known } = await look('api:dev', 'team/api:dev');
      assert.deepEqual(tag, { kind: 'same', digest });
      assert.equal(known?.held, 2);
    });

    it('is a new tag, whose layers are all there, beside it', async () => {
      const outlook = await look('api:dev', 'team/api:other');
      assert.deepEqual(outlook.tag, { kind: 'new' });
      assert.deepEqual([...layers(outlook), outlook.layers?.missingBytes], [2, 2, 0]);
    });

    it('replaces what was pushed from here, and some layers are there', async () => {
      await build('api:dev', base, app('second'));
      const { tag, layers: known } = await look('api:dev', 'team/api:dev');
      assert.ok(tag.kind === 'replaces', JSON.stringify(tag));
      assert.equal(tag.ours?.id, history[0]?.id);
      assert.deepEqual([known?.held, known?.total], [1, 2]);
      const { missingBytes = 0 } = known ?? {};
      assert.ok(missingBytes >= 10_000 && missingBytes < 40_000, String(missingBytes));
    });

    it('replaces what somebody else put there, with its digest, age and platform', async () => {
      await build('api:theirs', base, app('theirs'));
      const digest = await push('api:theirs', 'team/api:dev', { isOurs: false });
      const { tag } = await look('api:dev', 'team/api:dev');
      assert.ok(tag.kind === 'replaces' && !tag.ours, JSON.stringify(tag));
      assert.equal(tag.digest, digest);
      const { architecture, os } = (await engine.inspectImage('api:theirs')).platform ?? {};
      assert.deepEqual(
        tag.there?.platforms.map((one) => [one.os, one.architecture]),
        [[os, architecture]],
      );
      assert.ok(tag.there.createdAt instanceof Date);
    });

    it('is unknown to who may not read there', async () => {
      const { tag, layers: known } = await look('api:dev', 'team/api:dev', {});
      assert.ok(tag.kind === 'unknown', JSON.stringify(tag));
      assert.match(tag.reason, /could not be looked up/u);
      assert.equal(known, undefined);
    });

    it('is unknown while the registry is down', async () => {
      await registry.kill();
      const { tag, layers: known } = await look('api:dev', 'team/api:dev');
      assert.equal(tag.kind, 'unknown');
      assert.equal(known, undefined);
      await registry.restart();
    });
  });
