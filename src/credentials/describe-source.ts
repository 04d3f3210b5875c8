import { plainText } from '../base/index.ts';
import { programName } from './credential-helpers.ts';
import type { CredentialSource, KeychainAnswer } from './keychain.ts';
import { machineSignInName } from './machine-sign-in.ts';

/** Who would be signed in and by what, as in `mira (stored here)`: plain text for a list or the log. */
export function describeSource(answer: KeychainAnswer): string {
  switch (answer.kind) {
    case 'found':
      return `${account(answer, 'identityToken' in answer.credential ? 'identity token' : 'token')} (${sourceName(answer)})`;
    case 'missing-secret':
      return `${account(answer, 'secret')} (lost, sign in again)`;
    case 'unasked':
      if (answer.source === 'machine') return `${account(answer, 'token')} (${sourceName(answer)})`;
      return `Docker keeps it with ${helperName(answer.helper)}`;
    case 'source-failed':
      return `not signed in (${sourceName(answer)} failed)`;
    case 'none':
      return answer.helper === undefined ? 'not signed in' : `not signed in (${helperName(answer.helper)} has none)`;
  }
}

/** Where a credential comes from, in words. */
export function sourceName(from: CredentialSource): string {
  switch (from.source) {
    case 'stored':
      return 'stored here';
    case 'docker-config':
      return 'Docker configuration';
    case 'helper':
      return helperName(from.helper);
    case 'machine':
      return machineSignInName(from.signIn);
  }
}

function helperName(helper: string): string {
  return plainText(programName(helper), 80);
}

function account({ account = '' }: { readonly account?: string }, otherwise: string): string {
  return plainText(account, 80) || otherwise;
}
