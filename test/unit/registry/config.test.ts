import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { openRegistry, type RegistryClient } from '../../../src/registry/index.ts';
import { readImageConfig } from '../../../src/registry/image-config.ts';
import type { ScriptedServer, StepAnswer } from '../../support/registry-server.ts';
import { failure, finishAll, ping, pinged, scripted } from './scenario.ts';

const diffId = `sha256:${'d'.repeat(64)}`;
const empty = { diffIds: [], history: [], user: '', labels: {}, exposedPorts: [], env: [], entrypoint: [] };

describe('an image’s configuration', () => {
  it('is read as Docker writes it', () => {
    const config = readImageConfig({
      architecture: 'arm64',
      variant: 'v8',
      os: 'linux',
      created: '2024-03-01T10:20:30.123456789Z',
      config: {
        User: '1000:1000',
        ExposedPorts: { '8080/tcp': {}, '53/udp': {} },
        Env: ['PATH=/bin', 'A=b=c'],
        Entrypoint: ['/api', 'serve'],
        Cmd: null,
        Labels: { 'org.opencontainers.image.source': 'https://example.com/a' },
      },
      rootfs: { type: 'layers', diff_ids: [diffId] },
      history: [
        { created: '2024-03-01T10:20:30Z', created_by: 'COPY api /api # buildkit', comment: 'buildkit' },
        { created_by: 'ENTRYPOINT ["/api"]', empty_layer: true },
        {},
      ],
    });
    assert.deepEqual(config, {
      created: new Date('2024-03-01T10:20:30.123Z'),
      platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
      diffIds: [diffId],
      history: [
        { createdBy: 'COPY api /api # buildkit', emptyLayer: false },
        { createdBy: 'ENTRYPOINT ["/api"]', emptyLayer: true },
        { createdBy: '', emptyLayer: false },
      ],
      user: '1000:1000',
      labels: { 'org.opencontainers.image.source': 'https://example.com/a' },
      exposedPorts: ['8080/tcp', '53/udp'],
      env: ['PATH=/bin', 'A=b=c'],
      entrypoint: ['/api', 'serve'],
    });
  });

  for (const [name, json] of [
    ['says nothing', {}],
    ['writes null', { config: null, rootfs: null, history: null, created: null, os: null }],
    ['writes null inside', { config: { User: null, Env: null, Labels: null }, rootfs: { diff_ids: null } }],
    [
      'has odd things',
      { config: { User: 7, Env: [1], Labels: { a: 1 }, ExposedPorts: [] }, created: 'x', os: 'linux' },
    ],
    ['has Go’s zero for a date', { created: '0001-01-01T00:00:00Z' }],
  ] as const)
    it(`is read where it ${name}`, () => assert.deepEqual(readImageConfig(json), empty));

  for (const json of [null, 'x', undefined, { rootfs: { diff_ids: ['x'] } }, { history: {} }, { rootfs: 'x' }])
    it(`is none where it is ${JSON.stringify(json)}`, () => assert.equal(readImageConfig(json), undefined));

  describe('at a registry', () => {
    let server: ScriptedServer;
    let client: RegistryClient;
    beforeEach(async () => {
      server = await scripted();
      client = openRegistry(server.host, { transport: 'http', credential: { username: 'ada', password: 'a secret' } });
    });
    afterEach(finishAll);
    const bytes = Buffer.from('{"os":"linux","architecture":"amd64"}');
    const digest = digestOf(bytes);
    const read = { ...empty, platform: { os: 'linux', architecture: 'amd64' } };
    const request = `GET /v2/acme/api/blobs/${digest}`;
    const served: StepAnswer = { status: 200, body: bytes };
    const config = (of = digest) => client.config({ registry: server.host, path: 'acme/api' }, of);

    it('is fetched by its digest', async () => {
      server.expect({ request, answer: served });
      assert.deepEqual(await config(), read);
    });

    it('is fetched from the store to which the registry refers, without a credential', async () => {
      const store = await scripted();
      const location = `${store.url}/bucket/x?X-Amz-Signature=s`;
      const basic = `Basic ${Buffer.from('ada:a secret').toString('base64')}`;
      server.expect(
        { request, answer: { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } } },
        { request, headers: { authorization: basic }, answer: { status: 307, headers: { location } } },
      );
      store.expect({
        request: 'GET /bucket/x?X-Amz-Signature=s',
        headers: { authorization: undefined, cookie: undefined },
        answer: served,
      });
      assert.deepEqual(await config(), read);
    });

    it('is not there where a registry says so', async () => {
      server.expect({ request, answer: { status: 404, body: { errors: [{ code: 'BLOB_UNKNOWN' }] } } }, pinged);
      assert.equal(await config(), undefined);
    });

    it('is not taken for missing when it is the store that says so, or no registry', async () => {
      const store = await scripted();
      server.expect({ request, answer: { status: 307, headers: { location: `${store.url}/x` } } });
      store.expect({ request: 'GET /x', answer: { status: 404 } });
      const error = await failure(config());
      assert.equal(error.code, 'registry-error');
      assert.ok(error.message.startsWith(`${store.host}, to which ${server.host} refers, failed with status 404`));
      server.expect({ request, answer: { status: 404 } }, { request: ping, answer: { status: 404 } });
      assert.equal((await failure(config())).code, 'not-a-registry');
    });

    const limit = 8 * 1024 * 1024;
    const padded = (size: number): Buffer => Buffer.concat([Buffer.alloc(size - bytes.length, ' '), bytes]);
    it('is read to 8 MiB', async () => {
      const [full, more] = [padded(limit), padded(limit + 1)];
      server.expect(
        { request: `GET /v2/acme/api/blobs/${digestOf(full)}`, answer: { status: 200, body: full } },
        { request: `GET /v2/acme/api/blobs/${digestOf(more)}`, answer: { status: 200, body: more } },
      );
      assert.deepEqual(await config(digestOf(full)), read);
      const error = await failure(config(digestOf(more)));
      assert.equal(error.code, 'config-invalid');
      assert.match(error.message, /more than 8 MiB/u);
    });

    for (const [name, of, content, words] of [
      ['has other bytes', digest, Buffer.from('{}'), /do not have the digest/u],
      ['is a web page', digest, Buffer.from('<html>'), /do not have the digest/u],
      ['is no JSON', digestOf(Buffer.from('x')), Buffer.from('x'), /not of its form/u],
      ['has a digest that cannot be checked', `md5:${'a'.repeat(32)}`, bytes, /do not have the digest/u],
    ] as const)
      it(`is refused when it ${name}`, async () => {
        server.expect({ request: `GET /v2/acme/api/blobs/${of}`, answer: { status: 200, body: content } });
        const error = await failure(config(of));
        assert.equal(error.code, 'config-invalid');
        assert.match(error.message, words);
      });
  });
});

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
