import assert from 'node:assert/strict';
import { systemClock } from '../../src/base/index.ts';
import { chooseEndpoint, openEngine } from '../../src/engine/index.ts';
import { guardTag, type Overwrite, planPush, runPush } from '../../src/push/index.ts';
import { parseTarget } from '../../src/reference/index.ts';
import { openRegistry } from '../../src/registry/index.ts';
import { type EngineKind, type RunningEngine, startEngine } from '../support/engine.ts';
import { buildImage } from '../support/images.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { collectingLog } from '../unit/push/parts.ts';

const kinds: EngineKind[] = ['classic', 'containerd', 'podman'];

for (const kind of kinds)
  describe(`The guard of a tag, ${kind} image store`, function () {
    this.timeout(120_000);
    let running: RunningEngine;
    let registry: RunningRegistry;

    before(async () => {
      [running, registry] = await Promise.all([startEngine({ kind }), startRegistry()]);
    });
    after(() => Promise.all([running.stop(), registry.stop()]));

    const { signal } = new AbortController();
    const build = (name: string, content: string): Promise<string> =>
      buildImage(running.socketPath, `${registry.host}/${name}`, [{ path: '/a', content: Buffer.from(content) }]);
    /** What a push of this name to itself may do, and, if it may, that it is done. */
    const push = async (name: string, overwrite: Overwrite): Promise<string> => {
      const readFile = (): Promise<string> => Promise.reject(new Error('No file is read for an address.'));
      const question = { setting: running.endpoint, env: {}, platform: process.platform, home: '/', readFile };
      const engine = openEngine(await chooseEndpoint(question));
      const log = collectingLog();
      const client = openRegistry(registry.host, { log });
      try {
        const target = parseTarget(`${registry.host}/${name}`);
        const plan = await planPush({ name: `${registry.host}/${name}` }, target, engine);
        const permission = await guardTag(plan, overwrite, { registry: client, signal, log, clock: systemClock });
        if (permission.kind === 'refused') return permission.error.code;
        const parts = { engine, store: (await engine.info()).store, registry: client, log, clock: systemClock };
        return (await runPush(plan, parts, { signal })).outcome;
      } finally {
        engine.dispose();
      }
    };

    it('lets a new tag pass, the same image again, and nothing that would replace it', async () => {
      await build('team/api:1', 'first');
      assert.equal(await push('team/api:1', 'refuse'), 'pushed');
      assert.equal(await push('team/api:1', 'refuse'), 'pushed');
      await build('team/api:1', 'second');
      assert.equal(await push('team/api:1', 'refuse'), 'overwrite-refused');
      assert.equal(await push('team/api:1', 'allow'), 'pushed');
    });

    it('stops where the registry does not answer', async () => {
      await build('team/down:1', 'first');
      await registry.kill();
      assert.equal(await push('team/down:1', 'refuse'), 'overwrite-unknown');
      await registry.restart();
      assert.equal(await push('team/down:1', 'refuse'), 'pushed');
    });
  });
