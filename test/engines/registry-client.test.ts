import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import https from 'node:https';
import http from 'node:http';
import { parseReference } from '../../src/reference/index.ts';
import { openRegistry, RegistryError, type RegistryErrorCode } from '../../src/registry/index.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';

const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
const ociIndex = 'application/vnd.oci.image.index.v1+json';
const ada = { user: 'ada', password: 'a secret' };
const credential = { username: ada.user, password: ada.password };
const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

describe('the registry client and real registries', function () {
  this.timeout(180_000);
  let plain: RunningRegistry;
  let secured: RunningRegistry;
  let ca: string;
  let image: Pushed;
  let index: Pushed;

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
      descriptor: index.descriptor,
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

interface Content {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}
interface Pushed {
  readonly descriptor: Content;
  readonly config: Content;
  readonly layers: Content[];
}

/** Puts a small image there as `acme/api:1.0`, and an index of it as `acme/api:many`. */
async function pushImages(registry: RunningRegistry): Promise<{ image: Pushed; index: Pushed }> {
  const blob = async (mediaType: string, bytes: Buffer): Promise<Content> => {
    const { location } = await send(registry, 'POST', '/v2/acme/api/blobs/uploads/', 202);
    const upload = new URL(location ?? '', registry.url);
    upload.searchParams.set('digest', digestOf(bytes));
    await send(registry, 'PUT', upload.pathname + upload.search, 201, 'application/octet-stream', bytes);
    return { mediaType, digest: digestOf(bytes), size: bytes.length };
  };
  const manifest = async (mediaType: string, tag: string, body: object): Promise<Content> => {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...body }));
    await send(registry, 'PUT', `/v2/acme/api/manifests/${tag}`, 201, mediaType, bytes);
    return { mediaType, digest: digestOf(bytes), size: bytes.length };
  };
  const config = await blob(
    'application/vnd.oci.image.config.v1+json',
    Buffer.from('{"os":"linux","architecture":"arm64"}'),
  );
  const layers = [await blob('application/vnd.oci.image.layer.v1.tar', Buffer.alloc(1_024))];
  const descriptor = await manifest(ociManifest, '1.0', { config, layers });
  const platform = { os: 'linux', architecture: 'arm64', variant: 'v8' };
  const many = await manifest(ociIndex, 'many', { manifests: [{ ...descriptor, platform }] });
  return { image: { descriptor, config, layers }, index: { descriptor: many, config, layers: [] } };
}

/** Not with the client under test, which cannot write. */
async function send(
  registry: RunningRegistry,
  method: string,
  path: string,
  status: number,
  type?: string,
  bytes?: Buffer,
): Promise<http.IncomingHttpHeaders> {
  const request = registry.url.startsWith('https:') ? https.request : http.request;
  return new Promise((resolve, reject) => {
    const headers = { ...(type !== undefined && { 'content-type': type }), 'content-length': bytes?.length ?? 0 };
    const options = { method, headers, auth: `${ada.user}:${ada.password}`, rejectUnauthorized: false };
    const sent = request(registry.url + path, options, (response) => {
      response.resume();
      if (response.statusCode === status) resolve(response.headers);
      else reject(new Error(`${method} ${path}: ${response.statusCode}`));
    });
    sent.on('error', reject);
    sent.end(bytes);
  });
}
