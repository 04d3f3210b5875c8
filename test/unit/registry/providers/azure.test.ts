import assert from 'node:assert/strict';
import type { Credential } from '../../../../src/credentials/index.ts';
import { parseTarget } from '../../../../src/reference/index.ts';
import { azureCredential } from '../../../../src/registry/providers/azure-token.ts';
import { azure } from '../../../../src/registry/providers/azure.ts';
import { failure, finishAll } from '../scenario.ts';
import { apiOf, type ScriptedApi } from './api.ts';

const registry = 'acme.azurecr.io';
const robot = { username: 'ci', password: 'planted' };
const basic = `Basic ${Buffer.from('ci:planted').toString('base64')}`;
const digest = `sha256:${'4'.repeat(64)}`;
const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.planted`;

describe('Azure Container Registry', () => {
  let site: ScriptedApi;
  beforeEach(async () => {
    site = await apiOf(registry);
  });
  afterEach(finishAll);

  const token = jwt({ iat: 1_700_000_000, exp: 1_700_004_500 });
  const catalog = 'registry:catalog:*';
  const reading = 'repository:team/api:metadata_read';
  const granting = (scope: string, access_token = token) =>
    site.server.expect({
      request: `GET /oauth2/token?${new URLSearchParams({ service: registry, scope }).toString()}`,
      headers: { host: registry, authorization: basic },
      answer: { status: 200, body: { access_token } },
    });
  const expectGet = (path: string, body: object, { status = 200, link }: { status?: number; link?: string } = {}) =>
    site.server.expect({
      request: `GET ${path}`,
      headers: { host: registry, authorization: `Bearer ${token}` },
      answer: { status, body, ...(link !== undefined && { headers: { link } }) },
    });

  it('owns its hosts, and none that looks like them', () => {
    for (const host of [registry, 'acme-a1b2c3.azurecr.io', 'acme.azurecr.cn', 'acme.azurecr.us'])
      assert.equal(azure.owns(host), true, host);
    for (const host of [
      'acme.azurecr.io.evil.example',
      'evil.acme.azurecr.io',
      'azurecr.io',
      'acme-azurecr.io',
      'acme.azurecr.io:443',
      'acme.azurecr.de',
    ])
      assert.equal(azure.owns(host), false, host);
  });

  it('is offered VS Code’s Microsoft account in the public cloud alone', () => {
    assert.deepEqual(azure.signIns!(registry), ['microsoft']);
    for (const host of ['acme.azurecr.cn', 'acme.azurecr.us']) assert.deepEqual(azure.signIns!(host), []);
  });

  describe('exchanges a Microsoft sign-in', () => {
    const signedIn = jwt({ tid: 'contoso', exp: 1_700_002_100 });
    const exchange = (status: number, body: object, token = signedIn, tenant = '&tenant=contoso') =>
      site.server.expect({
        request: 'POST /oauth2/exchange',
        headers: { host: registry, 'content-type': 'application/x-www-form-urlencoded', authorization: undefined },
        body: `grant_type=access_token&service=${registry}${tenant}&access_token=${token}`,
        answer: { status, body },
      });

    it('for a credential that says when it ends', async () => {
      const password = jwt({ exp: 1_700_002_100 });
      exchange(200, { refresh_token: password });
      assert.deepEqual(await azureCredential(site.parts(), signedIn), {
        credential: { username: '00000000-0000-0000-0000-000000000000', password },
        expiresAt: new Date('2023-11-14T22:48:20Z'),
      });
      for (const opaque of ['opaque', jwt({}), jwt({ exp: 1e300 })]) {
        exchange(200, { refresh_token: opaque });
        assert.equal('expiresAt' in (await azureCredential(site.parts(), signedIn)), false);
      }
    });

    it('that does not tell its tenant without one', async () => {
      for (const opaque of ['opaque.planted', jwt({ exp: 1_700_002_100 })]) {
        exchange(200, { refresh_token: 'opaque' }, opaque, '');
        assert.equal((await azureCredential(site.parts(), opaque)).credential.password, 'opaque');
      }
    });

    it('and tells a refusal without it, with what helps', async () => {
      for (const status of [401, 403]) {
        exchange(status, { errors: [{ code: 'UNAUTHORIZED', message: `${signedIn} is over` }] });
        const error = await failure(azureCredential(site.parts(), signedIn));
        assert.equal(error.code, status === 401 ? 'unauthorized' : 'denied');
        assert.match(error.message, /directory and have a role there, as AcrPush/u);
        assert.doesNotMatch(error.message, /planted/u);
      }
      exchange(503, { errors: [{ code: 'TOOMANY', message: `${signedIn} is too much` }] });
      const error = await failure(azureCredential(site.parts(), signedIn));
      assert.equal(error.status, 503);
      assert.doesNotMatch(error.message, /planted/u);
    });

    it('with Azure’s own hosts alone', async () => {
      const other = { ...site.parts(), registry: 'registry.example.com' };
      assert.equal((await failure(azureCredential(other, signedIn))).code, 'referral-refused');
    });
  });

  it('lists repositories page by page, with one token as long as it lasts', async () => {
    let now = 0;
    const clock = { now: () => now, sleep: () => Promise.resolve() };
    const browser = azure.browse!({ ...site.parts(robot), clock });
    granting(catalog);
    expectGet(
      '/acr/v1/_catalog?n=2',
      { repositories: ['other', 'team/api'] },
      {
        link: '</acr/v1/_catalog?last=team%2Fapi&n=2&orderby=>; rel="next"',
      },
    );
    const first = await browser.repositories('team', { limit: 2 });
    assert.deepEqual(first, { items: [{ repository: { registry, path: 'team/api' } }], next: 'team/api' });
    now = 4_400_000;
    expectGet('/acr/v1/_catalog?n=2&last=team%2Fapi', { repositories: ['team/web'] });
    assert.deepEqual(await browser.repositories('team', { limit: 2, after: first.next }), {
      items: [{ repository: { registry, path: 'team/web' } }],
    });
    now = 4_500_000;
    granting(catalog);
    expectGet('/acr/v1/_catalog?n=100', { repositories: null });
    assert.deepEqual(await browser.repositories(undefined, {}), { items: [] });
  });

  it('lists the newest tags first with digest and age, and takes the next page from no other host', async () => {
    const browser = azure.browse!(site.parts(robot));
    granting(reading);
    expectGet(
      '/acr/v1/team/api/_tags?n=1&orderby=timedesc',
      {
        registry,
        imageName: 'team/api',
        tags: [
          {
            name: '2.71.7',
            digest,
            createdTime: '2018-09-06T06:17:21Z',
            lastUpdateTime: '2018-09-06T06:17:21.0856539Z',
          },
        ],
      },
      { link: '</acr/v1/x/_tags?last=1%262.71.7&n=1&orderby=timedesc>; rel="next"' },
    );
    const first = await browser.remoteTags('team/api', { limit: 1 });
    assert.deepEqual(first, {
      items: [{ name: '2.71.7', digest, pushedAt: new Date('2018-09-06T06:17:21.085Z') }],
      next: '1&2.71.7',
    });
    expectGet(
      '/acr/v1/team/api/_tags?n=1&orderby=timedesc&last=1%262.71.7',
      { tags: [] },
      { link: '<https://evil.example/acr/v1/team/api/_tags?last=2>; rel="next"' },
    );
    assert.deepEqual(await browser.remoteTags('team/api', { limit: 1, after: first.next }), { items: [] });
  });

  it('signs in with an identity token as well, or with nothing where anybody may read', async () => {
    const reads = async (credential?: Credential) => {
      expectGet('/acr/v1/_catalog?n=100', { repositories: ['a'] });
      assert.equal((await azure.browse!(site.parts(credential)).repositories(undefined, {})).items.length, 1);
    };
    site.server.expect({
      request: 'POST /oauth2/token',
      headers: { host: registry, authorization: undefined },
      body: `grant_type=refresh_token&service=${registry}&scope=registry%3Acatalog%3A*&refresh_token=r.planted`,
      answer: { status: 200, body: { access_token: token } },
    });
    await reads({ identityToken: 'r.planted' });
    site.server.expect({
      request: `GET /oauth2/token?service=${registry}&scope=registry%3Acatalog%3A*`,
      headers: { authorization: undefined },
      answer: { status: 200, body: { access_token: token } },
    });
    await reads();
  });

  it('tells a refusal without the password that it repeats', async () => {
    site.server.expect({
      request: `GET /oauth2/token?service=${registry}&scope=registry%3Acatalog%3A*`,
      answer: {
        status: 401,
        body: { errors: [{ code: 'UNAUTHORIZED', message: `authentication required ${robot.password}` }] },
      },
    });
    const error = await failure(azure.browse!(site.parts(robot)).repositories(undefined, {}));
    assert.equal(error.code, 'unauthorized');
    assert.doesNotMatch(error.message, /planted/u);
  });

  describe('tells whether a tag is locked', () => {
    const ask = async () => (await azure.mutability!(site.parts(robot), parseTarget(`${registry}/team/api:1`))).kind;
    const answers = (tag: boolean | undefined, repository?: boolean) => {
      granting(reading);
      const written = (writeEnabled: boolean) => ({ changeableAttributes: { deleteEnabled: true, writeEnabled } });
      if (tag === undefined) expectGet('/acr/v1/team/api/_tags/1', { errors: [] }, { status: 404 });
      else expectGet('/acr/v1/team/api/_tags/1', { tag: { name: '1', digest, ...written(tag) } });
      if (tag === false) return;
      if (repository === undefined) expectGet('/acr/v1/team/api', { errors: [] }, { status: 404 });
      else expectGet('/acr/v1/team/api', { imageName: 'team/api', ...written(repository) });
    };

    it('by itself, or with its repository', async () => {
      answers(false);
      assert.equal(await ask(), 'immutable');
      answers(true, false);
      assert.equal(await ask(), 'immutable');
      answers(undefined, false);
      assert.equal(await ask(), 'immutable');
    });

    it('not one that can be written, or that is not there', async () => {
      answers(true, true);
      assert.equal(await ask(), 'mutable');
      answers(undefined);
      assert.equal(await ask(), 'mutable');
    });

    it('and says so where it may not look', async () => {
      granting(reading);
      expectGet('/acr/v1/team/api/_tags/1', { errors: [] }, { status: 403 });
      await assert.rejects(ask(), { code: 'denied' });
    });
  });

  it('explains its refusals', () => {
    const explain = (words: string) => azure.explain!(words, parseTarget(`${registry}/team/api:1`));
    for (const words of [
      "denied: client with IP '20.120.109.180' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.",
      String.raw`denied: {"errors":[{"code":"DENIED","message":"client with IP \u002720.120.109.180\u0027 is not allowed access. Refer https://aka.ms/acr/firewall to grant access."}]}`,
    ]) {
      assert.equal(explain(words)?.code, 'denied');
      assert.match(explain(words)?.message ?? '', /does not let the address 20\.120\.109\.180 in/u);
    }
    const locked =
      'unknown: The operation is disallowed on this registry, repository or image. View troubleshooting steps at https://aka.ms/acr/faq/#why-does-my-pull-or-push-request-fail-with-disallowed-operation';
    assert.equal(explain(locked)?.code, 'tag-immutable');
    assert.match(explain(locked)?.message ?? '', /--name acme --image team\/api:1 --write-enabled true/u);
    for (const words of [
      'unauthorized: authentication required, visit https://aka.ms/acr/authorization for more information.',
      'aad access token with sp failed client id must be guid',
    ])
      assert.equal(explain(words)?.code, 'unauthorized');
    const scope = 'push access denied: server message: insufficient_scope: authorization failed';
    assert.match(explain(scope)?.message ?? '', /AcrPush/u);
    assert.equal(explain('no space left on device'), undefined);
  });
});
