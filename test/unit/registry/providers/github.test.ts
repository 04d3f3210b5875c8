import assert from 'node:assert/strict';
import { parseTarget } from '../../../../src/reference/index.ts';
import { github } from '../../../../src/registry/providers/github.ts';
import { failure, finishAll } from '../scenario.ts';
import { apiOf, type ScriptedApi } from './api.ts';

const mira = { username: 'Mira', password: 'ghp_planted' };
const signedIn = { host: 'api.github.com', authorization: `Bearer ${mira.password}` };
const digest = `sha256:${'4'.repeat(64)}`;
const missing = { status: 404, body: { message: 'Not Found', status: '404' } };

/** As at https://docs.github.com/en/rest/packages/packages */
function version(name: string, tags: readonly string[]) {
  return {
    id: 212381245,
    name,
    url: 'https://api.github.com/orgs/acme/packages/container/api/versions/212381245',
    package_html_url: 'https://github.com/orgs/acme/packages/container/package/api',
    created_at: '2024-05-06T05:20:30Z',
    updated_at: '2024-05-07T05:20:30Z',
    metadata: { package_type: 'container', container: { tags } },
  };
}

describe('GitHub', () => {
  let hub: ScriptedApi;
  beforeEach(async () => {
    hub = await apiOf('ghcr.io', ['api.github.com']);
  });
  afterEach(finishAll);

  it('owns ghcr.io, and no other that looks like it', () => {
    assert.equal(github.owns('ghcr.io'), true);
    for (const host of ['ghcr.io.evil.example', 'evil-ghcr.io', 'ghcr.io:8443', 'x.ghcr.io'])
      assert.equal(github.owns(host), false, host);
  });

  it('wants a classic token that may write packages', () => {
    assert.match(github.credential.secret, /\(classic\) with write:packages/u);
    assert.equal(github.credential.page?.('ghcr.io'), 'https://github.com/settings/tokens/new?scopes=write:packages');
  });

  it('lists the packages of who signed in, page by page, in lower case', async () => {
    const browser = github.browse!(hub.parts(mira));
    hub.server.expect(
      {
        request: 'GET /user/packages?package_type=container&per_page=1',
        headers: signedIn,
        answer: {
          status: 200,
          headers: {
            link: '<https://api.github.com/user/packages?package_type=container&per_page=1&page=2>; rel="next", <https://api.github.com/user/packages?package_type=container&per_page=1&page=9>; rel="last"',
          },
          body: [{ id: 1, name: 'Tools/api', owner: { login: 'Mira' }, updated_at: '2024-05-07T05:20:30Z' }],
        },
      },
      {
        request: 'GET /user/packages?package_type=container&per_page=1&page=2',
        headers: signedIn,
        answer: {
          status: 200,
          headers: { link: '<https://api.github.com/user/packages?page=1>; rel="prev"' },
          body: [{ id: 2, name: 'web', owner: { login: 'Mira' } }],
        },
      },
    );
    const first = await browser.repositories(undefined, { limit: 1 });
    assert.deepEqual(first.items, [
      { repository: { registry: 'ghcr.io', path: 'mira/tools/api' }, updatedAt: new Date('2024-05-07T05:20:30Z') },
    ]);
    const second = await browser.repositories(undefined, { limit: 1, after: first.next });
    assert.deepEqual(second, { items: [{ repository: { registry: 'ghcr.io', path: 'mira/web' } }] });
  });

  it('finds a namespace among organizations, else among users', async () => {
    hub.server.expect(
      { request: 'GET /orgs/octo/packages?package_type=container&per_page=100', headers: signedIn, answer: missing },
      {
        request: 'GET /users/octo/packages?package_type=container&per_page=100',
        headers: signedIn,
        answer: { status: 200, body: [{ name: 'api' }] },
      },
    );
    const page = await github.browse!(hub.parts(mira)).repositories('octo', {});
    assert.deepEqual(page.items, [{ repository: { registry: 'ghcr.io', path: 'octo/api' } }]);
  });

  it('says that a name is not there', async () => {
    for (const place of ['orgs', 'users'])
      hub.server.expect({
        request: `GET /${place}/octo/packages?package_type=container&per_page=100`,
        answer: missing,
      });
    const error = await failure(github.browse!(hub.parts(mira)).repositories('octo', {}));
    assert.match(error.message, /Check the name/u);
  });

  it('says what GitHub says to a token that may not list, and not the token', async () => {
    hub.server.expect({
      request: 'GET /orgs/acme/packages?package_type=container&per_page=100',
      answer: {
        status: 403,
        body: { message: `You need at least read:packages scope to list packages. ${mira.password}` },
      },
    });
    const error = await failure(github.browse!(hub.parts(mira)).repositories('acme', {}));
    assert.equal(error.code, 'denied');
    assert.match(error.message, /read:packages/u);
    assert.doesNotMatch(error.message, /planted/u);
  });

  it('lists tags with digest and age in one request, several for one digest, and skips what has none', async () => {
    hub.server.expect({
      request: 'GET /orgs/acme/packages/container/team%2Fapi/versions?state=active&per_page=100',
      headers: signedIn,
      answer: {
        status: 200,
        headers: {
          link: '<https://api.github.com/organizations/7/packages/container/team%2Fapi/versions?page=2>; rel="next"',
        },
        body: [version(digest, ['v1', 'latest']), version(`sha256:${'5'.repeat(64)}`, [])],
      },
    });
    const page = await github.browse!(hub.parts(mira)).remoteTags('acme/team/api', {});
    const pushedAt = new Date('2024-05-06T05:20:30Z');
    assert.deepEqual(page, {
      items: [
        { name: 'v1', digest, pushedAt },
        { name: 'latest', digest, pushedAt },
      ],
      next: '/organizations/7/packages/container/team%2Fapi/versions?page=2',
    });
  });

  it('asks for the private packages of who signed in at their own place', async () => {
    hub.server.expect({
      request: 'GET /user/packages/container/api/versions?state=active&per_page=100',
      headers: signedIn,
      answer: { status: 200, body: [version(digest, ['v1'])] },
    });
    const page = await github.browse!(hub.parts(mira)).remoteTags('mira/api', {});
    assert.deepEqual(
      page.items.map(({ name }) => name),
      ['v1'],
    );
  });

  it('never takes the token to another host, whatever a link says', async () => {
    const listing = (link: string) => {
      hub.server.expect({
        request: 'GET /user/packages?package_type=container&per_page=100',
        answer: { status: 200, headers: { link }, body: [] },
      });
      return github.browse!(hub.parts(mira)).repositories(undefined, {});
    };
    assert.deepEqual(await listing('<https://evil.example/user/packages?page=2>; rel="next"'), { items: [] });
    const { next } = await listing('<https://api.github.com//evil.example/packages>; rel="next"');
    hub.server.expect({ request: 'GET //evil.example/packages', headers: signedIn, answer: { status: 200, body: [] } });
    await github.browse!(hub.parts(mira)).repositories(undefined, { after: next });
  });

  it('asks who has not signed in to do so, and reads public tags by the protocol', async () => {
    const error = await failure(github.browse!(hub.parts()).repositories('acme', {}));
    assert.equal(error.code, 'listing-unsupported');
    const remoteTags = () => Promise.resolve({ items: [{ name: 'v1' }] });
    const page = await github.browse!(hub.parts(undefined, { remoteTags })).remoteTags('acme/api', {});
    assert.deepEqual(page, { items: [{ name: 'v1' }] });
  });

  it('knows the web page of an image', () => {
    assert.equal(github.webPage!(parseTarget('ghcr.io/acme/api:1')), 'https://ghcr.io/acme/api');
  });

  describe('explains', () => {
    const explain = (words: string) => github.explain!(words, parseTarget('ghcr.io/acme/api:1'));
    const cases: [words: string, code: string, message: RegExp][] = [
      ['denied: permission_denied: write_package', 'denied', /role Write/u],
      [
        'unexpected status from POST request to https://ghcr.io/v2/acme/api/blobs/uploads/: 403 Forbidden: permission_denied: write_package',
        'denied',
        /write:packages/u,
      ],
      ['denied: installation not allowed to Write organization package', 'denied', /app's or workflow's token/u],
      [
        'denied: permission_denied: installation not allowed to Create organization package',
        'denied',
        /app's or workflow's token/u,
      ],
      [
        'unauthorized: unauthenticated: User cannot be authenticated with the token provided.',
        'unauthorized',
        /expired, was revoked/u,
      ],
      ['denied: The token provided does not match expected scopes', 'denied', /write:packages/u],
      ['denied: requested access to the resource is denied', 'denied', /acme is your account or organization/u],
      [
        'push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
        'denied',
        /single sign-on/u,
      ],
    ];
    for (const [words, code, message] of cases)
      it(words, () => {
        assert.equal(explain(words)?.code, code);
        assert.match(explain(words)?.message ?? '', message);
      });

    it('nothing that it does not know', () => {
      assert.equal(explain('no space left on device'), undefined);
    });
  });
});
