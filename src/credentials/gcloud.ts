import * as v from 'valibot';
import { askProgram, type ProgramPlace } from './ask-program.ts';
import { CredentialsError } from './errors.ts';
import type { GrantedCredential, MachineSignIn } from './machine-sign-in.ts';

/**
 * https://cloud.google.com/sdk/gcloud/reference/config/config-helper: unlike `gcloud auth print-access-token` it says
 * when the token ends and whose it is, and it makes a new one for a token that ends sooner than this.
 */
const args = ['config', 'config-helper', '--format=json', '--min-expiry=20m', '--quiet'];

const answerOf = v.object({
  credential: v.object({
    access_token: v.pipe(v.string(), v.regex(/^[\x21-\x7E]+$/u)),
    token_expiry: v.nullish(v.string()),
  }),
  configuration: v.optional(
    v.object({ properties: v.optional(v.object({ core: v.optional(v.object({ account: v.nullish(v.string()) })) })) }),
  ),
});

/**
 * The sign-in of Google's command line: its access token is a password for `oauth2accesstoken`. Whatever it writes may be
 * a secret, so none of it is quoted.
 */
export function gcloudSignIn(place: ProgramPlace): MachineSignIn {
  return {
    id: 'gcloud',
    grant: async (_key, { signal }) => {
      const end = await askProgram({ name: 'gcloud', args }, place, signal);
      if (end.kind === 'failed')
        throw failure(
          end.why,
          end.why === 'is not on PATH'
            ? 'Put it on the PATH that VS Code has, or sign in with a key file or an access token.'
            : 'Sign in with a key file or an access token.',
        );
      if (end.code !== 0)
        throw failure(
          `failed with ${end.code === undefined ? 'a crash' : `exit code ${end.code}`}`,
          'Sign in with “gcloud auth login” in a terminal, then try again.',
        );
      const granted = readAnswer(end.stdout);
      if (!granted)
        throw failure(
          'gave an answer without an access token',
          'See in a terminal what “gcloud auth print-access-token” says.',
        );
      return granted;
    },
  };
}

function readAnswer(stdout: string): GrantedCredential | undefined {
  const answer = v.safeParse(answerOf, jsonOf(stdout));
  if (!answer.success) return undefined;
  const { credential, configuration } = answer.output;
  const expiresAt = new Date(credential.token_expiry ?? '');
  const account = configuration?.properties?.core?.account;
  return {
    credential: { username: 'oauth2accesstoken', password: credential.access_token },
    ...(!Number.isNaN(expiresAt.getTime()) && { expiresAt }),
    ...(account && { account }),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failure(why: string, remedy: string): CredentialsError {
  return new CredentialsError('machine-sign-in-failed', `gcloud ${why}. ${remedy}`);
}
