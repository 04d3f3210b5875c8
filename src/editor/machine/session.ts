import * as vscode from 'vscode';
import { CancelledError, SidedError } from '../../base/index.ts';
import type { GrantOptions } from '../../credentials/index.ts';

const names = { github: 'GitHub', microsoft: 'Microsoft' } as const;

/**
 * A session of VS Code's own. Only where somebody has just asked for it may VS Code ask who it shall be, and whether
 * this extension may have it; else it is the one of the account that was chosen then.
 *
 * @throws SidedError `machine-sign-in-failed` where there is none; CancelledError where the question was declined
 */
export async function sessionOf(
  provider: keyof typeof names,
  scopes: readonly string[],
  { interactive, account }: GrantOptions,
): Promise<vscode.AuthenticationSession> {
  const session = await (
    interactive
      ? vscode.authentication.getSession(provider, scopes, { createIfNone: true, clearSessionPreference: true })
      : sessionWithout(provider, scopes, account)
  ).then(
    (found) => found,
    (error: unknown) => {
      // The words are VS Code's own: https://github.com/microsoft/vscode/blob/main/src/vs/workbench/api/browser/mainThreadAuthentication.ts
      if (/did not consent|cancell?ed/iu.test(String(error))) throw new CancelledError();
      throw error;
    },
  );
  if (session) return session;
  throw new SidedError(
    'credentials',
    'machine-sign-in-failed',
    `VS Code has no ${names[provider]} session for this extension any more. Sign in again.`,
  );
}

/** Without a question. VS Code prefers one account for the whole extension, and another may have been chosen here. */
async function sessionWithout(
  provider: string,
  scopes: readonly string[],
  whose: string | undefined,
): Promise<vscode.AuthenticationSession | undefined> {
  if (whose === undefined) return vscode.authentication.getSession(provider, scopes, { silent: true });
  const account = (await vscode.authentication.getAccounts(provider)).find(({ label }) => label === whose);
  if (!account) return undefined;
  const session = await vscode.authentication.getSession(provider, scopes, { silent: true, account });
  return session?.account.label === whose ? session : undefined;
}
