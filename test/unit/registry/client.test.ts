import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { parseReference } from '../../../src/reference/index.ts';
import { openRegistry, type RegistryClient } from '../../../src/registry/index.ts';
import { acceptManifests } from '../../../src/registry/media-types.ts';
import type { ScriptedServer } from '../../support/registry-server.ts';
import {
  body,
  descriptor,
  digest,
  failure,
  finishAll,
  get,
  head,
  ping,
  pinged,
  scripted,
  served,
  tag,
} from './scenario.ts';

const page = { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<html>Welcome</html>' };

describe('a registry client', () => {
  let server: ScriptedServer;
  let client: RegistryClient;
  beforeEach(async () => {
    server = await scripted();
    client = openRegistry(server.host, { transport: 'http', userAgent: 'tests/1', retries: 0 });
  });
  afterEach(finishAll);

  describe('resolve', () => {
    it('asks with HEAD, for all four media types, and takes the answer’s headers', async () => {
      const headers = {
        accept: acceptManifests,
        'user-agent': 'tests/1',
        'accept-encoding': 'identity',
        authorization: undefined,
      };
      server.expect({ request: head, headers, answer: served() });
      assert.deepEqual(await client.resolve(tag(server.host)), descriptor);
    });

    it('ignores the parameters of the content type', async () => {
      server.expect({ request: head, answer: served({ 'content-type': `${descriptor.mediaType}; charset=utf-8` }) });
      assert.deepEqual(await client.resolve(tag(server.host)), descriptor);
    });

    it('asks for a digest by the digest', async () => {
      const reference = parseReference(`${server.host}/acme/api:1.0@${digest}`);
      server.expect({ request: `HEAD /v2/acme/api/manifests/${digest}`, answer: served() });
      assert.deepEqual(await client.resolve(reference), descriptor);
    });

    for (const [name, answer] of [
      ['no digest', { status: 200, headers: { 'content-type': descriptor.mediaType }, body }],
      ['a digest that is none', served({ 'docker-content-digest': 'sha256:x' })],
      ['a digest of an algorithm that cannot be checked', served({ 'docker-content-digest': `md5:${'a'.repeat(32)}` })],
      ['no media type', served({ 'content-type': '' })],
      ['a status of 405', { status: 405 }],
    ] as const)
      it(`computes the digest from a GET when HEAD has ${name}`, async () => {
        server.expect(
          { request: head, answer },
          {
            request: get,
            headers: { accept: acceptManifests },
            answer: { status: 200, headers: { 'content-type': descriptor.mediaType }, body },
          },
        );
        assert.deepEqual(await client.resolve(tag(server.host)), descriptor);
      });

    it('computes the digest from a GET when HEAD names another than was asked for', async () => {
      const reference = parseReference(`${server.host}/acme/api@${digest}`);
      server.expect(
        {
          request: `HEAD /v2/acme/api/manifests/${digest}`,
          answer: served({ 'docker-content-digest': `sha256:${'0'.repeat(64)}` }),
        },
        {
          request: `GET /v2/acme/api/manifests/${digest}`,
          answer: { status: 200, headers: { 'content-type': descriptor.mediaType }, body },
        },
      );
      assert.deepEqual(await client.resolve(reference), descriptor);
    });

    it('gives undefined for a 404 of a registry that says what it is', async () => {
      server.expect({
        request: head,
        answer: { status: 404, headers: { 'docker-distribution-api-version': 'registry/2.0' } },
      });
      assert.equal(await client.resolve(tag(server.host)), undefined);
    });

    it('makes sure that a bare 404 is a registry’s, once', async () => {
      server.expect({ request: head, answer: { status: 404 } }, pinged, { request: head, answer: { status: 404 } });
      assert.equal(await client.resolve(tag(server.host)), undefined);
      assert.equal(await client.resolve(tag(server.host)), undefined);
    });

    it('does not take the 404 of a web server for a registry’s', async () => {
      server.expect(
        { request: head, answer: { status: 404 } },
        { request: ping, answer: { status: 404, body: 'Not Found' } },
      );
      const error = await failure(client.resolve(tag(server.host)));
      assert.equal(error.code, 'not-a-registry');
      assert.equal(error.status, 404);
      assert.match(error.message, new RegExp(`${server.host} answers, but it is no registry.*Not Found`, 'u'));
    });

    it('does not take a web page for a manifest', async () => {
      server.expect({ request: head, answer: page });
      assert.equal((await failure(client.resolve(tag(server.host)))).code, 'not-a-registry');
    });
  });

  describe('manifest', () => {
    it('reads it, and checks its bytes', async () => {
      server.expect({ request: get, headers: { accept: acceptManifests }, answer: served() });
      assert.deepEqual(await client.manifest(tag(server.host)), {
        descriptor,
        body: { kind: 'image', configDigest: `sha256:${'a'.repeat(64)}`, layers: [] },
      });
    });

    it('reads one that came in chunks and by SHA-512', async () => {
      const sha512 = `sha512:${createHash('sha512').update(body).digest('hex')}`;
      server.expect({
        request: `GET /v2/acme/api/manifests/${sha512}`,
        answer: (response) => {
          response.writeHead(200, { 'content-type': descriptor.mediaType });
          for (const byte of body) response.write(Buffer.of(byte));
          response.end();
        },
      });
      const read = await client.manifest(parseReference(`${server.host}/acme/api@${sha512}`));
      assert.deepEqual(read?.descriptor, { ...descriptor, digest: sha512 });
    });

    it('gives undefined when there is none', async () => {
      const none = { status: 404, body: { errors: [{ code: 'NAME_UNKNOWN', message: 'unknown' }] } };
      server.expect({ request: get, answer: none }, pinged);
      assert.equal(await client.manifest(tag(server.host)), undefined);
    });

    it('refuses bytes that are not those of the digest that was asked for', async () => {
      const other = `sha256:${'0'.repeat(64)}`;
      server.expect({
        request: `GET /v2/acme/api/manifests/${other}`,
        answer: { ...served(), headers: { 'content-type': descriptor.mediaType } },
      });
      const error = await failure(client.manifest(parseReference(`${server.host}/acme/api@${other}`)));
      assert.equal(error.code, 'manifest-invalid');
      assert.match(error.message, new RegExp(`acme/api@${other}.*do not have the digest ${other}`, 'u'));
    });

    it('refuses bytes that are not those of the digest that the header states', async () => {
      server.expect({ request: get, answer: served({ 'docker-content-digest': `sha256:${'0'.repeat(64)}` }) });
      assert.equal((await failure(client.manifest(tag(server.host)))).code, 'manifest-invalid');
    });

    it('refuses a digest whose algorithm it does not know', async () => {
      const odd = `blake3:${'a'.repeat(64)}`;
      server.expect({
        request: `GET /v2/acme/api/manifests/${odd}`,
        answer: { ...served(), headers: { 'content-type': descriptor.mediaType } },
      });
      assert.equal(
        (await failure(client.manifest(parseReference(`${server.host}/acme/api@${odd}`)))).code,
        'manifest-invalid',
      );
    });

    it('refuses one that is not what a manifest is', async () => {
      server.expect({
        request: get,
        answer: { status: 200, headers: { 'content-type': descriptor.mediaType }, body: { config: 1 } },
      });
      const error = await failure(client.manifest(tag(server.host)));
      assert.equal(error.code, 'manifest-invalid');
      assert.match(error.message, /acme\/api:1\.0 that is not valid: its config/u);
    });

    for (const [name, answer] of [
      ['a web page', page],
      ['a web page that does not say so', { ...page, headers: { 'content-type': descriptor.mediaType } }],
      ['no JSON', { ...served(), headers: {}, body: 'hello' }],
      ['bytes that are no text', { ...served(), headers: {}, body: Buffer.of(0x22, 0xff, 0x22) }],
      ['nothing', { status: 200 }],
    ] as const)
      it(`takes ${name} for no registry’s`, async () => {
        server.expect({ request: get, answer });
        assert.equal((await failure(client.manifest(tag(server.host)))).code, 'not-a-registry');
      });

    it('reads no more than 4 MiB', async () => {
      const limit = 4 * 1024 * 1024;
      const padded = (size: number): Buffer => Buffer.concat([Buffer.alloc(size - body.length, ' '), body]);
      const type = { 'content-type': descriptor.mediaType };
      server.expect(
        { request: get, answer: { status: 200, headers: type, body: padded(limit) } },
        { request: get, answer: { status: 200, headers: type, body: padded(limit + 1) } },
      );
      assert.equal((await client.manifest(tag(server.host)))?.descriptor.size, limit);
      const error = await failure(client.manifest(tag(server.host)));
      assert.equal(error.code, 'manifest-invalid');
      assert.match(error.message, /more than 4 MiB/u);
    });
  });

  describe('ping', () => {
    for (const [name, answer] of [
      ['a registry', { status: 200, body: {} }],
      ['one that sends no body', { status: 200, headers: { 'content-type': '' } }],
      ['one that wants a sign-in', { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }],
    ] as const)
      it(`finds ${name}`, async () => {
        server.expect({ request: ping, answer });
        await client.ping();
      });

    for (const [name, answer, code, temporary] of [
      ['a web page', page, 'not-a-registry', false],
      ['a 404', { status: 404 }, 'not-a-registry', false],
      ['a 400', { status: 400, body: 'Client sent an HTTP request to an HTTPS server.' }, 'not-a-registry', false],
      ['a 401 without a challenge', { status: 401 }, 'unauthorized', false],
      ['a 403', { status: 403 }, 'denied', false],
      ['a 429', { status: 429 }, 'rate-limited', true],
      ['a 503', { status: 503, headers: { 'content-type': 'text/html' }, body: '<h1>503' }, 'registry-error', true],
      ['a 204', { status: 204 }, 'registry-error', false],
    ] as const)
      it(`fails on ${name} with ${code}`, async () => {
        server.expect({ request: ping, answer });
        const error = await failure(client.ping());
        assert.equal(error.code, code);
        assert.equal(error.temporary, temporary);
        assert.equal(error.status, answer.status);
        assert.equal(error.host, server.host);
        assert.equal(error.method, 'GET');
        assert.equal(error.url, `${server.url}/v2/`);
      });
  });

  describe('the registry’s own words', () => {
    const failing = async (status: number, words: string | object, type?: string) => {
      server.expect({
        request: get,
        answer: { status, body: words, ...(type !== undefined && { headers: { 'content-type': type } }) },
      });
      return failure(client.manifest(tag(server.host)));
    };

    it('are read from the body that the specification gives', async () => {
      const errors = [
        { code: 'DENIED', message: 'no\u001b[31m way', detail: { action: 'pull' } },
        { code: 'UNKNOWN' },
        { message: 'https://u:p@x.example/y?token=t' },
      ];
      const error = await failing(403, { errors });
      assert.deepEqual(error.diagnostics, [
        { code: 'DENIED', message: 'no way', detail: '{"action":"pull"}' },
        { code: 'UNKNOWN', message: '' },
        { code: '', message: 'https://x.example/y?…' },
      ]);
      assert.match(error.message, /It says: “no way; UNKNOWN; https:\/\/x\.example\/y\?…”\.$/u);
    });

    for (const [name, words, type, expected] of [
      ['details alone', { details: 'wrong' }, undefined, [{ code: '', message: 'wrong' }]],
      [
        'OAuth’s members',
        { error: 'invalid_token', error_description: 'old' },
        undefined,
        [{ code: 'invalid_token', message: 'old' }],
      ],
      ['a message alone', { message: 'wrong' }, undefined, [{ code: '', message: 'wrong' }]],
      ['a number for a code', { errors: [{ code: 7, message: 'm' }] }, undefined, [{ code: '7', message: 'm' }]],
      ['plain text', 'wrong', 'text/plain; charset=utf-8', [{ code: '', message: 'wrong' }]],
      ['a web page', '<html>wrong</html>', 'text/html', []],
      ['nothing', '', 'text/plain', []],
      ['odd shapes', { errors: 'x', details: 1, message: null }, undefined, []],
      ['a list of odd things', { errors: [1, null, {}, { message: [] }] }, undefined, []],
      ['no object', '"x"', 'application/json', []],
      ['damaged JSON', '{"errors":', 'application/json', []],
      ['bytes that are no text', Buffer.from([0, 0xff, 0xfe, 0x80]), 'application/octet-stream', []],
      ['an error of this and a detail of that shape', { errors: { code: 'A' }, detail: ['x'] }, undefined, []],
      [
        'a detail nested by the thousand',
        `{"errors":[{"code":"A","message":"m","detail":${'['.repeat(30_000)}${']'.repeat(30_000)}}]}`,
        'application/json',
        [{ code: 'A', message: 'm', detail: '…' }],
      ],
    ] as const)
      it(`are read from ${name}`, async () => {
        const error = await failing(400, words, type);
        assert.equal(error.code, 'registry-error');
        assert.deepEqual(error.diagnostics, expected);
      });

    it('are read to 64 KiB, and shown to some hundred characters', async () => {
      const error = await failing(500, 'x'.repeat(1_000_000), 'text/plain');
      assert.equal(error.diagnostics[0]?.message.length, 500);
      assert.ok(error.message.length < 500);
      const long = { errors: Array.from({ length: 50 }, () => ({ code: 'A', message: 'm'.repeat(200) })) };
      assert.ok((await failing(500, long)).diagnostics.length <= 5);
      const beyond = { errors: [{ code: 'A', message: 'm' }], filler: 'x'.repeat(70_000) };
      assert.deepEqual((await failing(500, beyond)).diagnostics, [], 'cut JSON is none');
    });

    it('say whether the failure may pass', async () => {
      assert.equal((await failing(502, '')).temporary, true);
      assert.equal((await failing(400, { errors: [{ code: 'TOOMANYREQUESTS' }] })).temporary, true);
      assert.equal(
        (await failing(400, { errors: [{ code: 'TOOMANYREQUESTS' }, { code: 'DENIED' }] })).temporary,
        false,
      );
      assert.equal((await failing(400, '')).temporary, false);
    });
  });
});
