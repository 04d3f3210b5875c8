import { digest, type ProviderCase, refusal } from './provider-case.ts';

const host = 'acme.azurecr.io';
const words = 'authentication required, visit https://aka.ms/acr/authorization for more information.';
const reading = { granted: 'repository:team/api:metadata_read' };
const catalog = { granted: 'registry:catalog:*' };

function tag(name: string, letter: string): object {
  return {
    name,
    digest: digest(letter),
    createdTime: '2018-09-06T06:17:21.0856539Z',
    lastUpdateTime: '2018-09-06T06:17:21.0856539Z',
    changeableAttributes: { deleteEnabled: true, writeEnabled: true, readEnabled: true, listEnabled: true },
  };
}

/** https://github.com/Azure/azure-rest-api-specs/tree/main/specification/containerregistry/data-plane, 2021-07-01 */
export const azure: ProviderCase = {
  id: 'azure',
  host,
  username: 'ci-token',
  secret: 'azure-planted-8',
  gate: {
    kind: 'bearer',
    realm: `https://${host}/oauth2/token`,
    service: host,
    refusal: refusal(401, 'UNAUTHORIZED', words),
    post: 400,
  },
  signInRefused: /authentication required, visit https:\/\/aka\.ms\/acr\/authorization/u,
  routes: [
    {
      host,
      request: 'GET /acr/v1/_catalog?n=2',
      authorization: catalog,
      answer: {
        status: 200,
        headers: { link: '</acr/v1/_catalog?last=team%2Fweb&n=2&orderby=>; rel="next"' },
        body: { repositories: ['team/api', 'team/web'] },
      },
    },
    {
      host,
      request: 'GET /acr/v1/_catalog?n=2&last=team%2Fweb',
      authorization: catalog,
      answer: { status: 200, body: { repositories: ['tools/db'] } },
    },
    {
      host,
      request: 'GET /acr/v1/team/api/_tags?n=2&orderby=timedesc',
      authorization: reading,
      answer: {
        status: 200,
        headers: { link: '</acr/v1/team/api/_tags?last=1%261.0&n=2&orderby=timedesc>; rel="next"' },
        body: { registry: host, imageName: 'team/api', tags: [tag('1.1', 'a'), tag('1.0', 'b')] },
      },
    },
    {
      host,
      request: 'GET /acr/v1/team/api/_tags?n=2&orderby=timedesc&last=1%261.0',
      authorization: reading,
      answer: { status: 200, body: { registry: host, imageName: 'team/api', tags: [tag('0.9', 'c')] } },
    },
  ],
  repositories: [['team/api', 'team/web'], ['tools/db']],
  tags: { path: 'team/api', pages: [['1.1', '1.0'], ['0.9']] },
  push: 'team/api',
  refused: [
    {
      path: 'team/guarded',
      at: 'token',
      answer: refusal(401, 'UNAUTHORIZED', words),
      code: 'unauthorized',
      message: /did not accept the sign-in, or it may not push\. Sign in again, with the role AcrPush/u,
    },
  ],
  secretGoesTo: [host],
};
