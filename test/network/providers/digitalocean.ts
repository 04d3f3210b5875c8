import { digest, type ProviderCase, refusal } from './provider-case.ts';

const host = 'api.digitalocean.com';
const secret = 'dop_v1_planted-13';
const authorization = `Bearer ${secret}`;
const repositories = '/v2/registries/acme/repositoriesV2?';
const tags = '/v2/registries/acme/repositories/api/tags?';
const repository = (name: string) => ({
  registry_name: 'acme',
  name,
  tag_count: 3,
  manifest_count: 3,
  latest_manifest: { digest: digest('a'), repository: name, updated_at: '2021-04-09T23:54:25Z', tags: ['1.1'] },
});
const tag = (name: string, letter: string) => ({
  registry_name: 'acme',
  repository: 'api',
  tag: name,
  manifest_digest: digest(letter),
  compressed_size_bytes: 1_972_332,
  updated_at: '2021-04-09T23:54:25Z',
});
const next = (path: string) => ({ pages: { next: `https://${host}${path}` } });

/** https://github.com/digitalocean/openapi/tree/main/specification/resources/registry */
export const digitalOcean: ProviderCase = {
  id: 'digitalocean',
  host: 'registry.digitalocean.com',
  others: [host],
  secret,
  gate: {
    kind: 'bearer',
    realm: `https://${host}/v2/registry/auth`,
    service: 'registry.digitalocean.com',
    refusal: { status: 401, body: { id: 'Unauthorized', message: 'Unable to authenticate you' } },
  },
  signInRefused: /Unable to authenticate you/u,
  routes: [
    {
      host,
      request: `GET ${repositories}per_page=2`,
      authorization,
      answer: {
        status: 200,
        body: {
          repositories: [repository('api'), repository('web')],
          meta: { total: 3 },
          links: next(`${repositories}page=2&page_token=t2&per_page=2`),
        },
      },
    },
    {
      host,
      request: `GET ${repositories}page=2&page_token=t2&per_page=2`,
      authorization,
      answer: { status: 200, body: { repositories: [repository('db')], meta: { total: 3 }, links: {} } },
    },
    {
      host,
      request: `GET ${tags}per_page=2`,
      authorization,
      answer: {
        status: 200,
        body: { tags: [tag('1.1', 'a'), tag('1.0', 'b')], links: next(`${tags}page=2&per_page=2`), meta: { total: 3 } },
      },
    },
    {
      host,
      request: `GET ${tags}page=2&per_page=2`,
      authorization,
      answer: { status: 200, body: { tags: [tag('0.9', 'c')], meta: { total: 3 } } },
    },
  ],
  namespace: 'acme',
  repositories: [['acme/api', 'acme/web'], ['acme/db']],
  tags: { path: 'acme/api', pages: [['1.1', '1.0'], ['0.9']] },
  push: 'acme/api',
  refused: [
    {
      path: 'acme/sixth',
      at: 'token',
      answer: refusal(403, 'DENIED', 'registry contains 5 repositories, limit is 5'),
      code: 'quota-exceeded',
      message: /has room for 5 repositories, and acme\/sixth would be one more/u,
    },
  ],
  // Its API is its registry's token server as well.
  secretGoesTo: [host],
};
