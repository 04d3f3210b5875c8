import assert from 'node:assert/strict';
import { openRegistry, type RegistryClient } from '../../../src/registry/index.ts';
import { parseReference } from '../../../src/reference/index.ts';
import type { ScriptedServer, Step, StepAnswer } from '../../support/registry-server.ts';
import { body, descriptor, digest, failure, finishAll, get, pinged, scripted, served, tag } from './scenario.ts';

const other = `sha256:${'0'.repeat(64)}`;

describe('giving an image another tag', () => {
  let server: ScriptedServer;
  let client: RegistryClient;
  beforeEach(async () => {
    server = await scripted();
    client = openRegistry(server.host, { transport: 'http' });
  });
  afterEach(finishAll);
  const retag = () => client.retag(tag(server.host), 'stable');
  const read: Step = { request: get, answer: served() };
  const put = (answer: StepAnswer): Step => ({
    request: 'PUT /v2/acme/api/manifests/stable',
    headers: { 'content-type': descriptor.mediaType, 'content-length': String(body.length) },
    body: body.toString(),
    answer,
  });
  const created = (stated?: string): StepAnswer => ({
    status: 201,
    ...(stated !== undefined && { headers: { 'docker-content-digest': stated } }),
  });

  it('puts the very bytes there, and nothing else', async () => {
    server.expect(read, put(created(digest)));
    assert.deepEqual(await retag(), descriptor);
  });

  it('takes a digest, too', async () => {
    server.expect({ ...read, request: `GET /v2/acme/api/manifests/${digest}` }, put(created(digest)));
    assert.deepEqual(await client.retag(parseReference(`${server.host}/acme/api@${digest}`), 'stable'), descriptor);
  });

  it('takes the media type from the body where the answer gives none', async () => {
    server.expect({ ...read, answer: served({ 'content-type': 'application/json' }) }, put(created(digest)));
    assert.deepEqual(await retag(), descriptor);
  });

  it('asks a token server once, for both', async () => {
    const tokens = await scripted();
    const challenge = { 'www-authenticate': `Bearer realm="${tokens.url}/token"` };
    const authorized = { authorization: 'Bearer t' };
    server.expect(
      { request: get, answer: { status: 401, headers: challenge } },
      { ...read, headers: authorized },
      { ...put(created(digest)), headers: authorized },
    );
    tokens.expect({
      request: 'GET /token?scope=repository%3Aacme%2Fapi%3Apull%2Cpush',
      answer: { status: 200, body: { token: 't' } },
    });
    assert.deepEqual(await retag(), descriptor);
  });

  it('asks for the tag where the answer states no digest', async () => {
    server.expect(read, put(created()), { request: 'HEAD /v2/acme/api/manifests/stable', answer: served() });
    assert.deepEqual(await retag(), descriptor);
  });

  for (const [name, steps] of [
    ['states', [put(created(other))]],
    [
      'holds',
      [
        put(created()),
        { request: 'HEAD /v2/acme/api/manifests/stable', answer: served({ 'docker-content-digest': other }) },
      ],
    ],
    [
      'has nothing under the tag, not even what it',
      [put(created()), { request: 'HEAD /v2/acme/api/manifests/stable', answer: { status: 404 } }, pinged],
    ],
  ] as [string, Step[]][])
    it(`fails when the registry ${name} another digest`, async () => {
      server.expect(read, ...steps);
      const error = await failure(retag());
      assert.equal(error.code, 'digest-differs');
      assert.match(error.message, /took the tag stable, and holds something else/u);
    });

  it('gives undefined where there is nothing to tag', async () => {
    server.expect({ request: get, answer: { status: 404 } }, pinged);
    assert.equal(await retag(), undefined);
  });

  for (const [status, code] of [
    [400, 'registry-error'],
    [403, 'denied'],
    [202, 'registry-error'],
  ] as const)
    it(`fails with ${code} when the registry answers ${status}, in its words`, async () => {
      const errors = [{ code: 'TAG_INVALID', message: 'the tag is immutable' }];
      server.expect(read, put({ status, body: { errors } }));
      const error = await failure(retag());
      assert.equal(error.code, code);
      assert.match(error.message, /It says: “the tag is immutable”\.$/u);
    });

  it('does not pass on what is no manifest', async () => {
    server.expect({ request: get, answer: { status: 200, body: { schemaVersion: 1, fsLayers: [] } } });
    assert.equal((await failure(retag())).code, 'manifest-invalid');
  });
});
