import { type ProviderCase, refusal } from './provider-case.ts';

const host = 'images.acme.test';

/** The protocol alone. */
export const generic: ProviderCase = {
  id: 'generic',
  host,
  set: 'generic',
  username: 'mira',
  secret: 'generic-planted-14',
  gate: {
    kind: 'basic',
    challenge: 'Basic realm="images"',
    refusal: refusal(401, 'UNAUTHORIZED', 'authentication required'),
  },
  signInRefused: /authentication required/u,
  content: { 'team/api': ['1.0', '1.1', '1.2'], 'team/db': ['1'], 'team/web': ['1'] },
  repositories: [['team/api', 'team/db'], ['team/web']],
  tags: { path: 'team/api', pages: [['1.0', '1.1'], ['1.2']] },
  push: 'team/api',
  refused: [
    {
      path: 'others/api',
      at: 'upload',
      answer: refusal(403, 'DENIED', 'others is not yours'),
      code: 'denied',
      message: /refused the push to images\.acme\.test\/others\/api: signed in as mira, who may not push there/u,
    },
  ],
  secretGoesTo: [host],
};
