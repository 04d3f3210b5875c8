import assert from 'node:assert/strict';
import { parseTarget } from '../../../../src/reference/index.ts';
import { harbor } from '../../../../src/registry/providers/harbor.ts';
import { failure, finishAll } from '../scenario.ts';
import { apiOf, type ScriptedApi } from './api.ts';

const host = 'harbor.acme.example';
const robot = { username: 'robot$team+ci', password: 'harbor_planted' };
const authorization = `Basic ${Buffer.from(`${robot.username}:${robot.password}`).toString('base64')}`;
const signedIn = { host, authorization };
const digest = `sha256:${'a'.repeat(64)}`;
const artifacts = 'GET /api/v2.0/projects/team/repositories/web%252Fapi/artifacts';

describe('Harbor', () => {
  let server: ScriptedApi;
  beforeEach(async () => {
    server = await apiOf(host);
  });
  afterEach(finishAll);

  it('owns no host: each Harbor has a name of its own', () => {
    for (const name of ['harbor.example.com', 'goharbor.io', host]) assert.equal(harbor.owns(name), false, name);
  });

  it('takes a robot account, and for OIDC the CLI secret', () => {
    assert.match(harbor.credential.username, /robot\$project\+name/u);
    assert.match(harbor.credential.secret, /CLI secret/u);
  });

  it('lists the repositories that the account may see, page by page', async () => {
    const browser = harbor.browse!(server.parts(robot));
    server.server.expect(
      {
        request: 'GET /api/v2.0/repositories?page=1&page_size=2',
        headers: signedIn,
        answer: {
          status: 200,
          headers: { 'x-total-count': '3' },
          body: [
            { id: 1, name: 'team/web/api', artifact_count: 4, update_time: '2026-01-05T21:06:53.506Z' },
            { id: 2, name: 'team/db', artifact_count: 0 },
          ],
        },
      },
      {
        request: 'GET /api/v2.0/repositories?page=2&page_size=2',
        headers: signedIn,
        answer: { status: 200, headers: { 'x-total-count': '3' }, body: [{ id: 3, name: 'library/nginx' }] },
      },
    );
    const first = await browser.repositories(undefined, { limit: 2 });
    assert.deepEqual(first.items, [
      { repository: { registry: host, path: 'team/web/api' }, updatedAt: new Date('2026-01-05T21:06:53.506Z') },
      { repository: { registry: host, path: 'team/db' } },
    ]);
    const second = await browser.repositories(undefined, { limit: 2, after: first.next });
    assert.deepEqual(second, { items: [{ repository: { registry: host, path: 'library/nginx' } }] });
  });

  it('lists those of a project, and of what is under it', async () => {
    server.server.expect({
      request: 'GET /api/v2.0/projects/team/repositories?page=1&page_size=100',
      headers: signedIn,
      answer: {
        status: 200,
        headers: { 'x-total-count': '3' },
        body: [{ name: 'team/web/api' }, { name: 'team/website' }, { name: 'team/db' }],
      },
    });
    const page = await harbor.browse!(server.parts(robot)).repositories('team/web', {});
    assert.deepEqual(page, { items: [{ repository: { registry: host, path: 'team/web/api' } }] });
  });

  it('asks without a credential where there is none', async () => {
    server.server.expect({
      request: 'GET /api/v2.0/repositories?page=1&page_size=100',
      headers: { authorization: undefined },
      answer: { status: 200, headers: { 'x-total-count': '0' }, body: [] },
    });
    assert.deepEqual(await harbor.browse!(server.parts()).repositories(undefined, {}), { items: [] });
  });

  it('lists tags with digest, size, age and platforms in one request, page by page', async () => {
    const browser = harbor.browse!(server.parts(robot));
    server.server.expect(
      {
        request: `${artifacts}?page=1&page_size=1&q=tags%3D*`,
        headers: signedIn,
        answer: {
          status: 200,
          headers: { 'x-total-count': '2' },
          body: [
            {
              digest,
              size: 31_457_280,
              push_time: '2026-01-01T00:00:00Z',
              tags: [{ name: '1.0', push_time: '2026-01-05T21:06:53.506Z', immutable: false }, { name: 'latest' }],
              references: [
                { child_digest: digest, platform: { os: 'linux', architecture: 'amd64' } },
                { child_digest: digest, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
                { child_digest: digest, platform: { os: 'unknown', architecture: 'unknown' } },
              ],
            },
          ],
        },
      },
      {
        request: `${artifacts}?page=2&page_size=1&q=tags%3D*`,
        headers: signedIn,
        answer: { status: 200, headers: { 'x-total-count': '2' }, body: [{ digest, tags: null, references: null }] },
      },
    );
    const first = await browser.remoteTags('team/web/api', { limit: 1 });
    const platforms = [
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64', variant: 'v8' },
    ];
    assert.deepEqual(first.items, [
      { name: '1.0', digest, sizeBytes: 31_457_280, pushedAt: new Date('2026-01-05T21:06:53.506Z'), platforms },
      { name: 'latest', digest, sizeBytes: 31_457_280, platforms },
    ]);
    assert.deepEqual(await browser.remoteTags('team/web/api', { limit: 1, after: first.next }), { items: [] });
  });

  it('lists tags by the protocol where the API does not take the credential, and goes on there', async () => {
    const asked: (string | undefined)[] = [];
    const remoteTags = (_: string, { after }: { after?: string | undefined }) => {
      asked.push(after);
      return Promise.resolve({ items: [{ name: '1.0' }], next: '/v2/team/web/api/tags/list?last=1.0' });
    };
    const browser = harbor.browse!(server.parts(robot, { remoteTags }));
    server.server.expect({
      request: `${artifacts}?page=1&page_size=100&q=tags%3D*`,
      answer: { status: 401, body: { errors: [{ code: 'UNAUTHORIZED', message: 'unauthorized' }] } },
    });
    const { next } = await browser.remoteTags('team/web/api', {});
    await browser.remoteTags('team/web/api', { after: next });
    assert.deepEqual(asked, [undefined, '/v2/team/web/api/tags/list?last=1.0']);
  });

  it('quotes what Harbor says, and not the secret', async () => {
    server.server.expect({
      request: 'GET /api/v2.0/projects/team/repositories?page=1&page_size=100',
      answer: { status: 403, body: { errors: [{ code: 'FORBIDDEN', message: `forbidden ${robot.password}` }] } },
    });
    const error = await failure(harbor.browse!(server.parts(robot)).repositories('team', {}));
    assert.equal(error.code, 'denied');
    assert.match(error.message, /forbidden/u);
    assert.doesNotMatch(error.message, /planted/u);
  });

  it('tells a tag that is there and immutable from one that is not', async () => {
    const ask = async (tags: object[]) => {
      server.server.expect({
        request: `${artifacts}?q=tags%3D1.0&with_immutable_status=true`,
        headers: signedIn,
        answer: { status: 200, body: tags.length > 0 ? [{ digest, tags }] : [] },
      });
      return harbor.mutability!(server.parts(robot), parseTarget(`${host}/team/web/api:1.0`));
    };
    const other = { name: 'latest', immutable: true };
    const immutable = await ask([other, { name: '1.0', immutable: true }]);
    assert.equal(immutable.kind, 'immutable');
    assert.equal((await ask([other, { name: '1.0', immutable: false }])).kind, 'mutable');
    assert.equal((await ask([])).kind, 'mutable');
    server.server.expect({
      request: `${artifacts}?q=tags%3D1.0&with_immutable_status=true`,
      answer: { status: 404, body: { errors: [{ code: 'NOT_FOUND', message: 'project team not found' }] } },
    });
    const absent = await harbor.mutability!(server.parts(robot), parseTarget(`${host}/team/web/api:1.0`));
    assert.equal(absent.kind, 'mutable');
  });

  it('makes the project of a repository, a private one, unless somebody did in between', async () => {
    const create = (answer: { status: number; headers?: Record<string, string>; body?: object }) => {
      server.server.expect({
        request: 'POST /api/v2.0/projects',
        headers: signedIn,
        body: JSON.stringify({ project_name: 'team', metadata: { public: 'false' } }),
        answer,
      });
      return harbor.createRepository!(server.parts(robot), 'team/web/api');
    };
    await create({ status: 201, headers: { location: '/api/v2.0/projects/7' } });
    await create({
      status: 409,
      body: { errors: [{ code: 'CONFLICT', message: 'The project named team already exists' }] },
    });
    const body = { errors: [{ code: 'FORBIDDEN', message: 'forbidden' }] };
    assert.equal((await failure(create({ status: 403, body }))).code, 'denied');
    assert.deepEqual(harbor.creation!({ registry: host, path: 'team/web/api' }), {
      what: 'the project team',
      seenBy: 'It is private: its members alone see it.',
    });
  });

  describe('explains', () => {
    const target = parseTarget(`${host}/team/web/api:1.0`);
    const cases: [words: string, code: string, message: RegExp][] = [
      [
        "unknown: Failed to process request due to 'web/api:1.0' configured as immutable.",
        'tag-immutable',
        /another tag/u,
      ],
      [
        'denied: adding 29.0 MiB of storage resource, which when updated to current usage of 152.4 MiB will exceed the configured upper limit of 10.0 MiB.',
        'quota-exceeded',
        /project team .* is full/u,
      ],
      [
        'unauthorized: project team not found: project team not found',
        'repository-missing',
        /no project team\. Create it/u,
      ],
      [
        'denied: The system is in read only mode. Any modification is prohibited.',
        'read-only',
        /administrator switched pushes off/u,
      ],
      [
        'unauthorized: unauthorized to access repository: team/web/api, action: push: unauthorized to access repository: team/web/api, action: push',
        'denied',
        /Push Repository/u,
      ],
      [
        'push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
        'denied',
        /project team/u,
      ],
    ];
    for (const [words, code, message] of cases)
      it(words, () => {
        const explanation = harbor.explain!(words, target);
        assert.equal(explanation?.code, code);
        assert.match(explanation.message, message);
      });

    it('nothing that it does not know', () => {
      assert.equal(harbor.explain!('unauthorized: authentication required', target), undefined);
    });
  });
});
