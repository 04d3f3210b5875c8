import assert from 'node:assert/strict';
import { parseTarget } from '../../../../src/reference/index.ts';
import { gitlab } from '../../../../src/registry/providers/gitlab.ts';
import { failure, finishAll } from '../scenario.ts';
import { apiOf, type ScriptedApi } from './api.ts';

const hosted = 'registry.gitlab.com';
const own = 'registry.acme.example:5050';
const mira = { username: 'mira', password: 'glpat-planted' };
const authorization = `Bearer ${mira.password}`;
const digest = `sha256:${'c'.repeat(64)}`;
const missing = { status: 404, body: { message: '404 Group Not Found' } };

/** As at https://docs.gitlab.com/api/container_registry/#list-registry-repositories */
function repository(id: number, path: string) {
  return {
    id,
    name: '',
    path,
    project_id: 9,
    location: `${hosted}/${path}`,
    created_at: '2019-01-10T13:38:57.391Z',
    cleanup_policy_started_at: '2020-08-17T03:12:35.489Z',
  };
}

function list(kind: 'groups' | 'projects', name: string) {
  return `GET /api/v4/${kind}/${name}/registry/repositories?per_page=100`;
}

function tagsAnswer(nodes: object[], pageInfo: object) {
  return { status: 200, body: { data: { containerRepository: { tags: { nodes, pageInfo } } } } };
}

describe('GitLab', () => {
  let server: ScriptedApi;
  beforeEach(async () => {
    server = await apiOf(hosted, ['gitlab.com']);
  });
  afterEach(finishAll);

  it('owns registry.gitlab.com, and no other that looks like it', () => {
    assert.equal(gitlab.owns(hosted), true);
    for (const host of ['registry.gitlab.com.evil.example', 'xregistry.gitlab.com', 'gitlab.com', own])
      assert.equal(gitlab.owns(host), false, host);
  });

  it('wants a token with the rights to read, write and list', () => {
    assert.match(gitlab.credential.secret, /read_registry and write_registry.*read_api/u);
    assert.match(gitlab.credential.page?.(hosted) ?? '', /^https:\/\/gitlab\.com\//u);
    assert.match(gitlab.credential.page?.(own) ?? '', /^https:\/\/docs\.gitlab\.com\//u);
  });

  it('lists the repositories of a group, page by page', async () => {
    const browser = gitlab.browse!(server.parts(mira));
    const next = '/api/v4/groups/acme/registry/repositories?page=2&per_page=100';
    server.server.expect(
      {
        request: list('groups', 'acme'),
        headers: { host: 'gitlab.com', authorization, 'private-token': undefined },
        answer: {
          status: 200,
          headers: { link: `<https://gitlab.com${next}>; rel="next", <https://gitlab.com/api/v4/x>; rel="first"` },
          body: [repository(1, 'acme/api'), repository(2, 'acme/tools/web/releases')],
        },
      },
      {
        request: `GET ${next}`,
        headers: { host: 'gitlab.com', authorization },
        answer: { status: 200, body: [repository(3, 'acme/db')] },
      },
    );
    const first = await browser.repositories('acme', {});
    assert.deepEqual(first.items, [
      { repository: { registry: hosted, path: 'acme/api' } },
      { repository: { registry: hosted, path: 'acme/tools/web/releases' } },
    ]);
    const second = await browser.repositories('acme', { after: first.next });
    assert.deepEqual(second, { items: [{ repository: { registry: hosted, path: 'acme/db' } }] });
  });

  it('takes a path for a group’s, else for a project’s, else says that it is not there', async () => {
    server.server.expect(
      { request: list('groups', 'acme%2Fapi'), answer: missing },
      { request: list('projects', 'acme%2Fapi'), answer: { status: 200, body: [repository(1, 'acme/api')] } },
      { request: list('groups', 'nobody'), answer: missing },
    );
    const browser = gitlab.browse!(server.parts(mira));
    assert.equal((await browser.repositories('acme/api', {})).items.length, 1);
    const error = await failure(browser.repositories('nobody', {}));
    assert.match(error.message, /no group or project nobody/u);
  });

  it('asks for a group where none was added', async () => {
    const error = await failure(gitlab.browse!(server.parts(mira)).repositories(undefined, {}));
    assert.equal(error.code, 'listing-unsupported');
    assert.match(error.message, /add registry\.gitlab\.com\/GROUP/u);
  });

  it('says which right a token lacks, in GitLab’s words too, and not the token', async () => {
    server.server.expect({
      request: list('groups', 'acme'),
      answer: {
        status: 403,
        body: {
          error: 'insufficient_scope',
          error_description: `The request requires higher privileges than provided by the access token. ${mira.password}`,
        },
      },
    });
    const error = await failure(gitlab.browse!(server.parts(mira)).repositories('acme', {}));
    assert.equal(error.code, 'denied');
    assert.match(error.message, /higher privileges.*read_api/u);
    assert.doesNotMatch(error.message, /planted/u);
  });

  it('never takes the token to another host, whatever a link says', async () => {
    const browser = gitlab.browse!(server.parts(mira));
    const listing = (link: string) => {
      server.server.expect({ request: list('groups', 'acme'), answer: { status: 200, headers: { link }, body: [] } });
      return browser.repositories('acme', {});
    };
    assert.deepEqual(await listing('<https://evil.example/api/v4?page=2>; rel="next"'), { items: [] });
    const { next } = await listing('<https://gitlab.com//evil.example/api>; rel="next"');
    server.server.expect({
      request: 'GET //evil.example/api',
      headers: { host: 'gitlab.com' },
      answer: { status: 200, body: [] },
    });
    await browser.repositories('acme', { after: next });
  });

  it('lists tags with digest, size and age in one request, page by page', async () => {
    const browser = gitlab.browse!(server.parts(mira));
    server.server.expect(
      { request: list('groups', 'acme'), answer: { status: 200, body: [repository(42, 'acme/api')] } },
      {
        request: 'POST /api/graphql',
        headers: { host: 'gitlab.com', authorization, 'content-type': 'application/json' },
        body: /"id":"gid:\/\/gitlab\/ContainerRepository\/42","first":20\}/u,
        answer: tagsAnswer(
          [
            {
              name: 'v1',
              digest,
              totalSize: '350224384',
              createdAt: '2019-01-06T16:49:51Z',
              publishedAt: '2019-01-07T16:49:51Z',
            },
            { name: 'old', digest: null, totalSize: null, createdAt: null, publishedAt: null },
          ],
          { endCursor: 'eyJ2MSJ9', hasNextPage: true },
        ),
      },
      {
        request: 'POST /api/graphql',
        headers: { authorization },
        body: /"first":20,"after":"eyJ2MSJ9"\}/u,
        answer: tagsAnswer([{ name: 'v0' }], { endCursor: 'x', hasNextPage: false }),
      },
    );
    await browser.repositories('acme', {});
    const first = await browser.remoteTags('acme/api', {});
    assert.deepEqual(first.items, [
      { name: 'v1', digest, sizeBytes: 350_224_384, pushedAt: new Date('2019-01-07T16:49:51Z') },
      { name: 'old' },
    ]);
    const second = await browser.remoteTags('acme/api', { after: first.next });
    assert.deepEqual(second, { items: [{ name: 'v0' }] });
  });

  it('lists tags by the protocol where GitLab shows none, or was not asked for the repository', async () => {
    const asked: (string | undefined)[] = [];
    const remoteTags = (_: string, { after }: { after?: string | undefined }) => {
      asked.push(after);
      return Promise.resolve({ items: [{ name: 'v1' }], next: '/v2/acme/api/tags/list?last=v1' });
    };
    const browser = gitlab.browse!(server.parts(mira, { remoteTags }));
    await browser.remoteTags('acme/unlisted', {});
    server.server.expect(
      { request: list('groups', 'acme'), answer: { status: 200, body: [repository(42, 'acme/api')] } },
      {
        request: 'POST /api/graphql',
        answer: { status: 200, body: { data: { containerRepository: null }, errors: [{ message: 'x' }] } },
      },
    );
    await browser.repositories('acme', {});
    const { next } = await browser.remoteTags('acme/api', {});
    await browser.remoteTags('acme/api', { after: next });
    assert.deepEqual(asked, [undefined, undefined, '/v2/acme/api/tags/list?last=v1']);
  });

  describe('self-managed', () => {
    const greeting = (realm: string) => ({
      request: 'GET /v2/',
      headers: { host: own, authorization: undefined },
      answer: {
        status: 401,
        headers: { 'www-authenticate': `Bearer realm="${realm}",service="container_registry"` },
        body: { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required', detail: null }] },
      },
    });
    beforeEach(async () => {
      server = await apiOf(own, ['gitlab.acme.example']);
    });

    it('is asked at the GitLab that the registry names, once', async () => {
      const browser = gitlab.browse!(server.parts(mira));
      const answer = { status: 200, body: [repository(1, 'acme/api')] };
      const headers = { host: 'gitlab.acme.example', authorization };
      const request = 'GET /git/api/v4/groups/acme/registry/repositories?per_page=100';
      server.server.expect(
        greeting('https://gitlab.acme.example/git/jwt/auth'),
        { request, headers, answer },
        { request, headers, answer },
      );
      await browser.repositories('acme', {});
      const page = await browser.repositories('acme', {});
      assert.deepEqual(page.items, [{ repository: { registry: own, path: 'acme/api' } }]);
    });

    for (const [what, realm] of [
      ['what is no GitLab', 'https://auth.acme.example/token'],
      ['a private address', 'https://10.0.0.1/jwt/auth'],
      ['plain HTTP', 'http://gitlab.acme.example/jwt/auth'],
    ] as const)
      it(`is not asked where the registry names ${what}`, async () => {
        server.server.expect(greeting(realm));
        const error = await failure(gitlab.browse!(server.parts(mira)).repositories('acme', {}));
        assert.equal(error.code, 'listing-unsupported');
      });
  });

  it('knows the web page of a project’s image, and none where the project is not plain', () => {
    const page = (name: string) => gitlab.webPage!(parseTarget(name));
    assert.equal(page(`${hosted}/acme/api:1`), 'https://gitlab.com/acme/api/container_registry');
    assert.equal(page(`${hosted}/acme/team/api:1`), undefined);
    assert.equal(page(`${own}/acme/api:1`), undefined);
  });

  describe('explains', () => {
    const target = parseTarget(`${hosted}/acme/api:1`);
    const cases: [words: string, code: string, message: RegExp][] = [
      ['denied: requested access to the resource is denied', 'denied', /Developer/u],
      ['denied: access forbidden', 'denied', /read_registry and write_registry/u],
      [
        'push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
        'denied',
        /the group and the project/u,
      ],
      [
        'failed to fetch oauth token: unexpected status from GET request to https://gitlab.com/jwt/auth: 401 Unauthorized: HTTP Basic: Access denied',
        'unauthorized',
        /two-factor/u,
      ],
    ];
    for (const [words, code, message] of cases)
      it(words, () => {
        const explanation = gitlab.explain!(words, target);
        assert.equal(explanation?.code, code);
        assert.match(explanation.message, message);
      });

    it('nothing that it does not know', () => {
      assert.equal(gitlab.explain!('unauthorized: authentication required', target), undefined);
    });
  });
});
