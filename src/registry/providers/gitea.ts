import type { Provider } from './provider.ts';
import { explainBy } from './refusals.ts';

/**
 * Gitea and Forgejo, whose catalog and tag lists are for users: they show what the account may see
 * (https://github.com/go-gitea/gitea, routers/api/packages). So the protocol's lists serve.
 */
export const gitea: Provider = {
  id: 'gitea',
  selfManaged: true,
  name: 'Gitea or Forgejo',
  host: 'codeberg.org',
  place: {
    prompt: 'Its host, with an owner where only one is meant',
    example: 'codeberg.org/OWNER',
    value: 'codeberg.org',
  },
  // Codeberg runs Forgejo. Others have hosts of their own.
  owns: (host) => host === 'codeberg.org',
  credential: {
    username: 'User name',
    secret: 'Access token with write:package, or password where neither 2FA nor OAuth is on',
  },
  webPage: ({ repository: { registry, path }, tag }) => {
    const [owner = '', ...name] = path.split('/');
    // Tags have no case there, and the address has the lower one.
    const version = encodeURIComponent(tag.toLowerCase());
    return `https://${registry}/${owner}/-/packages/container/${encodeURIComponent(name.join('/'))}/${version}`;
  },
  explain: explainBy([
    {
      // https://github.com/go-gitea/gitea/issues/31531
      words: /reqPackageAccess|user should have specific permission/iu,
      code: 'denied',
      message: ({ registry, path, owner }) =>
        `${registry} does not let this account push to ${path}. Check that ${owner} is your account or an organization where you may write packages, and that the token has write:package.`,
    },
    {
      words: /token scope is limited to public packages/iu,
      code: 'denied',
      message: ({ registry, owner }) =>
        `The token is for public packages alone, and those of ${owner} at ${registry} are not. Make one without that limit and sign in with it.`,
    },
    {
      words: /maximum allowed package (?:type size|storage quota|count) exceeded/iu,
      code: 'quota-exceeded',
      message: ({ registry, owner }) =>
        `${owner} has no room for more packages at ${registry}. Delete some there, or have the limit raised.`,
    },
    {
      // No 403 of its own: a sign-in that is missing and one that may not push read alike.
      words: /authentication required|insufficient_scope|requested access to the resource is denied/iu,
      code: 'unauthorized',
      message: ({ registry, path }) =>
        `${registry} did not accept the sign-in for a push to ${path}. Where 2FA or OAuth is on it wants an access token with write:package, not the password.`,
    },
  ]),
};
