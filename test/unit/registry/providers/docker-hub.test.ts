import assert from 'node:assert/strict';
import { parseTarget } from '../../../../src/reference/index.ts';
import { dockerHub } from '../../../../src/registry/providers/docker-hub.ts';
import { failure, finishAll } from '../scenario.ts';
import { apiOf, type ScriptedApi } from './api.ts';

const mira = { username: 'mira', password: 'dckr_pat_planted' };
const signedIn = {
  request: 'POST /v2/auth/token',
  headers: { host: 'hub.docker.com', 'content-type': 'application/json', authorization: undefined },
  body: JSON.stringify({ identifier: mira.username, secret: mira.password }),
  answer: { status: 200, body: { access_token: 'hub-token' } },
};
const authorization = 'Bearer hub-token';

describe('Docker Hub', () => {
  let hub: ScriptedApi;
  beforeEach(async () => {
    hub = await apiOf('docker.io', ['hub.docker.com']);
  });
  afterEach(finishAll);

  it('owns its own name, and no other that looks like it', () => {
    assert.equal(dockerHub.owns('docker.io'), true);
    assert.equal(dockerHub.owns('docker.io.evil.example'), false);
  });

  it('lists the repositories of who signed in, page by page, signing in once', async () => {
    const browser = dockerHub.browse!(hub.parts(mira));
    hub.server.expect(
      signedIn,
      {
        request: 'GET /v2/repositories/mira?page_size=2',
        headers: { authorization },
        answer: {
          status: 200,
          body: {
            count: 3,
            next: 'https://hub.docker.com/v2/repositories/mira?page=2&page_size=2',
            results: [{ name: 'api', last_updated: '2026-01-05T21:06:53.506400Z' }, { name: 'web' }],
          },
        },
      },
      {
        request: 'GET /v2/repositories/mira?page=2&page_size=2',
        headers: { authorization },
        answer: { status: 200, body: { count: 3, next: null, results: [{ name: 'db' }] } },
      },
    );
    const first = await browser.repositories(undefined, { limit: 2 });
    assert.deepEqual(first.items, [
      { repository: { registry: 'docker.io', path: 'mira/api' }, updatedAt: new Date('2026-01-05T21:06:53.506Z') },
      { repository: { registry: 'docker.io', path: 'mira/web' } },
    ]);
    const second = await browser.repositories(undefined, { limit: 2, after: first.next });
    assert.deepEqual(second, { items: [{ repository: { registry: 'docker.io', path: 'mira/db' } }] });
  });

  it('lists tags with digest, size, age and platforms in one request, also to who has not signed in', async () => {
    hub.server.expect({
      request: 'GET /v2/namespaces/library/repositories/hello-world/tags?page_size=100',
      headers: { authorization: undefined },
      answer: {
        status: 200,
        body: {
          next: 'https://elsewhere.example/v2/steal',
          results: [
            {
              name: 'linux',
              full_size: 1972332,
              digest: `sha256:${'7'.repeat(64)}`,
              tag_last_pushed: '2026-01-05T21:06:53Z',
              images: [
                { architecture: 'amd64', os: 'linux', variant: null },
                { architecture: 'arm64', os: 'linux', variant: 'v8' },
                { architecture: 'unknown', os: 'unknown', variant: null },
              ],
            },
          ],
        },
      },
    });
    const page = await dockerHub.browse!(hub.parts()).remoteTags('library/hello-world', {});
    assert.deepEqual(page, {
      items: [
        {
          name: 'linux',
          digest: `sha256:${'7'.repeat(64)}`,
          sizeBytes: 1972332,
          pushedAt: new Date('2026-01-05T21:06:53Z'),
          platforms: [
            { os: 'linux', architecture: 'amd64' },
            { os: 'linux', architecture: 'arm64', variant: 'v8' },
          ],
        },
      ],
    });
  });

  it('never takes the token to another host, whatever is said to be next', async () => {
    const browser = dockerHub.browse!(hub.parts(mira));
    const next = 'https://hub.docker.com//evil.example/v2/steal';
    hub.server.expect(signedIn, {
      request: 'GET /v2/repositories/acme?page_size=100',
      answer: { status: 200, body: { next, results: [] } },
    });
    const page = await browser.repositories('acme', {});
    hub.server.expect({
      request: 'GET //evil.example/v2/steal',
      headers: { host: 'hub.docker.com' },
      answer: { status: 200, body: { next: null, results: [] } },
    });
    await browser.repositories('acme', { after: page.next });
  });

  it('says what to do where nobody is signed in and no name was added', async () => {
    const error = await failure(dockerHub.browse!(hub.parts()).repositories(undefined, {}));
    assert.equal(error.code, 'listing-unsupported');
    assert.match(error.message, /sign in, or add docker\.io\/NAME/u);
  });

  it('tells a refused sign-in, with the Hub’s words and without the token that it repeats', async () => {
    hub.server.expect({
      ...signedIn,
      answer: { status: 401, body: { detail: `incorrect authentication credentials ${mira.password}` } },
    });
    const error = await failure(dockerHub.browse!(hub.parts(mira)).repositories('acme', {}));
    assert.equal(error.code, 'unauthorized');
    assert.doesNotMatch(error.message, /planted/u);
  });

  it('follows no redirect with a secret in the body', async () => {
    hub.server.expect({
      ...signedIn,
      answer: { status: 307, headers: { location: 'https://hub.docker.com/elsewhere' } },
    });
    const error = await failure(dockerHub.browse!(hub.parts(mira)).repositories('acme', {}));
    assert.equal(error.status, 307);
  });

  it('says that a form it does not know is unexpected, and quotes nothing', async () => {
    hub.server.expect({
      request: 'GET /v2/repositories/acme?page_size=100',
      answer: { status: 200, body: { next: null, results: [{ name: 5 }] } },
    });
    const error = await failure(dockerHub.browse!(hub.parts()).repositories('acme', {}));
    assert.match(error.message, /^docker\.io answered in an unexpected form: its results\.0\.name/u);
  });

  it('says that a web page is no answer', async () => {
    hub.server.expect({
      request: 'GET /v2/repositories/acme?page_size=100',
      answer: { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Log in to the network</html>' },
    });
    const error = await failure(dockerHub.browse!(hub.parts()).repositories('acme', {}));
    assert.match(error.message, /no JSON/u);
  });

  describe('tells whether a tag is immutable', () => {
    const settings = (immutable_tags_settings: object | undefined) =>
      hub.server.expect({
        request: 'GET /v2/repositories/acme/api',
        answer: { status: 200, body: { name: 'api', immutable_tags_settings } },
      });
    const ask = (tag: string) => dockerHub.mutability!(hub.parts(), parseTarget(`docker.io/acme/api:${tag}`));

    it('by a rule that names it whole', async () => {
      settings({ enabled: true, rules: ['v?\\d+\\.\\d+\\.\\d+'] });
      assert.equal((await ask('v1.2.3')).kind, 'immutable');
      settings({ enabled: true, rules: ['v?\\d+\\.\\d+\\.\\d+'] });
      assert.equal((await ask('v1.2.3-rc')).kind, 'mutable');
    });

    it('not by rules that are off, damaged or missing', async () => {
      settings({ enabled: false, rules: ['.*'] });
      assert.equal((await ask('1')).kind, 'mutable');
      settings({ enabled: true, rules: ['('] });
      assert.equal((await ask('1')).kind, 'mutable');
      settings(undefined);
      assert.equal((await ask('1')).kind, 'mutable');
    });

    it('by no rule that could take for ever, which leaves it unknown', async () => {
      settings({ enabled: true, rules: ['(a+)+'] });
      assert.equal((await ask(`${'a'.repeat(60)}.`)).kind, 'unknown');
      settings({ enabled: true, rules: ['(a+)+', '1'] });
      assert.equal((await ask('1')).kind, 'immutable');
    });

    it('not where it shows no repository', async () => {
      hub.server.expect({ request: 'GET /v2/repositories/acme/api', answer: { status: 404, body: {} } });
      assert.equal((await ask('1')).kind, 'unknown');
    });
  });

  it('knows the web page of an image', () => {
    const page = (name: string) => dockerHub.webPage!(parseTarget(name));
    assert.equal(page('docker.io/acme/api:1'), 'https://hub.docker.com/r/acme/api/tags');
    assert.equal(page('docker.io/library/nginx:1'), 'https://hub.docker.com/_/nginx');
  });

  it('explains its refusals, in either wording of an engine', () => {
    const explain = (words: string) => dockerHub.explain!(words, parseTarget('docker.io/acme/api:1'));
    for (const words of [
      'denied: requested access to the resource is denied',
      'push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ])
      assert.match(explain(words)?.message ?? '', /acme is your account or organization/u);
    const words =
      'failed to fetch oauth token: unexpected status from GET request to https://auth.docker.io/token: 401 Unauthorized: access token has insufficient scopes';
    assert.match(explain(words)?.message ?? '', /Read & Write/u);
    assert.equal(explain('no space left on device'), undefined);
  });
});
