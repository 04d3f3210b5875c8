import * as vscode from 'vscode';
import { CancelledError, type Log, messageOf, plainText, redacted } from '../../base/index.ts';
import type { Engine } from '../../engine/index.ts';
import { formatReference } from '../../reference/index.ts';
import { wordsForLog } from '../foreseen-error.ts';
import { commandIds, pageArgument } from '../ids.ts';
import { objectionWords } from './check-words.ts';
import type { Judgement } from './judge.ts';
import { type CheckedImage, type CheckedPush, type PushChecks } from './push-checks.ts';

export interface LateChecksParts {
  readonly checks: Pick<PushChecks, 'after'>;
  readonly log: Log;
  readonly showLog: () => void;
  /** A check wants a scan, and no scanner is there: why not. */
  readonly onNoScanner: (why: string) => void;
  /** Aborts with the window. */
  readonly signal: AbortSignal;
}

/** What was pushed before all of it was known. */
export interface PushedUnknown {
  readonly push: CheckedPush;
  readonly open: Judgement['open'];
  /** What is told with the result, a sentence each. */
  readonly told: readonly string[];
  readonly engine: Engine;
}

/** Finds out, when an image has left, what its layers hold, and says so once for all the targets that it went to. */
export class LateChecks {
  readonly #parts: LateChecksParts;
  /** By the image's ID: what was pushed of it, and is not judged yet. */
  readonly #waiting = new Map<string, PushedUnknown[]>();

  constructor(parts: LateChecksParts) {
    this.#parts = parts;
  }

  /** Beside the push: nobody waits for it. */
  begin(pushed: PushedUnknown): void {
    const { engine, open, push } = pushed;
    const wanted = engine.chosen.local ? open : open.filter(({ check }) => check === 'vulnerabilities');
    if (wanted.length < open.length)
      this.#parts.log.info(`${push.name}: its layers are not read, as the engine is not on this machine`);
    if (wanted.length === 0) return;
    const waiting = this.#waiting.get(push.details.id);
    if (waiting) waiting.push({ ...pushed, open: wanted });
    else void this.#run(push, [{ ...pushed, open: wanted }]);
  }

  async #run({ details, name }: CheckedPush, waiting: PushedUnknown[]): Promise<void> {
    const { log, signal } = this.#parts;
    this.#waiting.set(details.id, waiting);
    /** By what is said of it: where it went. */
    const found = new Map<string, string[]>();
    try {
      // In the status bar: the push is over, and whoever made it does something else.
      const title = plainText(`Looking at what is in ${name}`, 100);
      await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, async () => {
        for (let one = waiting.shift(); one; one = waiting.shift()) {
          const words = await this.#find(one);
          if (words !== '') found.set(words, [...(found.get(words) ?? []), formatReference(one.push.target)]);
        }
      });
    } catch (error) {
      if (!(error instanceof CancelledError || signal.aborted))
        log.warn(`${name} could not be checked after the push: ${redacted(wordsForLog(error))}`);
      if ((error as { code?: unknown }).code === 'scanner-missing') this.#parts.onNoScanner(messageOf(error));
    } finally {
      this.#waiting.delete(details.id);
    }
    for (const [words, targets] of found) void this.#tell({ details, name }, targets, words);
  }

  /** What was not told with the result. */
  async #find({ engine, open, push, told }: PushedUnknown): Promise<string> {
    const objections = await this.#parts.checks.after(push, open, engine, this.#parts.signal);
    return objections
      .map(objectionWords)
      .filter((sentence) => !told.includes(sentence))
      .join(' ');
  }

  async #tell({ details, name }: CheckedImage, targets: readonly string[], words: string): Promise<void> {
    const { log, showLog } = this.#parts;
    const have = targets.length === 1 ? 'has' : 'have';
    const text = plainText(`${targets.join(', ')} ${have} left already. ${words}`, 1_000);
    log.warn(redacted(text));
    const inspect = 'Inspect Image';
    const show = 'Show Log';
    const answer = await vscode.window.showWarningMessage(text, inspect, show);
    if (answer === inspect)
      void vscode.commands.executeCommand(commandIds.inspectImage, pageArgument({ image: name, id: details.id }));
    if (answer === show) showLog();
  }
}
