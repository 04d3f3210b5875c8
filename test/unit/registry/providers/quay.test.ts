import assert from 'node:assert/strict';
import type { Credential } from '../../../../src/credentials/index.ts';
import { parseTarget } from '../../../../src/reference/index.ts';
import { quay } from '../../../../src/registry/providers/quay.ts';
import { failure, finishAll } from '../scenario.ts';
import { apiOf, type ScriptedApi } from './api.ts';

const token = { username: '$oauthtoken', password: 'oauth_planted' };
const robot = { username: 'acme+ci', password: 'robot_planted' };
const signedIn = { host: 'quay.io', authorization: `Bearer ${token.password}` };
/** A robot's token opens the registry and not the API, so the API never sees it. */
const anonymous = { host: 'quay.io', authorization: undefined };
const digest = `sha256:${'b'.repeat(64)}`;
const list = 'GET /api/v1/repository?namespace=acme&public=true&last_modified=true';
const tags = 'GET /api/v1/repository/acme/team/api/tag/';
const refused = {
  status: 401,
  body: { detail: 'Requires authentication', error_type: 'invalid_token', title: 'invalid_token', status: 401 },
};

describe('Quay', () => {
  let server: ScriptedApi;
  beforeEach(async () => {
    server = await apiOf('quay.io');
  });
  afterEach(finishAll);

  it('owns quay.io, and no other that looks like it', () => {
    assert.equal(quay.owns('quay.io'), true);
    for (const host of ['quay.io.evil.example', 'myquay.io', 'quay.io:8443', 'cdn.quay.io'])
      assert.equal(quay.owns(host), false, host);
  });

  it('takes a robot account or an OAuth access token', () => {
    assert.match(quay.credential.username, /namespace\+robot, or \$oauthtoken/u);
    assert.match(quay.credential.secret, /Write/u);
  });

  it('lists the repositories of a namespace to an OAuth token, page by page', async () => {
    const browser = quay.browse!(server.parts(token));
    server.server.expect(
      {
        request: list,
        headers: signedIn,
        answer: {
          status: 200,
          body: {
            repositories: [
              { namespace: 'acme', name: 'team/api', is_public: false, state: 'NORMAL', last_modified: 1_700_000_000 },
              { namespace: 'acme', name: 'web', is_public: true, last_modified: null },
            ],
            next_page: 'gAAAA+/=',
          },
        },
      },
      {
        request: `${list}&next_page=gAAAA%2B%2F%3D`,
        headers: signedIn,
        answer: { status: 200, body: { repositories: [{ namespace: 'acme', name: 'db' }] } },
      },
    );
    const first = await browser.repositories('acme', {});
    assert.deepEqual(first.items, [
      { repository: { registry: 'quay.io', path: 'acme/team/api' }, updatedAt: new Date(1_700_000_000_000) },
      { repository: { registry: 'quay.io', path: 'acme/web' } },
    ]);
    const second = await browser.repositories('acme', { after: first.next });
    assert.deepEqual(second, { items: [{ repository: { registry: 'quay.io', path: 'acme/db' } }] });
  });

  it('lists what is public of a robot account’s namespace, without its token', async () => {
    server.server.expect({
      request: list,
      headers: anonymous,
      answer: { status: 200, body: { repositories: [{ namespace: 'acme', name: 'web' }] } },
    });
    const page = await quay.browse!(server.parts(robot)).repositories(undefined, {});
    assert.deepEqual(
      page.items.map(({ repository }) => repository.path),
      ['acme/web'],
    );
  });

  it('says who sees private repositories where nothing is public, and asks for a namespace where none is known', async () => {
    server.server.expect({ request: list, headers: anonymous, answer: { status: 200, body: { repositories: [] } } });
    const nothing = await failure(quay.browse!(server.parts(robot)).repositories('acme', {}));
    assert.equal(nothing.code, 'listing-unsupported');
    assert.match(nothing.message, /sign in as \$oauthtoken/u);
    for (const credential of [token, undefined]) {
      const nowhere = await failure(quay.browse!(server.parts(credential)).repositories(undefined, {}));
      assert.match(nowhere.message, /add quay\.io\/NAMESPACE/u);
    }
  });

  it('takes an empty list for one where the token sees everything', async () => {
    server.server.expect({ request: list, headers: signedIn, answer: { status: 200, body: { repositories: [] } } });
    assert.deepEqual(await quay.browse!(server.parts(token)).repositories('acme', {}), { items: [] });
  });

  it('lists the tags that live, with digest, size and age, page by page', async () => {
    const browser = quay.browse!(server.parts(token));
    server.server.expect(
      {
        request: `${tags}?limit=2&page=1&onlyActiveTags=true`,
        headers: signedIn,
        answer: {
          status: 200,
          body: {
            tags: [
              {
                name: 'v1',
                reversion: false,
                start_ts: 1_700_000_000,
                manifest_digest: digest,
                is_manifest_list: false,
                size: 1_972_332,
                last_modified: 'Tue, 14 Nov 2023 22:13:20 -0000',
              },
              { name: 'all', manifest_digest: digest, is_manifest_list: true, size: null },
            ],
            page: 1,
            has_additional: true,
          },
        },
      },
      {
        request: `${tags}?limit=2&page=2&onlyActiveTags=true`,
        headers: signedIn,
        answer: { status: 200, body: { tags: [{ name: 'v0' }], page: 2, has_additional: false } },
      },
    );
    const first = await browser.remoteTags('acme/team/api', { limit: 2 });
    assert.deepEqual(first.items, [
      { name: 'v1', digest, sizeBytes: 1_972_332, pushedAt: new Date(1_700_000_000_000) },
      { name: 'all', digest, platforms: [] },
    ]);
    const second = await browser.remoteTags('acme/team/api', { limit: 2, after: first.next });
    assert.deepEqual(second, { items: [{ name: 'v0' }] });
  });

  it('lists a private repository’s tags by the protocol to a robot account', async () => {
    const remoteTags = () => Promise.resolve({ items: [{ name: 'v1' }] });
    server.server.expect({
      request: `${tags}?limit=100&page=1&onlyActiveTags=true`,
      headers: anonymous,
      answer: refused,
    });
    const page = await quay.browse!(server.parts(robot, { remoteTags })).remoteTags('acme/team/api', {});
    assert.deepEqual(page, { items: [{ name: 'v1' }] });
  });

  it('quotes what Quay says, and not the token', async () => {
    const body = { detail: 'x', message: `The access token ${token.password} has expired.` };
    server.server.expect({ request: list, answer: { status: 403, body } });
    const error = await failure(quay.browse!(server.parts(token)).repositories('acme', {}));
    assert.match(error.message, /has expired/u);
    assert.doesNotMatch(error.message, /planted/u);
  });

  it('tells an immutable tag, and does not guess where nothing is said', async () => {
    const ask = (answer: { status: number; body: object }, credential: Credential = token) => {
      server.server.expect({ request: `${tags}?specificTag=v1&onlyActiveTags=true`, answer });
      return quay.mutability!(server.parts(credential), parseTarget('quay.io/acme/team/api:v1'));
    };
    const tagged = (...found: object[]) => ({ status: 200, body: { tags: found, has_additional: false } });
    assert.equal((await ask(tagged({ name: 'v1', immutable: true }))).kind, 'immutable');
    assert.equal((await ask(tagged({ name: 'v1', immutable: false }))).kind, 'mutable');
    assert.equal((await ask(tagged({ name: 'v1' }))).kind, 'unknown');
    assert.equal((await ask(tagged())).kind, 'mutable');
    assert.equal((await ask(refused, robot)).kind, 'unknown');
  });

  it('knows the web page of an image', () => {
    const target = parseTarget('quay.io/acme/team/api:v1');
    assert.equal(quay.webPage!(target), 'https://quay.io/repository/acme/team/api?tab=tags');
  });

  describe('explains', () => {
    const target = parseTarget('quay.io/acme/api:v1');
    const cases: [words: string, code: string, message: RegExp][] = [
      ['unknown: tag is immutable and cannot be overwritten', 'tag-immutable', /another tag/u],
      ['unknown: tag was already pushed', 'tag-immutable', /another tag/u],
      ['denied: Quota has been exceed on namespace', 'quota-exceeded', /namespace acme/u],
      ['denied: Quota has been exceeded on namespace', 'quota-exceeded', /namespace acme/u],
      [
        'denied: System is currently read-only. Pulls will succeed but all write operations are currently suspended.',
        'read-only',
        /Push again later/u,
      ],
      [
        'Pushes to the registry are currently disabled. Please contact the administrator for more information.',
        'read-only',
        /Push again later/u,
      ],
      ['denied: This namespace is disabled. Please contact your system administrator.', 'denied', /acme .*disabled/u],
      [
        'denied: Namespace acme has been disabled. Please contact a system administrator.',
        'denied',
        /acme .*disabled/u,
      ],
      ['unauthorized: Specified credentials are invalid', 'unauthorized', /namespace\+robot/u],
      [
        'failed to fetch oauth token: unexpected status from GET request to https://quay.io/v2/auth: 401 Unauthorized: Could not find robot with username: acme+ci and supplied password.',
        'unauthorized',
        /namespace\+robot/u,
      ],
      ['unauthorized: access to the requested resource is not authorized', 'denied', /needs Write/u],
      [
        'push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
        'denied',
        /create repositories in acme/u,
      ],
    ];
    for (const [words, code, message] of cases)
      it(words, () => {
        const explanation = quay.explain!(words, target);
        assert.equal(explanation?.code, code);
        assert.match(explanation.message, message);
      });

    it('nothing that it does not know', () => {
      assert.equal(quay.explain!('no space left on device', target), undefined);
    });
  });
});
