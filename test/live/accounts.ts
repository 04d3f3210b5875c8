import { parseTarget, type TaggedReference } from '../../src/reference/index.ts';
import { type Provider, providers } from '../../src/registry/index.ts';

/** An account at a live service, and a repository there for tests. */
export interface LiveAccount {
  readonly provider: Provider;
  readonly target: TaggedReference;
  readonly username: string | undefined;
  readonly secret: string;
}

const prefix = 'DOCKER_PUSH_LIVE_';

/**
 * The accounts that the environment names, as CONTRIBUTING.md says: `DOCKER_PUSH_LIVE_QUAY_REPOSITORY`, `…_USERNAME` where
 * the provider's form asks for one, `…_SECRET`.
 *
 * @throws Error for one that is named by half
 */
export function liveAccounts(env: NodeJS.ProcessEnv = process.env): LiveAccount[] {
  return providers.flatMap((provider): LiveAccount[] => {
    const name = prefix + provider.id.toUpperCase().replaceAll('-', '_');
    const [repository, username, secret] = ['REPOSITORY', 'USERNAME', 'SECRET'].map((one) => env[`${name}_${one}`]);
    if (!repository && !secret) return [];
    const { fixedUsername, usernameIsSecret } = provider.credential;
    const asked = fixedUsername === undefined && !usernameIsSecret;
    if (!repository || !secret || (asked && !username))
      throw new Error(`${name}_REPOSITORY${asked ? `, ${name}_USERNAME` : ''} and ${name}_SECRET are set together.`);
    return [{ provider, target: parseTarget(`${repository}:docker-push-test`), username, secret }];
  });
}
