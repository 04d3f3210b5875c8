import * as vscode from 'vscode';
import { formatRegistryKey, type RegistryKey } from '../../reference/index.ts';
import type { SignInStatus } from './sign-in-flow.ts';
import { type Answer, showStep, type StepFrame } from './step.ts';

/** How a way to sign in was left: as a step is, or with what went wrong, to choose again. */
export type WayEnd = Answer<SignInStatus> | { readonly kind: 'failed'; readonly message: string };

/** One of several ways to sign in to a registry. */
export interface SignInWay {
  readonly icon: string;
  readonly label: string;
  readonly detail: string;
  /** Goes it, in this frame where it shows something. Never rejects. */
  readonly take: (frame: StepFrame) => Promise<WayEnd>;
}

export interface SignInChoiceSteps {
  readonly ways: readonly SignInWay[];
  /** Why it is asked for, where that is not plain. */
  readonly reason?: string;
  readonly canGoBack?: boolean;
  /** Closes the steps when the push that asked for them is cancelled. */
  readonly signal?: AbortSignal;
}

interface Choice extends vscode.QuickPickItem {
  readonly way: SignInWay;
}

/** Asks which way to sign in, and goes it. Where one fails, that is said, and the others are still there. */
export async function chooseSignIn(
  key: RegistryKey,
  { ways, reason, canGoBack = false, signal }: SignInChoiceSteps,
): Promise<Answer<SignInStatus>> {
  const frame = { title: `Sign in to ${formatRegistryKey(key)}`, canGoBack, ...(signal && { signal }) };
  let said = reason;
  let last: SignInWay | undefined;
  for (;;) {
    const choice = await askWay(frame, ways, { said, last });
    if (choice.kind !== 'next') return choice;
    last = choice.value;
    const end = await last.take({ ...frame, canGoBack: true });
    if (end.kind === 'next' || end.kind === 'closed') return end;
    said = end.kind === 'failed' ? end.message : reason;
  }
}

function askWay(
  frame: StepFrame,
  ways: readonly SignInWay[],
  { said, last }: { readonly said: string | undefined; readonly last: SignInWay | undefined },
): Promise<Answer<SignInWay>> {
  const pick = vscode.window.createQuickPick<Choice>();
  pick.items = ways.map((way) => {
    const { label, detail, icon } = way;
    return { label, detail, iconPath: new vscode.ThemeIcon(icon), way };
  });
  if (last) pick.activeItems = pick.items.filter(({ way }) => way === last);
  pick.placeholder = 'How do you want to sign in?';
  if (said !== undefined) tell(pick, said);
  return showStep<SignInWay>(pick, frame, (answer, store) => {
    store.add(
      pick.onDidAccept(() => {
        const [chosen] = pick.selectedItems;
        if (chosen) answer(chosen.way);
      }),
    );
  });
}

/** Between input and list, where a long text has room. Older editors have only the input, which cuts it. */
function tell(pick: vscode.QuickPick<Choice>, said: string): void {
  try {
    if ('prompt' in pick) pick.prompt = said;
    else pick.placeholder = said;
  } catch {
    // There it is there, and not for everybody yet.
    pick.placeholder = said;
  }
}
