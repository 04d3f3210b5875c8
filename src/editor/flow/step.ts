import * as vscode from 'vscode';
import { DisposableStore } from '../../base/index.ts';

/** How a step was left: with an answer, back to the step before, or closed with nothing changed. */
export type Answer<T> =
  { readonly kind: 'next'; readonly value: T } | { readonly kind: 'back' } | { readonly kind: 'closed' };

export interface StepFrame {
  readonly title: string;
  /** Where their number is known. */
  readonly step?: number;
  readonly totalSteps?: number;
  readonly canGoBack: boolean;
  /** A web page where one gets what is asked for. */
  readonly page?: string;
  /** Shows what is in the image, beside the step, which stays. */
  readonly inspect?: () => void;
  /** Closes the step when it aborts. */
  readonly signal?: AbortSignal;
}

/** What a quick pick and an input box have in common. */
interface StepInput extends vscode.QuickInput {
  buttons: readonly vscode.QuickInputButton[];
  readonly onDidTriggerButton: vscode.Event<vscode.QuickInputButton>;
}

/**
 * Shows an input until `listen` answers, the Back button is pressed or it is closed, and disposes of it. Accepting does
 * not hide an input, so the answer is taken before the hiding tells that it was closed. Buttons that the input has already
 * stay, and `listen` hears of them.
 */
export function showStep<T>(
  input: StepInput,
  frame: StepFrame,
  listen: (answer: (value: T) => void, store: DisposableStore) => void,
): Promise<Answer<T>> {
  const store = new DisposableStore();
  store.add(input);
  input.title = frame.title;
  input.step = frame.step;
  input.totalSteps = frame.totalSteps;
  const { page } = frame;
  const link = page !== undefined && {
    iconPath: new vscode.ThemeIcon('link-external'),
    tooltip: `Make One at ${page}`,
  };
  const { inspect } = frame;
  const look = inspect && { iconPath: new vscode.ThemeIcon('search'), tooltip: 'Inspect Image' };
  const own = input.buttons;
  input.buttons = [
    ...(frame.canGoBack ? [vscode.QuickInputButtons.Back] : []),
    ...own,
    ...(look ? [look] : []),
    ...(link ? [link] : []),
  ];
  // Looking something up in another window must not lose what was typed.
  input.ignoreFocusOut = true;
  return new Promise<Answer<T>>((resolve) => {
    listen((value) => resolve({ kind: 'next', value }), store);
    store.add(
      input.onDidTriggerButton((button) => {
        if (button === vscode.QuickInputButtons.Back) resolve({ kind: 'back' });
        else if (look && button === look) inspect();
        else if (page !== undefined && button === link) void vscode.env.openExternal(vscode.Uri.parse(page, true));
      }),
    );
    store.add(input.onDidHide(() => resolve({ kind: 'closed' })));
    const close = (): void => resolve({ kind: 'closed' });
    frame.signal?.addEventListener('abort', close);
    store.add({ dispose: () => frame.signal?.removeEventListener('abort', close) });
    if (frame.signal?.aborted) close();
    else input.show();
  }).finally(() => store.dispose());
}

/**
 * Holds the place of a step whose answer is still being found out: it shows that something goes on, keeps the keyboard,
 * and can be left. `work` must not reject.
 */
export function showBusy<T>(
  frame: StepFrame,
  prompt: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Answer<T>> {
  const input = vscode.window.createInputBox();
  input.prompt = prompt;
  input.busy = true;
  input.enabled = false;
  return showStep<T>(input, frame, (answer, store) => {
    const left = new AbortController();
    store.add({ dispose: () => left.abort() });
    void work(left.signal).then(answer);
  });
}
