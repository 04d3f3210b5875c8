import * as vscode from 'vscode';
import { isOfSignIn, plainText } from '../base/index.ts';
import type { PushFacts, PushProgress, PushResult } from '../push/index.ts';
import { progressWords, resultsWords, resultWords } from './push-words.ts';

/** Reports at most this often: a notification that flickers is not read. */
const reportEveryMs = 250;

/**
 * Shows a cancellable progress notification while `work` runs. VS Code closes it at the click on Cancel, so a second one,
 * that cannot be cancelled, says “Cancelling…” until the outcome is known.
 */
export function withPushProgress<T>(
  what: string,
  work: (signal: AbortSignal, report: (progress: PushProgress) => void) => Promise<T>,
): Promise<T> {
  const cancel = new AbortController();
  const running = vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Pushing ${what}`, cancellable: true },
    async (progress, token) => {
      const reporter = new ProgressReporter(progress);
      token.onCancellationRequested(() => {
        cancel.abort();
        void vscode.window.withProgress(
          { location: vscode.ProgressLocation.Notification, title: `Cancelling… ${what}` },
          () => Promise.allSettled([running]),
        );
      });
      return work(cancel.signal, (now) => reporter.report(now)).finally(() => reporter.stop());
    },
  );
  return Promise.resolve(running);
}

class ProgressReporter {
  readonly #progress: vscode.Progress<{ message?: string; increment?: number }>;
  #shown = 0;
  #lastAt = -Infinity;
  #latest: PushProgress | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(progress: vscode.Progress<{ message?: string; increment?: number }>) {
    this.#progress = progress;
  }

  report(progress: PushProgress): void {
    this.#latest = progress;
    this.#timer ??= setTimeout(() => this.#show(), Math.max(0, this.#lastAt + reportEveryMs - performance.now()));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#latest = undefined;
  }

  #show(): void {
    this.#timer = undefined;
    this.#lastAt = performance.now();
    const now = this.#latest;
    if (!now) return;
    const percent = now.percent ?? 0;
    // Without an increment the bar stays indeterminate, as it must while the engine says nothing.
    this.#progress.report({
      message: progressWords(now),
      ...(percent > this.#shown && { increment: percent - this.#shown }),
    });
    this.#shown = Math.max(this.#shown, percent);
  }
}

/** What a person can do about a result; each is done by the command that pushed. */
export interface ResultActions {
  pushAgain(): void;
  chooseDestination(): void;
  /** Asks for another name or tag at the registry of the target, then pushes. */
  chooseTag(target: string): void;
  /** Creates what the registry lacks, after a question, then pushes again; absent where its API cannot. */
  createRepository?(): void;
  selectEngine(): void;
  refreshImages(): void;
  /** Signs in to the registry of the target, then pushes again. */
  signIn(target: string): void;
  /** Removes the local tags that were made for the push; absent where there are none. */
  removeTags?(): void;
  showLog(): void;
}

interface Button {
  readonly label: string;
  readonly act: () => void;
}

/** Tells the end of a request, once. Resolves when the notification has been left. */
export async function showResults(results: readonly PushResult[], actions: ResultActions): Promise<void> {
  const [first] = results;
  if (!first) return;
  const showLog = { label: 'Show Log', act: () => actions.showLog() };
  if (results.length === 1)
    return show(first.outcome, isClean(first), resultWords(first), withLog(buttonsFor(first, actions), showLog));
  const worst = results.find(({ outcome }) => outcome !== 'pushed') ?? first;
  return show(worst.outcome, results.every(isClean), resultsWords(results), [
    ...buttonForAll(worst, results, actions),
    ...removal(actions),
    showLog,
  ]);
}

/** What helps with a request of several targets: it is repeated for those that were not pushed. */
function buttonForAll(worst: PushResult, results: readonly PushResult[], actions: ResultActions): Button[] {
  if (worst.outcome === 'pushed') return [];
  const codes = results.map((result) => (result.outcome === 'failed' ? result.error.code : ''));
  const code = worst.outcome === 'failed' ? worst.error.code : '';
  if (isOfSignIn(code) || code === 'credential-withheld') return remedyFor(worst, code, actions);
  const creation = creationOf(actions);
  if (creation) return [creation];
  const isSettled = results.every(({ outcome }, index) => outcome === 'pushed' || settled.has(codes[index] ?? ''));
  return isSettled ? [] : [{ label: 'Push Again', act: () => actions.pushAgain() }];
}

function removal(actions: ResultActions): Button[] {
  return actions.removeTags ? [{ label: 'Remove Local Tag', act: () => actions.removeTags?.() }] : [];
}

/** A message has room for three; the view Pushes leads to the log as well. */
function withLog(buttons: readonly Button[], showLog: Button): readonly Button[] {
  return buttons.length < 3 ? [...buttons, showLog] : buttons;
}

/** What the same push ends with again, until something else is changed. */
const settled = new Set(['tag-immutable', 'overwrite-refused', 'quota-exceeded']);

function creationOf(actions: ResultActions): Button | undefined {
  return actions.createRepository && { label: 'Create Repository', act: () => actions.createRepository?.() };
}

async function show(
  outcome: PushResult['outcome'],
  clean: boolean,
  message: string,
  buttons: readonly Button[],
): Promise<void> {
  const labels = buttons.map(({ label }) => label);
  const text = plainText(message);
  const chosen = await (outcome === 'failed'
    ? vscode.window.showErrorMessage(text, ...labels)
    : outcome === 'unknown' || !clean
      ? vscode.window.showWarningMessage(text, ...labels)
      : vscode.window.showInformationMessage(text, ...labels));
  buttons.find(({ label }) => label === chosen)?.act();
}

function isClean({ warnings }: PushResult): boolean {
  return warnings.length === 0;
}

function buttonsFor(result: PushResult, actions: ResultActions): Button[] {
  switch (result.outcome) {
    case 'pushed': {
      const { digest, target } = result;
      const copy = (label: string, text: string): Button => ({
        label,
        act: () => void vscode.env.clipboard.writeText(text),
      });
      return [copy('Copy Digest', digest), copy('Copy Pull Command', `docker pull ${target}`), ...removal(actions)];
    }
    case 'cancelled':
      return [];
    case 'unknown':
      return [{ label: 'Push Again', act: () => actions.pushAgain() }];
    case 'failed':
      return remedyFor(result, result.error.code, actions);
  }
}

/** The one thing to do about a failure, where it is done here. */
function remedyFor({ target }: PushFacts, code: string, actions: ResultActions): Button[] {
  if (isOfSignIn(code))
    return [
      {
        label: code === 'denied' ? 'Use Another Account' : 'Sign In',
        act: () => actions.signIn(target),
      },
    ];
  switch (code) {
    case 'tag-immutable':
    case 'overwrite-refused':
      return [{ label: 'Choose Another Tag', act: () => actions.chooseTag(target) }];
    case 'quota-exceeded':
      return [];
    case 'image-changed':
    case 'image-missing':
    case 'engine-image-missing':
      return [{ label: 'Refresh Images', act: () => actions.refreshImages() }];
    case 'credential-withheld':
    case 'engine-unreachable':
    case 'engine-context-missing':
    case 'engine-endpoint-invalid':
    case 'engine-config-invalid':
    case 'engine-protocol':
      return [{ label: 'Select Engine', act: () => actions.selectEngine() }];
    case 'repository-missing':
      return [creationOf(actions) ?? { label: 'Choose Another Destination', act: () => actions.chooseDestination() }];
    case 'not-a-registry':
    case 'reference-invalid':
    case 'registry-missing':
    case 'tag-missing':
    case 'digest-refused':
    case 'too-large':
      return [{ label: 'Choose Another Destination', act: () => actions.chooseDestination() }];
    default:
      return [{ label: 'Push Again', act: () => actions.pushAgain() }];
  }
}
