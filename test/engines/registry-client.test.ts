import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { parseReference } from '../../src/reference/index.ts';
import { openRegistry, RegistryError, type RegistryErrorCode } from '../../src/registry/index.ts';
import { type Content, ociIndex, putImage, putManifest } from '../support/registry-content.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';

const ada = { user: 'ada', password: 'a secret' };
const credential = { username: ada.user, password: ada.password };

describe('the registry client and real registries', function () {
  this.timeout(180_000);
  let plain: RunningRegistry;
  let secured: RunningRegistry;
  let ca: string;
  let image: Pushed;
  let index: Content;

  before(async () => {
    [plain, secured] = await Promise.all([startRegistry(), startRegistry({ tls: true, htpasswd: ada })]);
    ca = await readFile(secured.caFile!, 'utf8');
    for (const registry of [plain, secured]) ({ image, index } = await pushImages(registry));
  });
  after(() => Promise.all([plain.stop(), secured.stop()]));

  it('finds plain HTTP, and the tag that was pushed', async () => {
    const client = openRegistry(plain.host);
    await client.ping();
    assert.equal(client.transport, 'http');
    assert.deepEqual(await client.resolve(parseReference(`${plain.host}/acme/api:1.0`)), image.descriptor);
  });

  it('reads a manifest by tag and by digest', async () => {
    const client = openRegistry(plain.host, { transport: 'http' });
    const read = {
      descriptor: image.descriptor,
      body: { kind: 'image', configDigest: image.config.digest, layers: image.layers },
    };
    assert.deepEqual(await client.manifest(parseReference(`${plain.host}/acme/api:1.0`)), read);
    assert.deepEqual(await client.manifest(parseReference(`${plain.host}/acme/api@${image.descriptor.digest}`)), read);
  });

  it('reads an index with its platforms', async () => {
    const client = openRegistry(plain.host, { transport: 'http' });
    assert.deepEqual(await client.manifest(parseReference(`${plain.host}/acme/api:many`)), {
      descriptor: index,
      body: {
        kind: 'index',
        manifests: [{ ...image.descriptor, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } }],
      },
    });
  });

  it('finds no other tag, and no other repository', async () => {
    const client = openRegistry(plain.host);
    for (const name of ['acme/api:2.0', 'acme/other:1.0', `acme/api@sha256:${'0'.repeat(64)}`]) {
      const reference = parseReference(`${plain.host}/${name}`);
      assert.equal(await client.resolve(reference), undefined, name);
      assert.equal(await client.manifest(reference), undefined, name);
    }
  });

  it('signs in with name and password, over TLS with a certificate of its own', async () => {
    const reference = parseReference(`${secured.host}/acme/api:1.0`);
    for (const options of [{ credential }, { credential, ca, transport: 'https' as const }])
      assert.deepEqual(await openRegistry(secured.host, options).resolve(reference), image.descriptor);
  });

  const refused: [string, () => Parameters<typeof openRegistry>[1], RegistryErrorCode][] = [
    ['no sign-in', () => ({}), 'unauthorized'],
    ['a wrong password', () => ({ credential: { ...credential, password: 'wrong' } }), 'unauthorized'],
    ['an unknown certificate', () => ({ credential, transport: 'https' }), 'certificate-untrusted'],
  ];
  for (const [name, options, code] of refused)
    it(`says what is wrong with ${name}`, async () => {
      const client = openRegistry(secured.host, options());
      await assert.rejects(client.resolve(parseReference(`${secured.host}/acme/api:1.0`)), (error) => {
        assert.ok(error instanceof RegistryError);
        assert.equal(error.code, code);
        assert.equal(error.host, secured.host);
        return true;
      });
    });

  it('says that HTTPS is not spoken, and that plain HTTP is not', async () => {
    await assert.rejects(openRegistry(plain.host, { transport: 'https' }).ping(), { code: 'plain-http' });
    await assert.rejects(openRegistry(secured.host, { transport: 'http' }).ping(), { code: 'not-a-registry' });
  });

  it('finds a registry that needs a sign-in without one', () => openRegistry(secured.host).ping());

  it('says that the registry is down, and finds it again', async () => {
    const own = await startRegistry();
    try {
      const client = openRegistry(own.host);
      await client.ping();
      await own.kill();
      await assert.rejects(client.ping(), { code: 'registry-unreachable', temporary: true });
      await own.restart();
      await client.ping();
    } finally {
      await own.stop();
    }
  });
});

interface Pushed {
  readonly descriptor: Content;
  readonly config: Content;
  readonly layers: Content[];
}

/** Puts a small image there as `acme/api:1.0`, and an index of it as `acme/api:many`. */
async function pushImages(registry: RunningRegistry): Promise<{ image: Pushed; index: Content }> {
  const authorization = `Basic ${Buffer.from(`${ada.user}:${ada.password}`).toString('base64')}`;
  const place = { ...registry, authorization };
  const image = await putImage(place, 'acme/api', ['1.0'], { os: 'linux', architecture: 'arm64' });
  const platform = { os: 'linux', architecture: 'arm64', variant: 'v8' };
  const body = { mediaType: ociIndex, manifests: [{ ...image.descriptor, platform }] };
  return { image, index: await putManifest(place, 'acme/api', 'many', body) };
}
