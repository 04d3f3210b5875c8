import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import * as v from 'valibot';
import type { LocalImage, PushProgress, PushResult } from '../../docs/docker-push.d.ts';
import type { Left } from '../second-extension/extension.ts';
import { type RunningEngine, startEngine } from '../support/engine.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { makeRunFolder } from '../support/run-folder.ts';
import { type RunningProxy, startProxy } from '../support/slow-proxy.ts';
import { until } from '../support/until.ts';
import { startServer, type VSCodeServer } from '../support/vscode-server.ts';
import { openWorkbench, type Workbench } from '../support/workbench.ts';
import { buildTestImage, digestAt, endings } from './scene.ts';

const names = ['look', 'push', 'abort', 'fault', 'blocked', 'ask', 'command', 'lost'] as const satisfies (keyof Left)[];
const source = path.resolve(import.meta.dirname, '../second-extension/extension.ts');

describe('the API, used by another extension', () => {
  let engine: RunningEngine;
  let registry: RunningRegistry;
  let proxy: RunningProxy;
  let server: VSCodeServer;
  let workbench: Workbench;
  let folder: string;
  let inputs: string[];
  const digests = new Map<string, string>();

  before(async () => {
    folder = (await makeRunFolder()).path;
    [engine, registry] = await Promise.all([startEngine({ kind: 'classic' }), startRegistry()]);
    proxy = await startProxy({ target: registry.host });
    for (const [image, bytes] of [
      ['api:1', 0],
      ['big:1', 6_000_000],
    ] as const)
      digests.set(image, await buildTestImage(engine, image, bytes));
    const vsix = process.env.DOCKER_PUSH_VSIX;
    assert.ok(vsix, 'DOCKER_PUSH_VSIX names the packaged extension: npm test sets it');
    server = await startServer({
      mode: 'workbench',
      vsix,
      extensions: [await makeExtension()],
      userSettings: {
        'dockerPush.registries': [{ registry: registry.host, name: 'Ours' }, { registry: 'no such' }],
        'dockerPush.checks': [{ target: '**/strict/*', latestOnly: 'block' }],
      },
      env: {
        DOCKER_HOST: engine.endpoint,
        API_USER_FOLDER: folder,
        API_USER_REGISTRY: registry.host,
        API_USER_SLOW: proxy.host,
      },
    });
    const workspace = path.join(folder, 'workspace');
    await mkdir(workspace);
    workbench = await openWorkbench(server, { folder: workspace });
  });
  after(async () => {
    await workbench.close();
    await server.stop();
    await proxy.stop();
    await Promise.all([engine.stop(), registry.stop()]);
  });

  /** Builds it as its author would, and answers its folder. */
  async function makeExtension(): Promise<string> {
    const made = path.join(folder, 'somebody.api-user-1.0.0');
    const { metafile } = await build({
      entryPoints: [source],
      outfile: path.join(made, 'extension.cjs'),
      ...{ bundle: true, platform: 'node', format: 'cjs', external: ['vscode'], metafile: true, logLevel: 'warning' },
    });
    inputs = Object.keys(metafile.inputs).map((file) => path.resolve(file));
    const manifest = {
      ...{ publisher: 'somebody', name: 'api-user', displayName: 'API User', version: '1.0.0' },
      ...{ engines: { vscode: '^1.100.0' }, main: './extension.cjs', activationEvents: [] },
      extensionDependencies: ['slipway.docker-push'],
      contributes: {
        commands: names.map((name) => ({ command: `apiUser.${name}`, category: 'API User', title: name })),
      },
    };
    await writeFile(path.join(made, 'package.json'), JSON.stringify(manifest));
    return made;
  }

  /** Runs a command of the other extension, and answers what it was told. */
  async function run<K extends keyof Left>(name: K): Promise<Left[K]> {
    await workbench.runCommand(`API User: ${name}`);
    const text = await until(`the command ${name} has ended`, () =>
      readFile(path.join(folder, `${name}.json`), 'utf8'),
    );
    const left = JSON.parse(text) as Left[K] & { failed?: string };
    assert.equal(left.failed, undefined);
    return left;
  }

  it('knows nothing of this one but its type declarations', async () => {
    assert.deepEqual(inputs, [source]);
    const imported = [...(await readFile(source, 'utf8')).matchAll(/from '([^']+)'/gu)].map(([, name]) => name);
    assert.deepEqual(imported, ['node:fs/promises', 'node:path', 'vscode', '../../docs/docker-push.d.ts']);
  });

  it('lists images and registries, and has one version', async () => {
    const { images, registries, version2, keys } = await run('look');
    for (const image of images) v.parse(localImage, image);
    const found = images.find(({ references }) => references.includes('docker.io/library/api:1'));
    assert.ok(found);
    assert.equal(found.id, digests.get('api:1'));
    assert.ok(found.sizeBytes > 50_000);
    assert.deepEqual(registries, [{ registry: registry.host, name: 'Ours' }]);
    assert.ok(typeof version2 === 'object');
    assert.match(version2.message, /^Docker Push has the API version 1, not 2\.$/u);
    assert.deepEqual(keys, [['getAPI'], ['push', 'onDidPush', 'images', 'registries']]);
  });

  it('pushes to every target, tells of progress and of each result, and stops telling who no longer listens', async () => {
    const { results, progress, heard, heardAfterwards } = await run('push');
    for (const result of results) v.parse(pushResult, result);
    assert.deepEqual(
      results.map(({ target, outcome }) => [target, outcome]),
      [
        [`${registry.host}/team/api:1`, 'pushed'],
        [`${registry.host}/team/api`, 'failed'],
        [`${registry.host}/team/api:2`, 'pushed'],
      ],
    );
    const [first, second, third] = results;
    assert.ok(first?.outcome === 'pushed' && second?.outcome === 'failed' && third?.outcome === 'pushed');
    for (const [tag, result] of [
      ['1', first],
      ['2', third],
    ] as const) {
      assert.equal(result.digest, await digestAt(registry, 'team/api', tag));
      assert.equal(result.verification, 'confirmed');
    }
    assert.equal(second.error.code, 'tag-missing');
    assert.equal(second.error.side, 'reference');
    // Several are pushed at a time, and each is told of when it ends.
    const inOrder = results.map(({ target }) => heard.find((result) => result.target === target));
    assert.deepEqual([heard.length, inOrder], [results.length, results]);
    assert.equal(heardAfterwards, 0);
    assert.ok(await digestAt(registry, 'team/api', '3'));

    assert.ok(progress.length > 0);
    for (const one of progress) v.parse(pushProgress, one);
    const percents = progress.map(({ percent }) => percent ?? 0);
    assert.deepEqual(
      percents,
      percents.toSorted((a, b) => a - b),
    );
    // A caller has its results before a person has been told of them.
    await workbench.waitForNotification(new RegExp(`^Pushed ${registry.host}/team/api:3`, 'u'));
    assert.equal((await endings(workbench)).length, 2);
  });

  it('cancels by a signal: nothing is published, and nothing more is sent', async () => {
    proxy.throttle(500_000);
    const { results, before } = await run('abort');
    proxy.throttle(undefined);
    for (const result of [...results, ...before]) v.parse(pushResult, result);
    assert.deepEqual(
      [...results, ...before].map(({ target, outcome }) => [target, outcome]),
      [
        [`${proxy.host}/team/big:1`, 'cancelled'],
        [`${proxy.host}/team/big:2`, 'cancelled'],
        [`${registry.host}/team/never:1`, 'cancelled'],
      ],
    );
    for (const [repository, tag] of [
      ['team/big', '1'],
      ['team/big', '2'],
      ['team/never', '1'],
    ] as const)
      assert.equal(await digestAt(registry, repository, tag), undefined);
  });

  it('goes on when the caller has a fault', async () => {
    const [result] = await run('fault');
    assert.equal(result?.outcome, 'pushed', JSON.stringify(result));
    assert.match(await server.extensionLog(), /\[warning\].*a fault of the caller/u);
  });

  it('fails where a check stops it, without a question to a person', async () => {
    const [result] = await run('blocked');
    v.parse(pushResult, result);
    assert.ok(result?.outcome === 'failed', JSON.stringify(result));
    assert.deepEqual([result.error.code, result.error.side], ['check-blocked', 'policy']);
    assert.match(result.error.message, /\/strict\/api:latest was not pushed\. Its only tag there would be latest/u);
    assert.equal(await digestAt(registry, 'strict/api', 'latest'), undefined);
  });

  it('rejects a request that is wrong, and says what it takes', async () => {
    const refused = await run('ask');
    const said = Object.entries(refused).map(([what, answer]) => {
      assert.ok(typeof answer === 'object', `${what}: ${JSON.stringify(answer)}`);
      assert.equal(answer.code, 'argument-invalid', what);
      return [what, answer.message] as const;
    });
    const words: Record<string, RegExp> = {
      nothing: /takes an object/u,
      null: /takes an object/u,
      text: /takes an object/u,
      unknown: /does not know “password”/u,
    };
    for (const [what, message] of said) assert.match(message, words[what] ?? new RegExp(`“${what}” takes`, 'u'));
    assert.equal(await digestAt(registry, 'team/wrong', '1'), undefined);
    // The palette, from which this was started, may still be on its way out; a question would stay.
    await workbench.quickInput.waitUntilClosed();
  });

  it('is also the command, with the same results and the same refusals', async () => {
    const { results, wrong, unknown } = await run('command');
    for (const result of results) v.parse(pushResult, result);
    assert.deepEqual(
      results.map(({ target, outcome }) => [target, outcome]),
      ['1', '2'].map((tag) => [`${registry.host}/by/command:${tag}`, 'pushed']),
    );
    for (const answer of [wrong, unknown]) assert.ok(typeof answer === 'object' && answer.code === 'argument-invalid');
    assert.equal(await digestAt(registry, 'team/wrong', '1'), undefined);
  });

  it('stands for a menu that lost its row, for which no other image is taken', async () => {
    const words = 'The list changed at that moment, and VS Code did not say which row was meant. Choose it again.';
    assert.deepEqual(await run('lost'), {});
    await workbench.waitForNotification(words);
    const log = await server.extensionLog();
    for (const command of ['push', 'pushAgain']) assert.ok(log.includes(`dockerPush.${command}: ${words}`), command);
    await workbench.quickInput.waitUntilClosed();
  });
});

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const digest = v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/u));
/** What docs/docker-push.d.ts promises, as a JSON file has it: no field less, and none more. */
const localImage = v.strictObject({
  id: digest,
  references: v.array(v.string()),
  digests: v.array(v.string()),
  sizeBytes: count,
  createdAt: v.exactOptional(v.pipe(v.string(), v.isoTimestamp())),
  dangling: v.boolean(),
}) satisfies v.GenericSchema<unknown, Omit<LocalImage, 'createdAt'>>;
const facts = {
  id: v.string(),
  target: v.string(),
  durationMs: count,
  layers: v.exactOptional(v.strictObject({ total: count, sent: count, reused: count })),
  bytes: v.exactOptional(
    v.strictObject({ sent: count, reused: v.exactOptional(count), unit: v.picklist(['compressed', 'uncompressed']) }),
  ),
  warnings: v.array(v.string()),
};
const error = v.strictObject({
  code: v.pipe(v.string(), v.regex(/^[a-z-]+$/u)),
  message: v.string(),
  side: v.picklist(['engine', 'registry', 'credentials', 'reference', 'policy']),
});
const pushResult = v.variant('outcome', [
  v.strictObject({
    ...facts,
    outcome: v.literal('pushed'),
    digest,
    verification: v.picklist(['confirmed', 'unavailable']),
  }),
  v.strictObject({ ...facts, outcome: v.literal('failed'), error }),
  v.strictObject({ ...facts, outcome: v.literal('cancelled') }),
  v.strictObject({
    ...facts,
    outcome: v.literal('unknown'),
    error,
    engineDigest: v.exactOptional(digest),
    registryDigest: v.exactOptional(digest),
  }),
]) satisfies v.GenericSchema<unknown, PushResult>;
const pushProgress = v.strictObject({
  phase: v.picklist(['starting', 'sending', 'confirming']),
  percent: v.exactOptional(v.pipe(count, v.maxValue(99))),
  layers: v.exactOptional(v.strictObject({ total: count, done: count, reused: count })),
  bytes: v.exactOptional(v.strictObject({ sent: count, total: v.exactOptional(count) })),
  bytesPerSecond: v.exactOptional(v.number()),
  retryInSeconds: v.exactOptional(v.number()),
}) satisfies v.GenericSchema<unknown, PushProgress>;
