import { digest, type ProviderCase, refusal } from './provider-case.ts';

const host = 'quay.io';
const secret = 'quay-oauth-planted-9';
const authorization = `Bearer ${secret}`;
const list = '/api/v1/repository?namespace=acme&public=true&last_modified=true';
const tags = '/api/v1/repository/acme/api/tag/';
const tag = (name: string, letter: string) => ({
  name,
  reversion: false,
  start_ts: 1_700_000_000,
  manifest_digest: digest(letter),
  is_manifest_list: false,
  size: 1_972_332,
  last_modified: 'Tue, 14 Nov 2023 22:13:20 -0000',
});

/** https://docs.quay.io/api/ */
export const quay: ProviderCase = {
  id: 'quay',
  host,
  // Alone of what may be typed, an OAuth access token opens the API too.
  username: '$oauthtoken',
  secret,
  gate: {
    kind: 'bearer',
    realm: 'https://quay.io/v2/auth',
    service: host,
    refusal: refusal(401, 'UNAUTHORIZED', 'Specified credentials are invalid'),
  },
  signInRefused: /Specified credentials are invalid/u,
  routes: [
    {
      host,
      request: `GET ${list}`,
      authorization,
      answer: {
        status: 200,
        body: {
          repositories: [
            { namespace: 'acme', name: 'api', is_public: false, state: 'NORMAL', last_modified: 1_700_000_000 },
            { namespace: 'acme', name: 'web', is_public: true, last_modified: null },
          ],
          next_page: 'gAAAA+/=',
        },
      },
    },
    {
      host,
      request: `GET ${list}&next_page=gAAAA%2B%2F%3D`,
      authorization,
      answer: { status: 200, body: { repositories: [{ namespace: 'acme', name: 'db' }] } },
    },
    {
      host,
      request: `GET ${tags}?limit=2&page=1&onlyActiveTags=true`,
      authorization,
      answer: { status: 200, body: { tags: [tag('1.1', 'a'), tag('1.0', 'b')], page: 1, has_additional: true } },
    },
    {
      host,
      request: `GET ${tags}?limit=2&page=2&onlyActiveTags=true`,
      authorization,
      answer: { status: 200, body: { tags: [tag('0.9', 'c')], page: 2, has_additional: false } },
    },
  ],
  namespace: 'acme',
  repositories: [['acme/api', 'acme/web'], ['acme/db']],
  tags: { path: 'acme/api', pages: [['1.1', '1.0'], ['0.9']] },
  push: 'acme/api',
  refused: [
    {
      path: 'acme/large',
      at: 'upload',
      answer: refusal(403, 'DENIED', 'Quota has been exceed on namespace'),
      code: 'quota-exceeded',
      message: /The namespace acme at quay\.io is full\. Delete images there, or have its quota raised/u,
    },
  ],
  secretGoesTo: [host],
};
