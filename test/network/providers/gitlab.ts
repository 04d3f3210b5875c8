import type { ApiRoute } from '../../support/stage/api-site.ts';
import { digest, type ProviderCase, refusal } from './provider-case.ts';

/** https://docs.gitlab.com/api/container_registry/ and https://docs.gitlab.com/api/graphql/reference/#containerrepositorytag */
function routesAt(host: string, registry: string, secret: string): ApiRoute[] {
  const authorization = `Bearer ${secret}`;
  const repository = (id: number, path: string) => ({
    id,
    name: '',
    path,
    project_id: 9,
    location: `${registry}/${path}`,
  });
  const tags = (nodes: object[], endCursor: string, hasNextPage: boolean) => ({
    status: 200,
    body: { data: { containerRepository: { tags: { nodes, pageInfo: { endCursor, hasNextPage } } } } },
  });
  const list = '/api/v4/groups/acme/registry/repositories?per_page=2';
  const graphql = { host, request: 'POST /api/graphql', authorization };
  return [
    {
      host,
      request: `GET ${list}`,
      authorization,
      answer: {
        status: 200,
        headers: { link: `<https://${host}${list}&page=2>; rel="next", <https://${host}${list}&page=1>; rel="first"` },
        body: [repository(42, 'acme/api'), repository(43, 'acme/tools/web')],
      },
    },
    { host, request: `GET ${list}&page=2`, authorization, answer: { status: 200, body: [repository(44, 'acme/db')] } },
    {
      ...graphql,
      body: /ContainerRepository\/42","first":2\}/u,
      answer: tags(
        [
          { name: '1.1', digest: digest('a'), totalSize: '350224384', publishedAt: '2019-01-07T16:49:51Z' },
          { name: '1.0', digest: null, totalSize: null, createdAt: null, publishedAt: null },
        ],
        'eyJ2MSJ9',
        true,
      ),
    },
    {
      ...graphql,
      body: /ContainerRepository\/42","first":2,"after":"eyJ2MSJ9"\}/u,
      answer: tags([{ name: '0.9' }], 'x', false),
    },
  ];
}

function gitlabAt(host: string, gitlab: string, secret: string): ProviderCase {
  return {
    id: 'gitlab',
    host,
    others: [gitlab],
    username: 'mira',
    secret,
    gate: {
      kind: 'bearer',
      realm: `https://${gitlab}/jwt/auth`,
      service: 'container_registry',
      refusal: refusal(401, 'UNAUTHORIZED', 'HTTP Basic: Access denied.'),
      post: 404,
    },
    signInRefused: /HTTP Basic: Access denied/u,
    routes: routesAt(gitlab, host, secret),
    namespace: 'acme',
    repositories: [['acme/api', 'acme/tools/web'], ['acme/db']],
    tags: { path: 'acme/api', pages: [['1.1', '1.0'], ['0.9']] },
    push: 'acme/api',
    refused: [
      {
        path: 'acme/guarded',
        at: 'token',
        answer: refusal(403, 'DENIED', 'access forbidden'),
        code: 'denied',
        message: /at least the role Developer there, and that the token has read_registry and write_registry/u,
      },
    ],
    // The registry itself has no use for it.
    secretGoesTo: [gitlab],
  };
}

export const gitlab = gitlabAt('registry.gitlab.com', 'gitlab.com', 'glpat-planted-3');

export const ownGitLab: ProviderCase = {
  ...gitlabAt('registry.acme.test', 'gitlab.acme.test', 'glpat-planted-4'),
  set: 'gitlab',
};
