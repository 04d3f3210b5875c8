import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { Credential } from '../../src/credentials/index.ts';
import { parseReference, parseRegistryKey } from '../../src/reference/index.ts';
import { checkSignIn, openRegistry, type RegistryOptions, type SignInCheck } from '../../src/registry/index.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';

const ada = { user: 'ada', password: 'p:ä secret' };
const right: Credential = { username: ada.user, password: ada.password };
const wrong: Credential = { username: ada.user, password: 'p:a secret' };

describe('signing in to real registries', function () {
  this.timeout(180_000);
  let open: RunningRegistry;
  let plain: RunningRegistry;
  let secured: RunningRegistry;
  let ca: string;

  before(async () => {
    [open, plain, secured] = await Promise.all([
      startRegistry(),
      startRegistry({ htpasswd: ada }),
      startRegistry({ htpasswd: ada, tls: true }),
    ]);
    ca = await readFile(secured.caFile!, 'utf8');
  });
  after(() => Promise.all([open, plain, secured].map((registry) => registry.stop())));

  const check = (
    { host }: RunningRegistry,
    credential: Credential,
    options: RegistryOptions = {},
  ): Promise<SignInCheck> => checkSignIn(parseRegistryKey(`${host}/team`), credential, options);

  for (const [name, registry, options, transport] of [
    ['plain HTTP', () => plain, () => ({}), 'http'],
    ['HTTPS with a certificate of its own', () => secured, () => ({}), 'https-unverified'],
    ['HTTPS with a certificate that is trusted', () => secured, () => ({ ca, transport: 'https' }), 'https'],
  ] as [string, () => RunningRegistry, () => RegistryOptions, string][]) {
    describe(`over ${name}`, () => {
      it('accepts the right password', async () =>
        assert.deepEqual(await check(registry(), right, options()), { status: 'accepted', transport }));

      for (const [what, credential] of [
        ['another password', wrong],
        ['another name', { ...right, username: 'bob' }],
        ['no password', { ...right, password: '' }],
      ] as [string, Credential][])
        it(`refuses ${what}`, async () => {
          const result = await check(registry(), credential, options());
          assert.ok(result.status === 'refused', JSON.stringify(result));
          assert.ok(result.message.startsWith(`${registry().host} did not accept the sign-in.`), result.message);
        });

      it('reads what was pushed there, to confirm it', async () => {
        const pushed = await pushManifest(registry());
        const client = openRegistry(registry().host, { ...options(), credential: right });
        const reference = parseReference(`${registry().host}/team/api:1.0`);
        assert.equal((await client.resolve(reference))?.digest, pushed.digest);
        assert.deepEqual((await client.manifest(reference))?.body, {
          kind: 'image',
          configDigest: pushed.configDigest,
          layers: [],
        });
        assert.equal(await client.resolve(parseReference(`${registry().host}/team/api:2.0`)), undefined);
      });
    });
  }

  it('is not checked where everybody is let in', async () => {
    const result = await check(open, wrong);
    assert.ok(result.status === 'unchecked', JSON.stringify(result));
    assert.equal(result.transport, 'http');
  });

  it('is not judged over a certificate that is not trusted', async () => {
    const result = await check(secured, right, { transport: 'https' });
    assert.ok(result.status === 'unreachable', JSON.stringify(result));
    assert.equal(result.error.code, 'certificate-untrusted');
  });

  it('is not judged by a registry that is down, and is by one that is back', async () => {
    await plain.kill();
    const result = await check(plain, right);
    await plain.restart();
    assert.ok(result.status === 'unreachable', JSON.stringify(result));
    assert.equal(result.error.code, 'registry-unreachable');
    assert.equal((await check(plain, right)).status, 'accepted');
  });
});

/** Puts an image without layers there as `team/api:1.0`, not with the client under test. */
async function pushManifest(registry: RunningRegistry): Promise<{ digest: string; configDigest: string }> {
  const config = Buffer.from('{"os":"linux","architecture":"amd64"}');
  const configDigest = digestOf(config);
  const { location } = await send(registry, 'POST', '/v2/team/api/blobs/uploads/', 202);
  const upload = new URL(location ?? '', registry.url);
  upload.searchParams.set('digest', configDigest);
  await send(registry, 'PUT', upload.pathname + upload.search, 201, 'application/octet-stream', config);
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const descriptor = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: configDigest,
    size: config.length,
  };
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config: descriptor, layers: [] }));
  await send(registry, 'PUT', '/v2/team/api/manifests/1.0', 201, mediaType, manifest);
  return { digest: digestOf(manifest), configDigest };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function send(
  { url }: RunningRegistry,
  method: string,
  path: string,
  status: number,
  type = 'text/plain',
  bytes = Buffer.alloc(0),
): Promise<http.IncomingHttpHeaders> {
  const headers = {
    authorization: `Basic ${Buffer.from(`${ada.user}:${ada.password}`).toString('base64')}`,
    'content-type': type,
    'content-length': bytes.length,
  };
  const request = url.startsWith('https:') ? https.request : http.request;
  return new Promise((resolve, reject) => {
    request(url + path, { method, headers, rejectUnauthorized: false }, (response) => {
      response.resume();
      if (response.statusCode === status) resolve(response.headers);
      else reject(new Error(`${method} ${path}: ${response.statusCode}`));
    })
      .on('error', reject)
      .end(bytes);
  });
}
