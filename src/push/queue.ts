import { CancelledError } from '../base/index.ts';

interface Waiting {
  readonly place: string;
  readonly start: () => void;
}

/** Waits for a person, and lets another go on meanwhile. Rejects as what is waited for does. */
export type Rest = <T>(wait: () => Promise<T>) => Promise<T>;

/** Lets a few at a time go on, in the order in which they came, and at each place one at a time. */
export class PushQueue {
  readonly #limit: () => number;
  readonly #busy = new Set<string>();
  /** Of the busy ones, those that rest. */
  #resting = 0;
  /** Those that have rested, and wait to go on. */
  readonly #rested = new Set<() => void>();
  #waiting: readonly Waiting[] = [];

  /** @param limit how many at a time; asked whenever one could begin */
  constructor(limit: () => number) {
    this.#limit = limit;
  }

  /**
   * Does the work when its turn has come.
   *
   * @param place what no two may work on at a time
   * @throws CancelledError when the signal aborts before, and what the work rejects with
   */
  async run<T>(place: string, signal: AbortSignal, work: (rest: Rest) => Promise<T>): Promise<T> {
    await this.#turn(place, signal);
    try {
      return await work((wait) => this.#rest(wait, signal));
    } finally {
      this.#busy.delete(place);
      this.#next();
    }
  }

  #turn(place: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(new CancelledError());
        return;
      }
      const one: Waiting = {
        place,
        start: () => {
          signal.removeEventListener('abort', leave);
          this.#busy.add(place);
          resolve();
        },
      };
      const leave = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== one);
        reject(new CancelledError());
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting = [...this.#waiting, one];
      this.#next();
    });
  }

  async #rest<T>(wait: () => Promise<T>, signal: AbortSignal): Promise<T> {
    this.#resting += 1;
    this.#next();
    try {
      return await wait();
    } finally {
      await this.#goOn(signal);
    }
  }

  /** Whoever is cancelled has only to end, and waits for nothing. */
  #goOn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const start = (): void => {
        signal.removeEventListener('abort', start);
        this.#rested.delete(start);
        this.#resting -= 1;
        resolve();
      };
      if (signal.aborted) {
        start();
        return;
      }
      signal.addEventListener('abort', start, { once: true });
      this.#rested.add(start);
      this.#next();
    });
  }

  #next(): void {
    for (;;) {
      if (this.#busy.size - this.#resting >= this.#limit()) return;
      const [rested] = this.#rested;
      if (rested) {
        rested();
        continue;
      }
      const next = this.#waiting.find(({ place }) => !this.#busy.has(place));
      if (!next) return;
      this.#waiting = this.#waiting.filter((other) => other !== next);
      next.start();
    }
  }
}
