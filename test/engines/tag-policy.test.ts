import assert from 'node:assert/strict';
import { systemClock } from '../../src/base/index.ts';
import { authConfigOf } from '../../src/credentials/index.ts';
import { chooseEndpoint, openEngine } from '../../src/engine/index.ts';
import { guardTag, planPush, type PushError, type PushResult, runPush, type TagPolicy } from '../../src/push/index.ts';
import { parseTarget } from '../../src/reference/index.ts';
import { openApi, openRegistry, protocolBrowser, providerOf } from '../../src/registry/index.ts';
import { type EngineKind, type RunningEngine, startEngine } from '../support/engine.ts';
import { type RunningHarbor, startHarbor } from '../support/harbor.ts';
import { buildImage } from '../support/images.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { collectingLog } from '../unit/push/parts.ts';

const kinds: EngineKind[] = ['classic', 'containerd', 'podman'];
const account = { user: 'mira', password: 'a pass/word?' };
const credential = { username: account.user, password: account.password };

for (const kind of kinds)
  describe(`What Harbor knows of a push, ${kind} image store`, function () {
    this.timeout(120_000);
    let running: RunningEngine;
    let behind: RunningRegistry;
    let harbor: RunningHarbor;

    before(async () => {
      [running, behind] = await Promise.all([startEngine({ kind }), startRegistry({ htpasswd: account })]);
      harbor = await startHarbor({ target: behind.host, account });
    });
    after(async () => {
      await Promise.all([running.stop(), harbor.stop()]);
      await behind.stop();
      assert.deepEqual(harbor.unexpected, []);
    });

    const { signal } = new AbortController();
    const build = (name: string, content: string): Promise<string> =>
      buildImage(running.socketPath, `${harbor.host}/${name}`, [{ path: '/a', content: Buffer.from(content) }]);
    const provider = providerOf('', 'harbor')!;
    const partsOf = () => {
      const registry = harbor.host;
      const client = openRegistry(registry, { credential });
      const api = openApi(registry, { credential });
      return { registry, client, credential, api, lists: protocolBrowser(registry, client), clock: systemClock };
    };
    const push = async (name: string): Promise<PushResult | { outcome: 'failed'; error: PushError }> => {
      const readFile = (): Promise<string> => Promise.reject(new Error('No file is read for an address.'));
      const question = { setting: running.endpoint, env: {}, platform: process.platform, home: '/', readFile };
      const engine = openEngine(await chooseEndpoint(question));
      const log = collectingLog();
      const parts = partsOf();
      const policy: TagPolicy = { mutability: (target, within) => provider.mutability!(parts, target, within) };
      const { explain } = provider;
      try {
        const plan = await planPush({ name: `${harbor.host}/${name}` }, parseTarget(`${harbor.host}/${name}`), engine);
        const registry = parts.client;
        const guard = { registry, policy, signal, log, clock: systemClock };
        const permission = await guardTag(plan, 'allow', guard);
        if (permission.kind === 'refused') return { outcome: 'failed', error: permission.error };
        const auth = authConfigOf(credential, harbor.host);
        const { store } = await engine.info();
        const all = { engine, store, registry, auth, account: 'mira', explain: explain!, log, clock: systemClock };
        return await runPush(plan, all, { signal });
      } finally {
        engine.dispose();
      }
    };
    const failed = async (name: string): Promise<[side: string, code: string]> => {
      const result = await push(name);
      assert.equal(result.outcome, 'failed');
      return [result.error.side, result.error.code];
    };

    it('is told of a project that is not there, and pushes once it is created', async () => {
      await build('team/api:1', 'first');
      assert.deepEqual(await failed('team/api:1'), ['registry', 'repository-missing']);
      await provider.createRepository!(partsOf(), 'team/api', signal);
      assert.equal((await push('team/api:1')).outcome, 'pushed');
    });

    it('stops before an immutable tag that holds another image, and pushes what it holds already', async () => {
      harbor.projects.add('shop');
      harbor.immutable.add('shop/api:1');
      await build('shop/api:1', 'first');
      assert.equal((await push('shop/api:1')).outcome, 'pushed');
      const again = await push('shop/api:1');
      assert.ok(again.outcome === 'pushed');
      assert.equal(again.verification, 'confirmed');
      await build('shop/api:1', 'second');
      const before = harbor.requests.length;
      assert.deepEqual(await failed('shop/api:1'), ['policy', 'tag-immutable']);
      const writes = harbor.requests.slice(before).filter(({ method }) => !['GET', 'HEAD'].includes(method));
      assert.deepEqual(writes, []);
    });
  });
