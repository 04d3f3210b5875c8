import assert from 'node:assert/strict';
import type { Credential } from '../../../src/credentials/index.ts';
import { openRegistry, type RegistryClient } from '../../../src/registry/index.ts';
import type { ScriptedServer, Step, StepAnswer } from '../../support/registry-server.ts';
import { failure, finishAll, ping, pinged, scripted } from './scenario.ts';

const ada: Credential = { username: 'ada', password: 'a secret' };

describe('the right to push', () => {
  let server: ScriptedServer;
  let client: RegistryClient;
  beforeEach(async () => {
    server = await scripted();
    client = openRegistry(server.host, { transport: 'http', credential: ada });
  });
  afterEach(finishAll);
  const may = () => client.mayPush({ registry: server.host, path: 'acme/api' });
  const post = (answer: StepAnswer): Step => ({
    request: 'POST /v2/acme/api/blobs/uploads/',
    headers: { 'content-length': '0' },
    answer,
  });
  const begun = (location?: string): Step =>
    post({ status: 202, ...(location !== undefined && { headers: { location } }) });
  const refusal = async () => {
    const right = await may();
    assert.ok(right.kind === 'refused', JSON.stringify(right));
    return right.error;
  };

  for (const [name, location] of [
    ['relative', () => '/v2/acme/api/blobs/uploads/1?_state=x%2By'],
    ['absolute', () => `${server.url}/v2/acme/api/blobs/uploads/1?_state=x%2By`],
  ] as const)
    for (const status of [204, 405, 403, 500])
      it(`is there when an upload may begin, and is given up at a ${name} Location (${status})`, async () => {
        const request = 'DELETE /v2/acme/api/blobs/uploads/1?_state=x%2By';
        server.expect(begun(location()), { request, answer: { status } });
        assert.deepEqual(await may(), { kind: 'granted' });
      });

  it('is there when giving the upload up fails on the way', async () => {
    server.expect(begun('/upload/1'), { request: 'DELETE /upload/1', answer: (response) => response.destroy() });
    assert.deepEqual(await may(), { kind: 'granted' });
  });

  it('deletes nothing elsewhere', async () => {
    const elsewhere = await scripted();
    for (const location of [`${elsewhere.url}/upload/1`, 'http://[', undefined]) {
      server.expect(begun(location));
      assert.deepEqual(await may(), { kind: 'granted' });
    }
  });

  it('is asked of the token server, and used to give up', async () => {
    const tokens = await scripted();
    const challenge = { 'www-authenticate': `Bearer realm="${tokens.url}/token"` };
    const headers = { authorization: 'Bearer t' };
    server.expect(
      post({ status: 401, headers: challenge }),
      { ...begun('/upload/1'), headers },
      { request: 'DELETE /upload/1', headers, answer: { status: 204 } },
    );
    tokens.expect({
      request: 'GET /token?scope=repository%3Aacme%2Fapi%3Apull%2Cpush&account=ada',
      answer: { status: 200, body: { token: 't' } },
    });
    assert.deepEqual(await may(), { kind: 'granted' });
  });

  it('is refused with 403, in the registry’s words', async () => {
    server.expect(post({ status: 403, body: { errors: [{ code: 'DENIED', message: 'read only' }] } }));
    const { code, message } = await refusal();
    assert.equal(code, 'denied');
    assert.equal(message, `${server.host} does not let you push to acme/api. It says: “read only”.`);
  });

  it('is refused when the token is for less', async () => {
    const tokens = await scripted();
    const challenge = `Bearer realm="${tokens.url}/token",scope="repository:acme/api:pull,push"`;
    server.expect(
      post({ status: 401, headers: { 'www-authenticate': challenge } }),
      post({ status: 401, headers: { 'www-authenticate': `${challenge},error="insufficient_scope"` } }),
    );
    tokens.expect({
      request: 'GET /token?scope=repository%3Aacme%2Fapi%3Apull%2Cpush&account=ada',
      answer: { status: 200, body: { token: 't' } },
    });
    assert.equal((await refusal()).code, 'denied');
  });

  for (const [status, code] of [
    [401, 'unauthorized'],
    [403, 'denied'],
  ] as const)
    it(`is refused when the token server says ${status}`, async () => {
      const tokens = await scripted();
      server.expect(post({ status: 401, headers: { 'www-authenticate': `Bearer realm="${tokens.url}/token"` } }));
      tokens.expect({
        request: 'GET /token?scope=repository%3Aacme%2Fapi%3Apull%2Cpush&account=ada',
        answer: { status },
      });
      assert.equal((await refusal()).code, code);
    });

  it('is refused without a sign-in where one is wanted', async () => {
    client = openRegistry(server.host, { transport: 'http' });
    server.expect(post({ status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }));
    assert.equal((await refusal()).message, `${server.host} asks for a sign-in.`);
  });

  it('is not judged where the repository must be made first', async () => {
    server.expect(post({ status: 404, body: { errors: [{ code: 'NAME_UNKNOWN', message: 'none' }] } }), pinged);
    const error = await failure(may());
    assert.equal(error.code, 'repository-missing');
    assert.match(error.message, /has no repository acme\/api, and makes none by itself\. It says: “none”\.$/u);
  });

  it('is not judged by what is no registry', async () => {
    server.expect(post({ status: 404 }), { request: ping, answer: { status: 404 } });
    assert.equal((await failure(may())).code, 'not-a-registry');
  });

  for (const status of [201, 405, 500])
    it(`is not judged by a status of ${status}`, async () => {
      server.expect(post({ status }));
      assert.equal((await failure(may())).code, 'registry-error');
    });
});
