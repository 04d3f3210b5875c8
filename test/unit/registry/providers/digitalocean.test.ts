import assert from 'node:assert/strict';
import { parseTarget } from '../../../../src/reference/index.ts';
import { digitalOcean } from '../../../../src/registry/providers/digitalocean.ts';
import { failure, finishAll } from '../scenario.ts';
import { apiOf, type ScriptedApi } from './api.ts';

const registry = 'registry.digitalocean.com';
const api = 'api.digitalocean.com';
const token = { username: 'dop_v1_planted', password: 'dop_v1_planted' };
const headers = { host: api, authorization: 'Bearer dop_v1_planted' };
const digest = `sha256:${'5'.repeat(64)}`;

describe('DigitalOcean', () => {
  let site: ScriptedApi;
  beforeEach(async () => {
    site = await apiOf(registry, [api]);
  });
  afterEach(finishAll);
  const expectGet = (path: string, body: object) =>
    site.server.expect({ request: `GET /v2/registries${path}`, headers, answer: { status: 200, body } });

  it('owns its own name, and no other that looks like it', () => {
    assert.equal(digitalOcean.owns(registry), true);
    for (const host of [
      `${registry}.evil.example`,
      'xregistry.digitalocean.com',
      `${registry}:443`,
      'digitalocean.com',
    ])
      assert.equal(digitalOcean.owns(host), false, host);
  });

  it('asks for one token, which is not to be shown as a user name', () => {
    assert.equal(digitalOcean.credential.usernameIsSecret, true);
    assert.equal(digitalOcean.credential.fixedUsername, undefined);
  });

  it('lists the repositories of every registry of the account, one after the other', async () => {
    const browser = digitalOcean.browse!(site.parts(token));
    const registries = () => {
      expectGet('', { registries: [{ name: 'work' }, { name: 'home' }] });
    };
    registries();
    expectGet('/home/repositoriesV2?per_page=1', {
      repositories: [
        {
          registry_name: 'home',
          name: 'team/api',
          tag_count: 57,
          manifest_count: 82,
          latest_manifest: { digest, updated_at: '2021-04-09T23:54:25Z' },
        },
      ],
      meta: { total: 2 },
      links: { pages: { next: `https://${api}/v2/registry/home/repositoriesV2?page=2&page_token=JPZ&per_page=1` } },
    });
    const first = await browser.repositories(undefined, { limit: 1 });
    assert.deepEqual(first.items, [
      { repository: { registry, path: 'home/team/api' }, tagCount: 57, updatedAt: new Date('2021-04-09T23:54:25Z') },
    ]);
    registries();
    expectGet('/home/repositoriesV2?page=2&page_token=JPZ&per_page=1', { repositories: [{ name: 'web' }], links: {} });
    const second = await browser.repositories(undefined, { limit: 1, after: first.next });
    assert.deepEqual(second.items, [{ repository: { registry, path: 'home/web' } }]);
    registries();
    expectGet('/work/repositoriesV2?per_page=1', { repositories: [], meta: { total: 0 } });
    assert.deepEqual(await browser.repositories(undefined, { limit: 1, after: second.next }), { items: [] });
  });

  it('lists one registry without asking for the others', async () => {
    expectGet('/home/repositoriesV2?per_page=200', { repositories: [{ name: 'teams' }, { name: 'team/api' }] });
    assert.deepEqual(await digitalOcean.browse!(site.parts(token)).repositories('home/team', { limit: 1_000 }), {
      items: [{ repository: { registry, path: 'home/team/api' } }],
    });
  });

  it('lists tags with digest, compressed size and age, and takes the next page from no other host', async () => {
    const browser = digitalOcean.browse!(site.parts(token));
    expectGet('/home/repositories/team%2Fapi/tags?per_page=100', {
      tags: [
        {
          registry_name: 'home',
          repository: 'team/api',
          tag: 'latest',
          manifest_digest: digest,
          compressed_size_bytes: 2803255,
          size_bytes: 5861888,
          updated_at: '2020-04-09T23:54:25Z',
        },
      ],
      links: { pages: { next: 'https://evil.example//steal?page=2&per_page=100' } },
    });
    const first = await browser.remoteTags('home/team/api', {});
    assert.deepEqual(first, {
      items: [{ name: 'latest', digest, sizeBytes: 2803255, pushedAt: new Date('2020-04-09T23:54:25Z') }],
      next: '?page=2&per_page=100',
    });
    expectGet('/home/repositories/team%2Fapi/tags?page=2&per_page=100', { tags: null });
    assert.deepEqual(await browser.remoteTags('home/team/api', { after: first.next }), { items: [] });
  });

  it('asks for a sign-in, and tells a refusal without the token', async () => {
    const none = await failure(digitalOcean.browse!(site.parts()).repositories('home', {}));
    assert.equal(none.code, 'unauthorized');
    site.server.expect({
      request: 'GET /v2/registries',
      headers,
      answer: { status: 401, body: { id: 'unauthorized', message: `Unable to authenticate you, ${token.password}.` } },
    });
    const refused = await failure(digitalOcean.browse!(site.parts(token)).repositories(undefined, {}));
    assert.equal(refused.code, 'unauthorized');
    assert.doesNotMatch(refused.message, /planted/u);
  });

  it('explains its refusals, in either wording of an engine', () => {
    const explain = (words: string) => digitalOcean.explain!(words, parseTarget(`${registry}/home/api:1`));
    const full = explain('denied: registry contains 1 repositories, limit is 1');
    assert.equal(full?.code, 'quota-exceeded');
    assert.match(full.message, /room for 1 repository, and home\/api would be one more/u);
    const hidden = explain('failed to fetch oauth token: unexpected status: 403 Forbidden');
    assert.equal(hidden?.code, 'denied');
    assert.match(hidden.message, /room for another repository/u);
    assert.equal(explain('no space left on device'), undefined);
  });
});
