import { basicOf, digest, type ProviderCase, refusal } from './provider-case.ts';

const host = 'harbor.acme.test';
const username = 'robot$team+ci';
const secret = 'harbor-planted-10';
const authorization = basicOf(username, secret);
const headers = { 'x-total-count': '3' };
const artifact = (letter: string, name: string) => ({
  digest: digest(letter),
  size: 1_972_332,
  tags: [{ name, push_time: '2026-01-05T21:06:53.506Z', immutable: false }],
  references: null,
});

/** https://github.com/goharbor/harbor/blob/main/api/v2.0/swagger.yaml */
export const harbor: ProviderCase = {
  id: 'harbor',
  host,
  set: 'harbor',
  username,
  secret,
  gate: {
    kind: 'bearer',
    realm: `https://${host}/service/token`,
    service: 'harbor-registry',
    refusal: refusal(401, 'UNAUTHORIZED', 'unauthorized'),
  },
  signInRefused: /unauthorized/u,
  routes: [
    {
      host,
      request: 'GET /api/v2.0/projects/team/repositories?page=1&page_size=2',
      authorization,
      answer: {
        status: 200,
        headers,
        body: ['team/api', 'team/web'].map((name, id) => ({ id, name, update_time: '2026-01-05T21:06:53.506Z' })),
      },
    },
    {
      host,
      request: 'GET /api/v2.0/projects/team/repositories?page=2&page_size=2',
      authorization,
      answer: { status: 200, headers, body: [{ id: 3, name: 'team/db' }] },
    },
    {
      host,
      request: 'GET /api/v2.0/projects/team/repositories/api/artifacts?page=1&page_size=2&q=tags%3D*',
      authorization,
      answer: { status: 200, headers, body: [artifact('a', '1.1'), artifact('b', '1.0')] },
    },
    {
      host,
      request: 'GET /api/v2.0/projects/team/repositories/api/artifacts?page=2&page_size=2&q=tags%3D*',
      authorization,
      answer: { status: 200, headers, body: [artifact('c', '0.9')] },
    },
  ],
  namespace: 'team',
  repositories: [['team/api', 'team/web'], ['team/db']],
  tags: { path: 'team/api', pages: [['1.1', '1.0'], ['0.9']] },
  push: 'team/api',
  refused: [
    {
      path: 'team/released:2.0',
      at: 'manifest',
      answer: refusal(
        412,
        'PRECONDITION',
        "Failed to process request due to 'team/released:2.0' configured as immutable.",
      ),
      code: 'tag-immutable',
      message: /a rule of the project team makes it immutable\. Push under another tag/u,
    },
  ],
  secretGoesTo: [host],
};
