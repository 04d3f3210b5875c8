import * as vscode from 'vscode';
import { CancelledError, SidedError } from '../../base/index.ts';
import type { GrantOptions } from '../../credentials/index.ts';

const names = { github: 'GitHub', microsoft: 'Microsoft' } as const;

/**
 * A session of VS Code's own. Only where somebody has just asked for it may VS Code ask who it shall be, and whether
 * this extension may have it; else it is the one that was given before.
 *
 * @throws SidedError `machine-sign-in-failed` where there is none; CancelledError where the question was declined
 */
export async function sessionOf(
  provider: keyof typeof names,
  scopes: readonly string[],
  { interactive }: GrantOptions,
): Promise<vscode.AuthenticationSession> {
  const session = await (
    interactive
      ? vscode.authentication.getSession(provider, scopes, { createIfNone: true, clearSessionPreference: true })
      : vscode.authentication.getSession(provider, scopes, { silent: true })
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
