import { plainText } from '../base/index.ts';
import type { KeychainAnswer } from './keychain.ts';

/** Who would be signed in and by what, as in `mira (stored here)`: plain text for a list or the log. */
export function describeSource(answer: KeychainAnswer): string {
  switch (answer.kind) {
    case 'found':
      return `${account(answer, 'identity token')} (${answer.source === 'stored' ? 'stored here' : 'Docker configuration'})`;
    case 'missing-secret':
      return `${account(answer, 'secret')} (lost, sign in again)`;
    case 'none':
      return answer.helper === undefined
        ? 'not signed in'
        : `not signed in (Docker keeps it with ${plainText(`docker-credential-${answer.helper}`, 80)}, which is not asked)`;
  }
}

function account({ account = '' }: { readonly account?: string }, otherwise: string): string {
  return plainText(account, 80) || otherwise;
}
