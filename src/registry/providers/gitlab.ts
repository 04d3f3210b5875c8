import { hosted } from './gitlab-api.ts';
import { browseGitLab } from './gitlab-lists.ts';
import type { Provider } from './provider.ts';
import { explainBy } from './refusals.ts';

/** GitLab, at gitlab.com and self-managed: its catalog is for administrators alone. */
export const gitlab: Provider = {
  id: 'gitlab',
  selfManaged: true,
  name: 'GitLab',
  host: hosted,
  place: {
    prompt: 'Its host, and the group or project whose images are listed',
    example: 'registry.gitlab.com/GROUP',
    value: 'registry.gitlab.com/',
  },
  owns: (host) => host === hosted,
  credential: {
    username: "User name, or a deploy token's",
    secret: 'Access token with read_registry and write_registry, and with read_api to list repositories',
    page: (host) =>
      host === hosted
        ? 'https://gitlab.com/-/user_settings/personal_access_tokens'
        : 'https://docs.gitlab.com/user/profile/personal_access_tokens/',
  },
  browse: browseGitLab,
  // Of a longer path, nothing says where the project's name ends; of a self-managed one, not which host has the pages.
  webPage: ({ repository: { registry, path } }) =>
    registry === hosted && path.split('/').length === 2 ? `https://gitlab.com/${path}/container_registry` : undefined,
  explain: explainBy([
    {
      words: /HTTP Basic: Access denied/iu,
      code: 'unauthorized',
      message: ({ registry }) =>
        `${registry} did not accept the sign-in. Where two-factor authentication is on, GitLab takes no password: sign in with an access token that has read_registry and write_registry.`,
    },
    {
      words: /access forbidden|requested access to the resource is denied|insufficient_scope/iu,
      code: 'denied',
      message: ({ registry, path }) =>
        `${registry} refused the push to ${path}. Check that the path begins with the group and the project, that you have at least the role Developer there, and that the token has read_registry and write_registry.`,
    },
  ]),
};
