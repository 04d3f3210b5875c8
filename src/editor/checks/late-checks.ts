import * as vscode from 'vscode';
import { CancelledError, type Log, messageOf, plainText, redacted } from '../../base/index.ts';
import type { Engine } from '../../engine/index.ts';
import { formatReference } from '../../reference/index.ts';
import { commandIds } from '../ids.ts';
import { objectionWords } from './check-words.ts';
import type { Judgement } from './judge.ts';
import type { CheckedPush, PushChecks } from './push-checks.ts';

export interface LateChecksParts {
  readonly checks: Pick<PushChecks, 'after'>;
  readonly log: Log;
  readonly showLog: () => void;
  /** Aborts with the window. */
  readonly signal: AbortSignal;
}

/** What was pushed before all of it was known. */
export interface PushedUnknown {
  readonly push: CheckedPush;
  readonly open: Judgement['open'];
  /** What the person was told already. */
  readonly told: readonly string[];
  readonly engine: Engine;
}

/** Finds out, when an image has left, what its layers hold, and says so once for all the targets that it went to. */
export class LateChecks {
  readonly #parts: LateChecksParts;
  /** By the image's ID: where it went meanwhile. */
  readonly #running = new Map<string, string[]>();

  constructor(parts: LateChecksParts) {
    this.#parts = parts;
  }

  /** Beside the push: nobody waits for it. */
  begin(pushed: PushedUnknown): void {
    const { engine, open, push } = pushed;
    const { details, name, target } = push;
    if (open.length === 0) return;
    if (!engine.chosen.local) {
      this.#parts.log.info(`${name}: its layers are not read, as the engine is not on this machine`);
      return;
    }
    const running = this.#running.get(details.id);
    if (running) {
      running.push(formatReference(target));
      return;
    }
    const targets = [formatReference(target)];
    this.#running.set(details.id, targets);
    void this.#run(pushed, targets).finally(() => this.#running.delete(details.id));
  }

  async #run({ engine, open, push, told }: PushedUnknown, targets: readonly string[]): Promise<void> {
    const { checks, log, signal } = this.#parts;
    const title = plainText(`Reading the layers of ${push.name}`, 100);
    try {
      // In the status bar: the push is over, and whoever made it does something else.
      const options = { location: vscode.ProgressLocation.Window, title };
      const objections = await vscode.window.withProgress(options, () => checks.after(push, open, engine, signal));
      const words = objections.map(objectionWords).filter((sentence) => !told.includes(sentence));
      if (words.length > 0) await this.#tell(push, targets, words);
    } catch (error) {
      if (error instanceof CancelledError || signal.aborted) return;
      log.warn(`${push.name} could not be checked after the push: ${redacted(messageOf(error))}`);
    }
  }

  async #tell({ name }: CheckedPush, targets: readonly string[], words: readonly string[]): Promise<void> {
    const { log, showLog } = this.#parts;
    const text = plainText(`${targets.join(', ')} has left already. ${words.join(' ')}`, 1_000);
    log.warn(redacted(text));
    const inspect = 'Inspect Image';
    const show = 'Show Log';
    const answer = await vscode.window.showWarningMessage(text, inspect, show);
    if (answer === inspect) void vscode.commands.executeCommand(commandIds.inspectImage, { image: name });
    if (answer === show) showLog();
  }
}
