import type { ProviderCase } from './provider-case.ts';

const secret = 'dckr_pat_planted-1';
const apiToken = 'hub-jwt-planted';
const authorization = `Bearer ${apiToken}`;
const host = 'hub.docker.com';
const image = (architecture: string) => ({ architecture, os: 'linux', variant: null, size: 1 });

/** https://docs.docker.com/reference/api/hub/latest/ */
export const dockerHub: ProviderCase = {
  id: 'docker-hub',
  host: 'docker.io',
  others: ['registry-1.docker.io', 'index.docker.io', 'auth.docker.io', host],
  username: 'mira',
  secret,
  gate: {
    kind: 'bearer',
    realm: 'https://auth.docker.io/token',
    service: 'registry.docker.io',
    refusal: { status: 401, body: { details: 'incorrect username or password' } },
  },
  signInRefused: /incorrect username or password/u,
  routes: [
    {
      host,
      request: 'POST /v2/auth/token',
      authorization: undefined,
      body: JSON.stringify({ identifier: 'mira', secret }),
      answer: { status: 200, body: { access_token: apiToken } },
    },
    {
      host,
      request: 'GET /v2/repositories/acme?page_size=2',
      authorization,
      answer: {
        status: 200,
        body: {
          count: 3,
          next: `https://${host}/v2/repositories/acme?page=2&page_size=2`,
          previous: null,
          results: [{ name: 'api', last_updated: '2026-01-05T21:06:53.506400Z' }, { name: 'web' }],
        },
      },
    },
    {
      host,
      request: 'GET /v2/repositories/acme?page=2&page_size=2',
      authorization,
      answer: { status: 200, body: { count: 3, next: null, results: [{ name: 'db' }] } },
    },
    {
      host,
      request: 'GET /v2/namespaces/acme/repositories/api/tags?page_size=2',
      authorization,
      answer: {
        status: 200,
        body: {
          count: 3,
          next: `https://${host}/v2/namespaces/acme/repositories/api/tags?page=2&page_size=2`,
          results: [
            { name: '1.1', full_size: 1_972_332, tag_last_pushed: '2026-01-05T21:06:53Z', images: [image('amd64')] },
            { name: '1.0', full_size: null, images: [image('amd64'), image('arm64')] },
          ],
        },
      },
    },
    {
      host,
      request: 'GET /v2/namespaces/acme/repositories/api/tags?page=2&page_size=2',
      authorization,
      answer: { status: 200, body: { count: 3, next: null, results: [{ name: '0.9' }] } },
    },
  ],
  namespace: 'acme',
  repositories: [['acme/api', 'acme/web'], ['acme/db']],
  tags: { path: 'acme/api', pages: [['1.1', '1.0'], ['0.9']] },
  push: 'acme/api',
  refused: [
    {
      path: 'acme/read-only',
      at: 'token',
      answer: { status: 401, body: { details: 'access token has insufficient scopes' } },
      code: 'denied',
      message: /Make one with Read & Write and sign in with it/u,
    },
    {
      path: 'stranger/api',
      at: 'scope',
      code: 'denied',
      message: /Check that stranger is your account or organization/u,
    },
  ],
  secretGoesTo: ['auth.docker.io', host],
  apiToken: { value: apiToken, goesTo: [host] },
};
