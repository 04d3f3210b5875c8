import * as vscode from 'vscode';
import { formatRegistryKey } from '../../reference/index.ts';
import type { Accounts } from '../accounts.ts';
import type { SignIn } from '../sign-in.ts';
import type { SignInStatus } from '../flow/sign-in-flow.ts';
import { askedRegistry } from './registry-argument.ts';

/**
 * “Sign In…”: takes a row of the view, or `{registry, username?}`, or asks which registry. The password is typed, never
 * an argument.
 *
 * @throws SidedError (`reference`) for what is no registry
 */
export async function signInCommand(signIn: SignIn, argument: unknown): Promise<{ status: SignInStatus }> {
  const key = await askedRegistry(argument, 'Sign In');
  if (!key) return { status: 'cancelled' };
  const { username } = (argument ?? {}) as { username?: unknown };
  const answer = await signIn.ask(key, typeof username === 'string' ? { username } : {});
  return { status: answer.kind === 'next' ? answer.value : 'cancelled' };
}

/**
 * “Sign Out”: forgets the sign-in that is stored here and serves for the registry, be it one for its whole host. Docker's
 * own configuration stays as it is.
 */
export async function signOutCommand(accounts: Accounts, argument: unknown): Promise<void> {
  const asked = await askedRegistry(argument, 'Sign Out');
  if (!asked) return;
  const key = await accounts.stored(asked);
  const name = formatRegistryKey(asked);
  if (!key) {
    void vscode.window.showInformationMessage(`No sign-in to ${name} is stored here.`);
    return;
  }
  await accounts.forget(key);
  vscode.window.setStatusBarMessage(`$(check) Signed out of ${formatRegistryKey(key)}`, 5_000);
}

/** “Sign Out of All Registries”, after a confirmation. */
export async function signOutAllCommand(accounts: Accounts): Promise<void> {
  const keys = await accounts.keys();
  if (keys.length === 0) {
    void vscode.window.showInformationMessage('No sign-in is stored here.');
    return;
  }
  const signOut = 'Sign Out';
  const detail = keys.map(formatRegistryKey).join('\n');
  const chosen = await vscode.window.showWarningMessage(
    'Sign out of all registries?',
    { modal: true, detail },
    signOut,
  );
  if (chosen === signOut) await Promise.all(keys.map((key) => accounts.forget(key)));
}
