import assert from 'node:assert/strict';
import type { DigestReference, TaggedReference } from '../../src/reference/index.ts';
import { openRegistry, type RegistryClient } from '../../src/registry/index.ts';
import { putImage } from '../support/registry-content.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { startTokenServer, type TokenServer } from '../support/token-server.ts';

const repository = { registry: '', path: 'acme/api' };
const tag = (name: string): TaggedReference => ({ kind: 'tagged', repository, tag: name });
const whole = (digest: string): DigestReference => ({ kind: 'digest', repository, digest });

describe('deleting at real registries', function () {
  this.timeout(180_000);
  let tokens: TokenServer;
  let deletes: RunningRegistry;
  let keeps: RunningRegistry;
  let byToken: RunningRegistry;

  before(async () => {
    const rights = { 'repository:acme/api': ['pull', 'push', 'delete'] };
    const reads = { password: 'r', rights: { 'repository:acme/api': ['pull'] } };
    tokens = await startTokenServer({ ada: { password: 'a', rights }, reads });
    [deletes, keeps, byToken] = await Promise.all([
      startRegistry({ delete: true }),
      startRegistry(),
      startRegistry({ delete: true, token: tokens }),
    ]);
  });
  after(() => Promise.all([tokens, deletes, keeps, byToken].map((server) => server.stop())));

  it('names every tag of a digest, then deletes it and them', async () => {
    const client = openRegistry(deletes.host);
    const { descriptor } = await putImage(deletes, 'acme/api', ['1', '1.0', 'latest']);
    await putImage(deletes, 'acme/api', ['other'], { os: 'linux', architecture: 'arm64' });
    const progress: number[] = [];
    const onProgress = (checked: number): void => void progress.push(checked);
    assert.deepEqual((await client.tagsOf(repository, descriptor.digest, { onProgress })).sort(), [
      '1',
      '1.0',
      'latest',
    ]);
    assert.deepEqual(progress, [1, 2, 3, 4]);
    // Distribution 2.8 knows no deletion of a tag.
    await assert.rejects(client.deleteTag(tag('1.0')), { code: 'delete-unsupported' });
    assert.equal(await client.deleteManifest(whole(descriptor.digest)), true);
    assert.equal(await client.deleteManifest(whole(descriptor.digest)), false);
    for (const name of ['1', '1.0', 'latest']) assert.equal(await client.resolve(tag(name)), undefined);
    assert.ok(await client.resolve(tag('other')));
  });

  it('says where nothing is deleted', async () => {
    const client = openRegistry(keeps.host);
    const { descriptor } = await putImage(keeps, 'acme/api', ['1']);
    await assert.rejects(client.deleteTag(tag('1')), { code: 'delete-unsupported' });
    await assert.rejects(client.deleteManifest(whole(descriptor.digest)), { code: 'delete-unsupported' });
    assert.ok(await client.resolve(tag('1')));
  });

  it('asks a token server for the right, and says who has none', async () => {
    const open = (username: string, password: string): RegistryClient =>
      openRegistry(byToken.host, { credential: { username, password } });
    const missing = whole(`sha256:${'0'.repeat(64)}`);
    assert.equal(await open('ada', 'a').deleteManifest(missing), false);
    await assert.rejects(open('reads', 'r').deleteManifest(missing), { code: 'denied' });
    assert.deepEqual(tokens.granted, ['GET ada repository:acme/api:delete', 'GET reads repository:acme/api:delete']);
  });
});
