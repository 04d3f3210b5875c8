import { type ProviderCase, refusal } from './provider-case.ts';

const account = '123456789012';
const ecrHost = `${account}.dkr.ecr.eu-central-1.amazonaws.com`;

/** With the password that the command line gives; who is signed in to AWS has Amazon's API besides. */
export const ecr: ProviderCase = {
  id: 'ecr',
  host: ecrHost,
  secret: 'ecr-password-planted-5',
  gate: {
    kind: 'basic',
    challenge: `Basic realm="https://${ecrHost}/",service="ecr.amazonaws.com"`,
    refusal: { status: 401, body: 'Not Authorized' },
  },
  signInRefused: /Not Authorized/u,
  content: { 'team/api': ['1.0', '1.1', '1.2'], 'team/db': ['1'], 'team/web': ['1'] },
  repositories: [['team/api', 'team/db'], ['team/web']],
  tags: { path: 'team/api', pages: [['1.0', '1.1'], ['1.2']] },
  push: 'team/api',
  refused: [
    {
      path: 'team/missing',
      at: 'upload',
      answer: refusal(
        404,
        'NAME_UNKNOWN',
        `The repository with name 'team/missing' does not exist in the registry with id '${account}'`,
      ),
      code: 'repository-missing',
      message: /has no repository team\/missing, and a push does not make one\. Create it, then push again/u,
    },
    {
      path: 'team/released:2.0',
      at: 'manifest',
      answer: refusal(
        400,
        'TAG_INVALID',
        "The image tag '2.0' already exists in the 'team/released' repository and cannot be overwritten because the tag is immutable.",
      ),
      code: 'tag-immutable',
      message: /does not let 2\.0 be pushed again: its tags are immutable\. Choose another tag/u,
    },
  ],
  secretGoesTo: [ecrHost],
};

export const ecrPublic: ProviderCase = {
  id: 'ecr-public',
  host: 'public.ecr.aws',
  secret: 'ecr-public-password-planted-6',
  gate: {
    kind: 'bearer',
    realm: 'https://public.ecr.aws/token/',
    service: 'public.ecr.aws',
    scope: 'aws',
    refusal: refusal(403, 'DENIED', 'Your authorization token has expired. Reauthenticate and try again.'),
  },
  signInRefused: /authorization token has expired/u,
  content: { 'acme/api': ['1.0', '1.1', '1.2'], 'acme/db': ['1'], 'acme/web': ['1'] },
  namespace: 'acme',
  repositories: [['acme/api', 'acme/db'], ['acme/web']],
  tags: { path: 'acme/api', pages: [['1.0', '1.1'], ['1.2']] },
  push: 'acme/api',
  refused: [
    {
      path: 'acme/late',
      at: 'upload',
      answer: refusal(403, 'DENIED', 'Your authorization token has expired. Reauthenticate and try again.'),
      code: 'token-expired',
      message: /has expired: Amazon's last twelve hours\. Sign in again, then push again/u,
    },
  ],
  secretGoesTo: ['public.ecr.aws'],
};
