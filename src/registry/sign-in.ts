import type { Credential } from '../credentials/index.ts';
import type { RegistryKey } from '../reference/index.ts';
import { named } from './connection-errors.ts';
import { Connection, type RegistryOptions } from './connection.ts';
import { saying } from './diagnostics.ts';
import { RegistryError } from './errors.ts';
import type { Session } from './session.ts';
import type { Transport } from './wire.ts';

/** What a registry says to a credential. The messages are whole sentences for the user. */
export type SignInCheck =
  | { readonly status: 'accepted'; readonly transport: Transport }
  /** Not right, or not for this: to keep it would be of no use. */
  | { readonly status: 'refused'; readonly message: string }
  /** The registry lets everybody in, so it judges none. */
  | { readonly status: 'unchecked'; readonly message: string; readonly transport: Transport }
  /** Nobody judged it: not reached, not a registry, a certificate that is not trusted, too many requests… */
  | { readonly status: 'unreachable'; readonly error: RegistryError };

export interface SignInOptions extends Omit<RegistryOptions, 'credential'> {
  /** The path of a repository to which a push is to go, if one is known. */
  readonly repository?: string | undefined;
}

type Bearer = Extract<Parameters<Session['signIn']>[0], { scheme: 'bearer' }>;

/**
 * Asks a registry whether it accepts a credential, before that is kept. Where it grants tokens, one for pushing is asked
 * for; that a token was granted says that the credential is right, not that each push will be allowed.
 *
 * @throws CancelledError
 */
export async function checkSignIn(
  key: RegistryKey,
  credential: Credential,
  { repository, ...options }: SignInOptions = {},
  signal?: AbortSignal,
): Promise<SignInCheck> {
  const { registry } = key;
  const connection = new Connection(registry, { ...options, credential });
  try {
    return await connection.call(signal, async (signal): Promise<SignInCheck> => {
      const { session, greeting } = await connection.greet(signal);
      const { transport } = session;
      if (greeting.kind === 'open')
        return {
          status: 'unchecked',
          message: `${registry} lets everybody in, so it cannot say whether a sign-in is right.`,
          transport,
        };
      const { challenge } = greeting;
      if (challenge === undefined)
        return { status: 'refused', message: `${registry} wants a kind of sign-in that is not supported.` };
      if (challenge.scheme === 'basic' && !('password' in credential))
        return { status: 'refused', message: `${registry} wants a user name and a password, not an identity token.` };
      try {
        if (challenge.scheme === 'basic') await session.signIn(challenge, [], signal);
        else await signInForPush(session, challenge, { ...key, repository }, signal);
      } catch (error) {
        const message = refusalIn(error, repository);
        if (message === undefined) throw error;
        return { status: 'refused', message };
      }
      return { status: 'accepted', transport };
    });
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return { status: 'unreachable', error };
  }
}

async function signInForPush(
  session: Session,
  challenge: Bearer,
  { namespace, repository }: { readonly namespace?: string; readonly repository: string | undefined },
  signal: AbortSignal,
): Promise<void> {
  const path = repository ?? namespace;
  try {
    await session.signIn(challenge, path === undefined ? [] : [`repository:${path}:pull,push`], signal);
  } catch (error) {
    // A namespace need not be a repository: some token servers refuse it, Harbor's fails with a status of 500. As at
    // `docker login`, no scope is asked for then. A 401 was the password's.
    const answered = error instanceof RegistryError && error.status !== undefined && error.status !== 401;
    if (repository !== undefined || namespace === undefined || !answered) throw error;
    await session.signIn(challenge, [], signal);
  }
}

/** Why a credential was refused; undefined if something else failed. */
function refusalIn(error: unknown, repository: string | undefined): string | undefined {
  if (!(error instanceof RegistryError) || (error.code !== 'unauthorized' && error.code !== 'denied')) return undefined;
  const where = error.url === undefined ? error.host : named(error.host, new URL(error.url));
  const what =
    error.code === 'denied' && repository !== undefined
      ? `did not accept the sign-in, or does not let it push to ${repository}.`
      : 'did not accept the sign-in.';
  return `${where} ${what}${saying(error.diagnostics)}`;
}
