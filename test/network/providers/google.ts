import { digest, type ProviderCase, refusal } from './provider-case.ts';

const registry = 'europe-west1-docker.pkg.dev';
const host = 'artifactregistry.googleapis.com';
const secret = 'ya29.planted-7';
const authorization = `Bearer ${secret}`;
const place = 'projects/acme/locations/europe-west1/repositories/apps';

function version(letter: string, ...tags: string[]): object {
  return {
    name: `${place}/packages/api/versions/${digest(letter)}`,
    createTime: '2026-01-05T21:06:53.506400Z',
    relatedTags: tags.map((tag) => ({ name: `${place}/packages/api/tags/${tag}` })),
    metadata: { imageSizeBytes: '1972332', mediaType: 'application/vnd.oci.image.manifest.v1+json' },
  };
}

/** https://github.com/googleapis/googleapis/blob/master/google/devtools/artifactregistry/v1/service.proto */
export const google: ProviderCase = {
  id: 'google',
  host: registry,
  others: [host],
  username: 'oauth2accesstoken',
  secret,
  gate: {
    kind: 'bearer',
    realm: `https://${registry}/v2/token`,
    service: registry,
    refusal: refusal(401, 'UNAUTHORIZED', 'not authenticated: No valid credential was supplied.'),
    post: 404,
  },
  signInRefused: /No valid credential was supplied/u,
  routes: [
    {
      host,
      request: `GET /v1/${place}/packages?pageSize=2`,
      authorization,
      answer: {
        status: 200,
        body: {
          packages: [{ name: `${place}/packages/api` }, { name: `${place}/packages/team%2Fweb` }],
          nextPageToken: 'p2',
        },
      },
    },
    {
      host,
      request: `GET /v1/${place}/packages?pageSize=2&pageToken=p2`,
      authorization,
      answer: { status: 200, body: { packages: [{ name: `${place}/packages/db` }] } },
    },
    {
      host,
      request: `GET /v1/${place}/packages/api/versions?view=FULL&pageSize=2`,
      authorization,
      answer: { status: 200, body: { versions: [version('a', '1.1'), version('b', '1.0')], nextPageToken: 'v2' } },
    },
    {
      host,
      request: `GET /v1/${place}/packages/api/versions?view=FULL&pageSize=2&pageToken=v2`,
      authorization,
      answer: { status: 200, body: { versions: [version('c', '0.9')] } },
    },
  ],
  namespace: 'acme/apps',
  repositories: [['acme/apps/api', 'acme/apps/team/web'], ['acme/apps/db']],
  tags: { path: 'acme/apps/api', pages: [['1.1', '1.0'], ['0.9']] },
  push: 'acme/apps/api',
  refused: [
    {
      path: 'acme/others/api',
      at: 'upload',
      answer: refusal(
        403,
        'DENIED',
        'Permission "artifactregistry.repositories.uploadArtifacts" denied on resource "projects/acme/locations/europe-west1/repositories/others" (or it may not exist)',
      ),
      code: 'denied',
      message: /Check that acme\/others exists, and that the account has the role Artifact Registry Writer/u,
    },
  ],
  secretGoesTo: [registry, host],
};
