import { basicOf, type ProviderCase, refusal } from './provider-case.ts';

const host = 'acme.jfrog.io';
const username = 'mira';
const secret = 'jfrog-planted-11';
const authorization = basicOf(username, secret);
const catalog = (key: string) => `/artifactory/api/docker/${key}/v2/_catalog?n=2`;

/** https://jfrog.com/help/r/jfrog-rest-apis/list-docker-repositories */
export const artifactory: ProviderCase = {
  id: 'artifactory',
  host,
  username,
  secret,
  gate: {
    kind: 'basic',
    challenge: 'Basic realm="Artifactory Realm"',
    refusal: { status: 401, body: { errors: [{ status: 401, message: 'Bad credentials' }] } },
  },
  signInRefused: /Bad credentials/u,
  routes: [
    {
      host,
      request: 'GET /artifactory/api/repositories?packageType=docker',
      authorization,
      answer: {
        status: 200,
        body: ['tools-docker', 'apps-docker'].map((key) => ({ key, type: 'LOCAL', packageType: 'Docker' })),
      },
    },
    {
      host,
      request: `GET ${catalog('apps-docker')}`,
      authorization,
      answer: {
        status: 200,
        headers: { link: `<${catalog('apps-docker')}&last=db>; rel="next"` },
        body: { repositories: ['api', 'db'] },
      },
    },
    {
      host,
      request: `GET ${catalog('apps-docker')}&last=db`,
      authorization,
      answer: { status: 200, body: { repositories: ['web'] } },
    },
    {
      host,
      request: `GET ${catalog('tools-docker')}`,
      authorization,
      answer: { status: 200, body: { repositories: ['lint'] } },
    },
  ],
  content: { 'apps-docker/api': ['1.0', '1.1', '1.2'] },
  repositories: [['apps-docker/api', 'apps-docker/db'], ['apps-docker/web'], ['tools-docker/lint']],
  tags: { path: 'apps-docker/api', pages: [['1.0', '1.1'], ['1.2']] },
  push: 'apps-docker/api',
  refused: [
    {
      path: 'apps-docker/guarded',
      at: 'upload',
      answer: refusal(403, 'DENIED', 'User is unauthorized to upload to apps-docker/guarded/_uploads'),
      code: 'denied',
      message: /may not deploy to apps-docker on acme\.jfrog\.io\. Ask for the right to deploy there/u,
    },
  ],
  secretGoesTo: [host],
};
