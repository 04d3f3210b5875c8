import * as vscode from 'vscode';
import { CancelledError, messageOf } from '../../base/index.ts';
import type { GrantedCredential, MachineSignInId } from '../../credentials/index.ts';
import { formatRegistryKey, type RegistryKey } from '../../reference/index.ts';
import type { SignInJudgement, SignInStatus } from './sign-in-flow.ts';
import { type Answer, showBusy, showStep } from './step.ts';

export interface SignInChoiceSteps {
  readonly signIn: MachineSignInId;
  /** What its secret is called where one is typed instead. */
  readonly secret: string;
  readonly reason?: string;
  readonly canGoBack?: boolean;
  readonly signal?: AbortSignal;
  readonly grant: (signal: AbortSignal) => Promise<GrantedCredential>;
  readonly judge: (granted: GrantedCredential, signal: AbortSignal) => Promise<SignInJudgement>;
  readonly keep: (granted: GrantedCredential) => Promise<void>;
  /** The steps for a user name and a password; back from there leads here. */
  readonly type: () => Promise<Answer<SignInStatus>>;
}

interface Choice extends vscode.QuickPickItem {
  readonly machine: boolean;
}

/** How the sign-in of this machine is offered. */
const offers: Readonly<Record<MachineSignInId, string>> = {
  github: 'Use the GitHub account of VS Code',
  microsoft: 'Use the Microsoft account of VS Code',
  aws: 'Use the AWS sign-in of this machine',
  gcloud: 'Use the gcloud sign-in of this machine',
};

const icons: Readonly<Record<MachineSignInId, string>> = {
  github: 'github',
  microsoft: 'account',
  aws: 'cloud',
  gcloud: 'cloud',
};

type Granted = { readonly status: SignInStatus } | { readonly status: 'failed'; readonly message: string };

/**
 * Asks whether a sign-in that this machine has shall serve, or one that is typed. What the machine's gives is checked with
 * the registry first; where it is refused, that is said, and the other way is still there.
 */
export async function chooseSignIn(key: RegistryKey, steps: SignInChoiceSteps): Promise<Answer<SignInStatus>> {
  const title = `Sign in to ${formatRegistryKey(key)}`;
  const { canGoBack = false, signal } = steps;
  const frame = { title, step: 1, totalSteps: 2, canGoBack, ...(signal && { signal }) };
  let said = steps.reason;
  for (;;) {
    const choice = await askChoice(frame, steps, said);
    if (choice.kind !== 'next') return choice;
    if (!choice.value.machine) {
      const typed = await steps.type();
      if (typed.kind !== 'back') return typed;
      continue;
    }
    const busy = { ...frame, step: 2, canGoBack: true };
    const granted = await showBusy<Granted>(busy, `${offers[steps.signIn]}…`, (left) => grantAndKeep(steps, left));
    if (granted.kind === 'closed') return granted;
    if (granted.kind === 'back') continue;
    if (granted.value.status === 'failed') said = granted.value.message;
    else if (granted.value.status !== 'cancelled') return { kind: 'next', value: granted.value.status };
  }
}

function askChoice(
  frame: Parameters<typeof showStep>[1],
  { signIn, secret }: SignInChoiceSteps,
  said: string | undefined,
): Promise<Answer<Choice>> {
  const pick = vscode.window.createQuickPick<Choice>();
  const machine = {
    label: `$(${icons[signIn]}) ${offers[signIn]}`,
    detail: 'Asked for when it is needed; no password is stored.',
    machine: true,
  };
  const typed = { label: '$(key) Type a user name and a password or token', detail: secret, machine: false };
  pick.placeholder = said ?? 'How do you want to sign in?';
  pick.items = [machine, typed];
  return showStep<Choice>(pick, frame, (answer, store) => {
    store.add(
      pick.onDidAccept(() => {
        const [chosen] = pick.selectedItems;
        if (chosen) answer(chosen);
      }),
    );
  });
}

/** Never rejects. */
async function grantAndKeep({ grant, judge, keep }: SignInChoiceSteps, left: AbortSignal): Promise<Granted> {
  try {
    const granted = await grant(left);
    const judgement = await judge(granted, left);
    if (judgement.status === 'refused') return { status: 'failed', message: judgement.message };
    // Who left meanwhile does not want to be signed in.
    if (left.aborted) return { status: 'cancelled' };
    await keep(granted);
    return { status: judgement.status === 'accepted' ? 'accepted' : 'unchecked' };
  } catch (error) {
    if (left.aborted || error instanceof CancelledError) return { status: 'cancelled' };
    return { status: 'failed', message: messageOf(error) };
  }
}
