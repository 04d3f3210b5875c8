import type { GrantOptions, MachineSignIn } from '../../credentials/index.ts';
import { sessionOf } from './session.ts';

/**
 * What a push, a pull and a look at the packages need
 * (https://docs.github.com/en/packages/working-with-a-github-packages-registry/working-with-the-container-registry).
 */
const scopes = ['read:packages', 'write:packages'];

/** VS Code's own GitHub session: its token is the password, as GitHub's command line uses it. */
export const githubSignIn: MachineSignIn = {
  id: 'github',
  grant: async (_key, options: GrantOptions) => {
    const { accessToken, account } = await sessionOf('github', scopes, options);
    return { credential: { username: account.label, password: accessToken } };
  },
};
