import { type ProviderCase, refusal } from './provider-case.ts';

const host = 'codeberg.org';

/** https://github.com/go-gitea/gitea, routers/api/packages/container */
export const gitea: ProviderCase = {
  id: 'gitea',
  host,
  username: 'mira',
  secret: 'gitea-planted-12',
  gate: {
    kind: 'bearer',
    realm: `https://${host}/v2/token`,
    service: 'container_registry',
    scope: '*',
    besides: 'Basic realm="Gitea Container Registry"',
    refusal: refusal(401, 'UNAUTHORIZED', 'authentication required'),
  },
  signInRefused: /authentication required/u,
  content: { 'acme/api': ['1.0', '1.1', '1.2'], 'acme/db': ['1'], 'acme/web': ['1'] },
  namespace: 'acme',
  repositories: [['acme/api', 'acme/db'], ['acme/web']],
  tags: { path: 'acme/api', pages: [['1.0', '1.1'], ['1.2']] },
  push: 'acme/api',
  refused: [
    {
      path: 'stranger/api',
      at: 'upload',
      answer: refusal(401, 'UNAUTHORIZED', 'reqPackageAccess'),
      code: 'denied',
      message: /Check that stranger is your account or an organization where you may write packages/u,
    },
  ],
  secretGoesTo: [host],
};
