import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { TaggedReference } from '../../src/reference/index.ts';
import { openRegistry, type RegistryClient } from '../../src/registry/index.ts';
import { type Content, ociIndex, putImage, putManifest } from '../support/registry-content.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { startTokenServer, type TokenServer } from '../support/token-server.ts';

const ada = { user: 'ada', password: 'a secret' };
const credential = { username: ada.user, password: ada.password };
const authorization = `Basic ${Buffer.from(`${ada.user}:${ada.password}`).toString('base64')}`;
const repository = { registry: '', path: 'acme/api' };
const tag = (name: string): TaggedReference => ({ kind: 'tagged', repository, tag: name });

describe('writing to real registries', function () {
  this.timeout(180_000);
  let tokens: TokenServer;
  let plain: RunningRegistry;
  let secured: RunningRegistry;
  let byToken: RunningRegistry;
  let image: Content;
  let index: Content;

  before(async () => {
    const writes = { password: 'w', rights: { 'repository:acme/api': ['pull', 'push'] } };
    const reads = { password: 'r', rights: { 'repository:acme/api': ['pull'] } };
    tokens = await startTokenServer({ writes, reads });
    [plain, secured, byToken] = await Promise.all([
      startRegistry(),
      startRegistry({ tls: true, htpasswd: ada }),
      startRegistry({ token: tokens }),
    ]);
    for (const registry of [plain, secured]) {
      const place = { ...registry, authorization };
      ({ descriptor: image } = await putImage(place, 'acme/api', ['1.0']));
      const platform = { os: 'linux', architecture: 'amd64' };
      const body = { mediaType: ociIndex, manifests: [{ ...image, platform }] };
      index = await putManifest(place, 'acme/api', 'many', body);
    }
  });
  after(() => Promise.all([tokens, plain, secured, byToken].map((server) => server.stop())));

  const places: [string, () => Promise<RegistryClient>][] = [
    ['plain HTTP', () => Promise.resolve(openRegistry(plain.host))],
    [
      'TLS, with a password',
      async () => {
        const ca = await readFile(secured.caFile!, 'utf8');
        return openRegistry(secured.host, { transport: 'https', ca, credential });
      },
    ],
  ];
  for (const [name, open] of places)
    describe(`over ${name}`, () => {
      it('gives an image, and an index, another tag', async () => {
        const client = await open();
        assert.deepEqual(await client.retag(tag('1.0'), 'stable'), image);
        assert.deepEqual(await client.resolve(tag('stable')), image);
        assert.deepEqual(await client.retag({ kind: 'digest', repository, digest: index.digest }, 'stable'), index);
        assert.deepEqual(await client.resolve(tag('stable')), index);
        assert.equal(await client.retag(tag('none'), 'stable'), undefined);
      });

      it('says that one may push, and leaves no trace of the question', async () => {
        const client = await open();
        for (const path of ['acme/api', 'never/seen']) {
          assert.deepEqual(await client.mayPush({ registry: '', path }), { kind: 'granted' });
        }
        const { items } = await client.repositories();
        assert.deepEqual(
          items.map(({ path }) => path),
          ['acme/api'],
        );
      });
    });

  it('says that the password does not let one push', async () => {
    const right = await openRegistry(secured.host, { credential: { ...credential, password: 'x' } }).mayPush(
      repository,
    );
    assert.ok(right.kind === 'refused' && right.error.code === 'unauthorized', JSON.stringify(right));
  });

  it('tells who may push from who may only read, by their tokens', async () => {
    const open = (username: string, password: string): RegistryClient =>
      openRegistry(byToken.host, { credential: { username, password } });
    assert.deepEqual(await open('writes', 'w').mayPush(repository), { kind: 'granted' });
    // To give up an upload takes the right to delete, at this registry: then it is left to the registry.
    const right = await open('reads', 'r').mayPush(repository);
    assert.ok(right.kind === 'refused' && right.error.code === 'denied', JSON.stringify(right));
    const wrong = await open('writes', 'x').mayPush(repository);
    assert.ok(wrong.kind === 'refused' && wrong.error.code === 'unauthorized', JSON.stringify(wrong));
    assert.deepEqual(tokens.granted, [
      'GET writes repository:acme/api:pull,push',
      'GET writes repository:acme/api:delete repository:acme/api:pull,push',
      'GET reads repository:acme/api:pull,push',
    ]);
  });
});
