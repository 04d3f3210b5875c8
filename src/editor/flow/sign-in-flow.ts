import * as vscode from 'vscode';
import { messageOf } from '../../base/index.ts';
import type { Credential } from '../../credentials/index.ts';
import { formatRegistryKey, type RegistryKey } from '../../reference/index.ts';
import type { CredentialForm } from '../../registry/index.ts';
import { type Answer, showStep } from './step.ts';

/** What became of a sign-in. */
export type SignInStatus = 'accepted' | 'unchecked' | 'cancelled';

/** What a registry said to a credential. */
export type SignInJudgement =
  | { readonly status: 'accepted' }
  | { readonly status: 'unchecked' }
  | { readonly status: 'refused'; readonly message: string }
  | { readonly status: 'unreachable'; readonly error: Error };

export interface SignInSteps {
  readonly username?: string;
  /** Why it is asked for, where that is not plain. */
  readonly reason?: string;
  readonly canGoBack?: boolean;
  /** What this kind of registry wants; user name and password when absent. */
  readonly form?: CredentialForm;
  /** Closes the steps when the push that asked for them is cancelled. */
  readonly signal?: AbortSignal;
  readonly judge: (credential: Credential, signal: AbortSignal) => Promise<SignInJudgement>;
  readonly keep: (credential: Credential) => Promise<void>;
}

/**
 * Asks for user name and password, checks them with the registry, and keeps them only then. What the registry refuses is
 * said where the password is typed, which can be corrected there; with a registry that does not answer, the user decides.
 */
export async function signInSteps(key: RegistryKey, steps: SignInSteps): Promise<Answer<SignInStatus>> {
  const title = `Sign in to ${formatRegistryKey(key)}`;
  const { fixedUsername, usernameIsSecret } = steps.form ?? {};
  if (fixedUsername !== undefined || usernameIsSecret) return askPassword(title, key, fixedUsername, steps);
  let username = steps.username ?? '';
  for (;;) {
    const name = await askUsername(title, username, steps);
    if (name.kind !== 'next') return name;
    username = name.value;
    const password = await askPassword(title, key, username, steps);
    if (password.kind !== 'back') return password;
  }
}

function askUsername(
  title: string,
  username: string,
  { reason, form, canGoBack = false, signal }: SignInSteps,
): Promise<Answer<string>> {
  const input = vscode.window.createInputBox();
  input.prompt = reason ?? form?.username ?? 'User name';
  input.placeholder = form?.username ?? 'User name';
  input.value = username;
  return showStep<string>(
    input,
    { title, step: 1, totalSteps: 2, canGoBack, ...(signal && { signal }) },
    (answer, store) => {
      store.add(
        input.onDidAccept(() => {
          const value = input.value.trim();
          if (value === '') input.validationMessage = 'Write the user name that the registry knows you by.';
          else if (value.includes(':')) input.validationMessage = 'A user name has no colon.';
          else answer(value);
        }),
      );
      store.add(input.onDidChangeValue(() => (input.validationMessage = undefined)));
    },
  );
}

/** @param username undefined where the secret is the user name too */
function askPassword(
  title: string,
  { registry }: RegistryKey,
  username: string | undefined,
  { form, reason, canGoBack = false, judge, keep, signal }: SignInSteps,
): Promise<Answer<SignInStatus>> {
  const input = vscode.window.createInputBox();
  const wanted = form?.secret ?? 'Password or token';
  const isFirst = username === undefined || username === form?.fixedUsername;
  const whose = username === undefined ? wanted : `${wanted} of ${username}`;
  input.prompt = `${isFirst && reason !== undefined ? `${reason} ` : ''}${whose}. It is checked, then kept in VS Code's secret storage.`;
  input.placeholder = wanted;
  input.password = true;
  return showStep<SignInStatus>(
    input,
    {
      ...{ title, step: isFirst ? 1 : 2, totalSteps: isFirst ? 1 : 2, canGoBack: isFirst ? canGoBack : true },
      ...(form?.page && { page: form.page(registry) }),
      ...(signal && { signal }),
    },
    (answer, store) => {
      let asked = '';
      const left = new AbortController();
      store.add({ dispose: () => left.abort() });
      const check = async (): Promise<void> => {
        const password = input.value;
        if (password === '' || input.busy) return;
        const credential = { username: username ?? password, password };
        input.busy = true;
        input.enabled = false;
        try {
          // A second Enter with the same password is the answer to “keep it unchecked?”.
          const judgement: SignInJudgement =
            asked === password ? { status: 'unchecked' } : await judge(credential, left.signal);
          // Who closed the input meanwhile does not want to be signed in.
          if (left.signal.aborted) return;
          // What is said takes the place of the prompt, so what is wanted is said again.
          if (judgement.status === 'refused')
            input.validationMessage = `${judgement.message}${form ? ` It takes: ${form.secret}.` : ''}`;
          else if (judgement.status === 'unreachable') {
            asked = password;
            input.validationMessage = {
              message: `${judgement.error.message} Press Enter again to keep it unchecked.`,
              severity: vscode.InputBoxValidationSeverity.Warning,
            };
          } else {
            await keep(credential);
            answer(judgement.status);
          }
        } catch (error) {
          if (!left.signal.aborted) input.validationMessage = messageOf(error);
        } finally {
          if (!left.signal.aborted) {
            input.enabled = true;
            input.busy = false;
          }
        }
      };
      store.add(input.onDidAccept(() => void check()));
      store.add(input.onDidChangeValue(() => (input.validationMessage = undefined)));
    },
  );
}
