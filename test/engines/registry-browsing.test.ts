import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { openRegistry, readTagDetails, type RegistryClient } from '../../src/registry/index.ts';
import { ociIndex, putImage, putManifest } from '../support/registry-content.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { startTokenServer, type TokenServer } from '../support/token-server.ts';

const ada = { user: 'ada', password: 'a secret' };
const credential = { username: ada.user, password: ada.password };
const authorization = `Basic ${Buffer.from(`${ada.user}:${ada.password}`).toString('base64')}`;
const reads = { password: 'r', rights: { 'repository:acme/api': ['pull'] } };
const admin = { password: 'a', identityToken: 'id', rights: { 'registry:catalog': ['*'] } };
const refused = { code: 'unauthorized' };

describe('browsing real registries', function () {
  this.timeout(180_000);
  let tokens: TokenServer;
  let plain: RunningRegistry;
  let secured: RunningRegistry;
  let byToken: RunningRegistry;
  const names = ['1.0', '1.1', 'latest'];

  before(async () => {
    tokens = await startTokenServer({ reads, admin });
    [plain, secured, byToken] = await Promise.all([
      startRegistry(),
      startRegistry({ tls: true, htpasswd: ada }),
      startRegistry({ token: tokens }),
    ]);
    for (const registry of [plain, secured])
      for (const path of ['acme/api', 'acme/web', 'beta']) await putImage({ ...registry, authorization }, path, names);
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
      it('gives the tags', async () => {
        const client = await open();
        // This registry, distribution 2.8, sends all at once whatever is asked for.
        const { items, next } = await client.tags({ registry: '', path: 'acme/api' }, { limit: 2 });
        assert.deepEqual([...items].sort(), names);
        assert.equal(next, undefined);
      });

      it('gives the repositories, page by page', async () => {
        const client = await open();
        const first = await client.repositories({ limit: 2 });
        assert.deepEqual(
          first.items.map(({ path }) => path),
          ['acme/api', 'acme/web'],
        );
        assert.ok(first.next !== undefined);
        const second = await client.repositories({ limit: 2, after: first.next });
        assert.deepEqual(
          second.items.map(({ path }) => path),
          ['beta'],
        );
        assert.equal(second.next, undefined);
        const later = await client.repositories({ startAfter: 'acme/b' });
        assert.deepEqual(
          later.items.map(({ path }) => path),
          ['acme/web', 'beta'],
        );
      });

      it('reads an image’s configuration', async () => {
        const client = await open();
        const repository = { registry: '', path: 'acme/api' };
        const manifest = await client.manifest({ kind: 'tagged', repository, tag: '1.0' });
        assert.ok(manifest?.body.kind === 'image');
        const config = await client.config(repository, manifest.body.configDigest);
        assert.deepEqual(config?.platform, { os: 'linux', architecture: 'amd64' });
        assert.equal(await client.config(repository, `sha256:${'0'.repeat(64)}`), undefined);
      });

      it('tells what the list of tags does not: of an image, and of one for several platforms', async () => {
        const client = await open();
        const repository = { registry: '', path: 'acme/told' };
        const place = { ...(name.startsWith('TLS') ? secured : plain), authorization };
        const created = new Date('2026-01-02T03:04:05Z');
        const platforms = ['amd64', 'arm64'].map((architecture) => ({ os: 'linux', architecture }));
        const images = await Promise.all(
          platforms.map((platform) => putImage(place, 'acme/told', [platform.architecture], { ...platform, created })),
        );
        const [amd64] = images;
        const { digest } = amd64!.descriptor;
        assert.deepEqual(await readTagDetails(client, { kind: 'digest', repository, digest }), {
          digest,
          configDigest: amd64!.config.digest,
          sizeBytes: 1_024,
          createdAt: created,
          platforms: platforms.slice(0, 1),
        });
        const attestation = { ...amd64!.descriptor, platform: { os: 'unknown', architecture: 'unknown' } };
        const manifests = images.map(({ descriptor }, index) => ({ ...descriptor, platform: platforms[index] }));
        const body = { mediaType: ociIndex, manifests: [attestation, ...manifests] };
        const index = await putManifest(place, 'acme/told', 'all', body);
        assert.deepEqual(await readTagDetails(client, { kind: 'digest', repository, digest: index.digest }), {
          digest: index.digest,
          createdAt: created,
          platforms,
        });
        const missing = `sha256:${'0'.repeat(64)}`;
        assert.equal(await readTagDetails(client, { kind: 'digest', repository, digest: missing }), undefined);
      });

      it('finds what refers to an image, under its tag', async () => {
        const client = await open();
        const repository = { registry: '', path: 'acme/api' };
        const image = await client.resolve({ kind: 'tagged', repository, tag: '1.0' });
        assert.ok(image);
        assert.deepEqual(await client.referrers(repository, image.digest), []);
        const place = { ...(name.startsWith('TLS') ? secured : plain), authorization };
        const referrer = { ...image, artifactType: 'application/spdx+json', annotations: { a: 'b' } };
        const body = { mediaType: ociIndex, manifests: [referrer] };
        await putManifest(place, 'acme/api', image.digest.replace(':', '-'), body);
        assert.deepEqual(await client.referrers(repository, image.digest, 'application/spdx+json'), [referrer]);
        assert.deepEqual(await client.referrers(repository, image.digest, 'another/kind'), []);
      });

      it('finds no repository that is not there', async () => {
        const client = await open();
        await assert.rejects(client.tags({ registry: '', path: 'acme/none' }), { code: 'repository-missing' });
      });
    });

  it('needs the right password', async () => {
    const wrong = openRegistry(secured.host, { credential: { ...credential, password: 'wrong' } });
    await assert.rejects(wrong.repositories(), refused);
    await assert.rejects(wrong.tags({ registry: '', path: 'acme/api' }), refused);
  });

  it('asks a token server for each right, and says who may not list', async () => {
    const open = (options: Parameters<typeof openRegistry>[1]) => openRegistry(byToken.host, options);
    const reader = open({ credential: { username: 'reads', password: 'r' } });
    await assert.rejects(reader.repositories(), { code: 'listing-unsupported' });
    await assert.rejects(reader.tags({ registry: '', path: 'acme/api' }), { code: 'repository-missing' });
    assert.deepEqual(await open({ credential: { identityToken: 'id' } }).repositories(), { items: [] });
    assert.deepEqual(await open({ credential: { username: 'admin', password: 'a' } }).repositories(), { items: [] });
    await assert.rejects(open({ credential: { username: 'admin', password: 'b' } }).repositories(), refused);
    assert.deepEqual(tokens.granted, [
      'GET reads registry:catalog:*',
      'GET reads repository:acme/api:pull',
      'POST admin registry:catalog:*',
      'GET admin registry:catalog:*',
    ]);
  });
});
