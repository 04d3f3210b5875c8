import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { PushRequest, PushResult } from '../../docs/docker-push.d.ts';
import { until } from '../support/until.ts';
import { surroundings } from './surroundings.ts';

describe('the command dockerPush.push with a complete request', () => {
  const { registry, engineSocket } = surroundings;
  const endpoint = vscode.workspace.getConfiguration('dockerPush.engine');

  before(async () => {
    await endpoint.update('endpoint', `unix://${engineSocket}`, vscode.ConfigurationTarget.Global);
    await until('the setting is in force', () =>
      vscode.workspace.getConfiguration('dockerPush.engine').get<string>('endpoint')?.startsWith('unix:'),
    );
  });
  after(() => endpoint.update('endpoint', undefined, vscode.ConfigurationTarget.Global));

  const push = async (request: PushRequest): Promise<PushResult[]> =>
    vscode.commands.executeCommand<PushResult[]>('dockerPush.push', request);
  const digestAt = async (repository: string, tag: string): Promise<string | null> => {
    const accept = 'application/vnd.docker.distribution.manifest.v2+json';
    const url = `http://${registry}/v2/${repository}/manifests/${tag}`;
    const answer = await fetch(url, { method: 'HEAD', headers: { accept } });
    return answer.headers.get('docker-content-digest');
  };

  it('asks nothing, pushes, and resolves with what the registry confirmed', async () => {
    const target = `${registry}/team/api:1`;
    const [result, ...more] = await push({ image: 'api:1', targets: [target] });
    assert.ok(result?.outcome === 'pushed', JSON.stringify(result));
    assert.deepEqual(more, []);
    assert.equal(result.target, target);
    assert.equal(result.verification, 'confirmed');
    assert.equal(result.digest, await digestAt('team/api', '1'));
    assert.deepEqual(result.layers, { total: 2, sent: 2, reused: 0 });
    assert.deepEqual(result.warnings, []);
    assert.ok(Number.isInteger(result.durationMs));
  });

  it('gives one result for each target, in order', async () => {
    const targets = [`${registry}/second:2`, `${registry}/first:1`];
    const results = await push({ image: 'api:1', targets });
    assert.deepEqual(
      results.map(({ target, outcome }) => ({ target, outcome })),
      targets.map((target) => ({ target, outcome: 'pushed' })),
    );
    assert.notEqual(results[0]?.id, results[1]?.id);
    for (const [index, [name, tag]] of [['second', '2'] as const, ['first', '1'] as const].entries()) {
      const result = results[index];
      assert.ok(result?.outcome === 'pushed');
      assert.equal(result.digest, await digestAt(name, tag));
    }
  });

  it('pushes ten at once to three registries, one of which is down: each has its result, in order', async () => {
    const another = registry.replace('127.0.0.1', 'localhost');
    // Nothing listens on the port of the TCP port service multiplexer.
    const hosts = [registry, '127.0.0.1:1', another];
    const targets = Array.from({ length: 10 }, (_, index) => `${hosts[index % 3] ?? ''}/ten/api-${index}:1`);
    const results = await push({ image: 'api:1', targets });
    assert.deepEqual(
      results.map(({ target, outcome }) => ({ target, outcome })),
      targets.map((target, index) => ({ target, outcome: index % 3 === 1 ? 'failed' : 'pushed' })),
    );
    for (const result of results)
      if (result.outcome === 'failed') assert.equal(result.error.code, 'registry-unreachable', result.error.message);
    for (const index of [0, 2, 3]) assert.ok(await digestAt(`ten/api-${index}`, '1'));
  });

  it('takes an image by its id', async () => {
    const [first] = await push({ image: 'api:1', targets: [`${registry}/team/api:1`] });
    assert.ok(first?.outcome === 'pushed');
    const api = (
      vscode.extensions.getExtension('slipway.docker-push')?.exports as {
        getAPI(version: 1): { images(): Promise<{ id: string; references: string[] }[]> };
      }
    ).getAPI(1);
    const image = (await api.images()).find(({ references }) => references.some((name) => name.endsWith('api:1')));
    assert.ok(image);
    const [result] = await push({ image: image.id, targets: [`${registry}/by/id:1`] });
    assert.ok(result?.outcome === 'pushed', JSON.stringify(result));
    assert.equal(result.digest, first.digest);
  });

  const refused: [what: string, target: string, code: string][] = [
    ['no tag', `${registry}/team/api`, 'tag-missing'],
    ['no registry', 'team/api:1', 'registry-missing'],
    ['upper case', `${registry}/Team/api:1`, 'reference-invalid'],
    ['a digest', `${registry}/team/api@sha256:${'0'.repeat(64)}`, 'digest-refused'],
  ];
  for (const [what, target, code] of refused) {
    it(`refuses a target with ${what}, and pushes the others`, async () => {
      const tag = code;
      const [failed, pushed] = await push({ image: 'api:1', targets: [target, `${registry}/others:${tag}`] });
      assert.ok(failed?.outcome === 'failed', JSON.stringify(failed));
      assert.equal(failed.error.side, 'reference');
      assert.equal(failed.error.code, code);
      assert.equal(pushed?.outcome, 'pushed');
      assert.ok(await digestAt('others', tag));
    });
  }

  it('says that an image is not there', async () => {
    const [result] = await push({ image: 'nowhere:1', targets: [`${registry}/nowhere:1`] });
    assert.ok(result?.outcome === 'failed', JSON.stringify(result));
    assert.equal(result.error.side, 'engine');
    assert.match(result.error.message, /nowhere:1/u);
    assert.equal(await digestAt('nowhere', '1'), null);
  });

  const misunderstood: [what: string, request: unknown, words: RegExp][] = [
    ['an unknown field', { image: 'api:1', targets: [`${registry}/x:1`], force: true }, /does not know “force”/u],
    ['no image', { targets: [`${registry}/x:1`] }, /“image” takes/u],
    ['targets that are no list', { image: 'api:1', targets: `${registry}/x:1` }, /“targets” takes/u],
    ['no targets in the list', { image: 'api:1', targets: [] }, /“targets” takes/u],
    ['a text', 'api:1', /takes an object/u],
  ];
  for (const [what, request, words] of misunderstood) {
    it(`rejects an argument with ${what}, and sends nothing`, async () => {
      await assert.rejects(push(request as PushRequest), { code: 'argument-invalid', message: words });
      assert.equal(await digestAt('x', '1'), null);
    });
  }
});
