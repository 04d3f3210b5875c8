import { CancelledError } from '../base/index.ts';
import type { PushHistory } from './history.ts';
import type { Gate } from './queue.ts';
import type { PushPhase, PushRecord } from './record.ts';

/** A process that dies changes no file: whether it is there is looked at this often, in milliseconds, by whoever waits. */
const lookEvery = 5_000;

export interface TurnParts {
  readonly history: Pick<PushHistory, 'all' | 'watch'>;
  /** Whether another window of this machine is at it, or will be. */
  readonly isOthers: (record: PushRecord) => Promise<boolean>;
  /** Writes into this push's own record how far it is; resolves when others can read that. */
  readonly mark: (phase: PushPhase) => Promise<void>;
  /** Told once if it has to wait. */
  readonly onWait: () => void;
}

/**
 * Lets one window of this machine at a time push to a target, in the order in which they were asked to.
 *
 * There is no lock that a dead window could leave behind: each has its record, and looks at those of the others. One
 * that was asked earlier goes first, and one that is marked as running is never interrupted. As each looks again after
 * it has marked itself, of two that begin at the same moment the later one sees the other and steps back: had it looked
 * before the other's record was there, the other would find it marked.
 */
export class TargetTurn implements Gate {
  readonly #push: Pick<PushRecord, 'at' | 'id' | 'target'>;
  readonly #parts: TurnParts;
  #hasWaited = false;

  constructor(push: Pick<PushRecord, 'at' | 'id' | 'target'>, parts: TurnParts) {
    this.#push = push;
    this.#parts = parts;
  }

  async enter(): Promise<boolean> {
    const { mark } = this.#parts;
    if (!(await this.#isHeldUp())) {
      await mark('runs');
      if (!(await this.#isHeldUp())) return true;
      await mark('waits');
    }
    if (!this.#hasWaited) this.#parts.onWait();
    this.#hasWaited = true;
    return false;
  }

  async opened(signal: AbortSignal): Promise<void> {
    let wake = (): void => undefined;
    const look = (): void => wake();
    const watch = await this.#parts.history.watch(look);
    const timer = setInterval(look, lookEvery);
    signal.addEventListener('abort', look);
    try {
      for (;;) {
        if (signal.aborted) throw new CancelledError();
        // Before it looks, so that nothing that happens meanwhile is missed.
        const woken = new Promise<void>((resolve) => (wake = resolve));
        if (!(await this.#isHeldUp())) return;
        await woken;
      }
    } finally {
      signal.removeEventListener('abort', look);
      clearInterval(timer);
      watch?.dispose();
    }
  }

  async #isHeldUp(): Promise<boolean> {
    const all = await this.#parts.history.all();
    const before = all.filter((record) => this.#goesBefore(record));
    return (await Promise.all(before.map((record) => this.#parts.isOthers(record)))).includes(true);
  }

  /** A record of an earlier version does not say how far it is: it may be at work. */
  #goesBefore({ at, id, phase = 'runs', result, target }: PushRecord): boolean {
    const push = this.#push;
    if (result || target !== push.target || id === push.id) return false;
    return phase === 'runs' || at < push.at || (at === push.at && id < push.id);
  }
}
