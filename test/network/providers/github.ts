import { digest, type ProviderCase, refusal } from './provider-case.ts';

const secret = 'ghp_planted-2';
const host = 'api.github.com';
const authorization = `Bearer ${secret}`;

function version(id: number, letter: string, tags: readonly string[]): object {
  return {
    id,
    name: digest(letter),
    url: `https://${host}/orgs/acme/packages/container/api/versions/${id}`,
    created_at: '2024-05-06T05:20:30Z',
    updated_at: '2024-05-07T05:20:30Z',
    metadata: { package_type: 'container', container: { tags } },
  };
}

/** https://docs.github.com/en/rest/packages/packages */
export const github: ProviderCase = {
  id: 'github',
  host: 'ghcr.io',
  others: [host],
  username: 'mira',
  secret,
  gate: {
    kind: 'bearer',
    realm: 'https://ghcr.io/token',
    service: 'ghcr.io',
    refusal: refusal(401, 'UNAUTHORIZED', 'unauthenticated: User cannot be authenticated with the token provided.'),
  },
  signInRefused: /User cannot be authenticated with the token provided/u,
  routes: [
    {
      host,
      request: 'GET /orgs/acme/packages?package_type=container&per_page=2',
      authorization,
      answer: {
        status: 200,
        headers: {
          link: `<https://${host}/organizations/7/packages?package_type=container&per_page=2&page=2>; rel="next", <https://${host}/organizations/7/packages?package_type=container&per_page=2&page=2>; rel="last"`,
        },
        body: ['api', 'tools/web'].map((name, id) => ({ id, name, owner: { login: 'Acme' } })),
      },
    },
    {
      host,
      request: 'GET /organizations/7/packages?package_type=container&per_page=2&page=2',
      authorization,
      answer: { status: 200, body: [{ id: 3, name: 'db', owner: { login: 'Acme' } }] },
    },
    {
      host,
      request: 'GET /orgs/acme/packages/container/api/versions?state=active&per_page=2',
      authorization,
      answer: {
        status: 200,
        headers: {
          link: `<https://${host}/organizations/7/packages/container/api/versions?state=active&per_page=2&page=2>; rel="next"`,
        },
        body: [version(1, 'a', ['1.1', 'latest']), version(2, 'b', [])],
      },
    },
    {
      host,
      request: 'GET /organizations/7/packages/container/api/versions?state=active&per_page=2&page=2',
      authorization,
      answer: { status: 200, body: [version(3, 'c', ['1.0'])] },
    },
  ],
  namespace: 'acme',
  repositories: [['acme/api', 'acme/tools/web'], ['acme/db']],
  tags: { path: 'acme/api', pages: [['1.1', 'latest'], ['1.0']] },
  push: 'acme/api',
  refused: [
    {
      path: 'acme/others',
      at: 'upload',
      answer: refusal(403, 'DENIED', 'permission_denied: write_package'),
      code: 'denied',
      message: /the token has write:packages, and that the package's settings give the account the role Write/u,
    },
  ],
  secretGoesTo: ['ghcr.io', host],
};
