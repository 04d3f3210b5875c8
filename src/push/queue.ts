import { CancelledError } from '../base/index.ts';

interface Waiting {
  readonly place: string;
  readonly start: () => void;
}

/** Lets a few at a time go on, in the order in which they came, and at each place one at a time. */
export class PushQueue {
  readonly #limit: () => number;
  readonly #busy = new Set<string>();
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
  async run<T>(place: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#turn(place, signal);
    try {
      return await work();
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

  #next(): void {
    for (;;) {
      if (this.#busy.size >= this.#limit()) return;
      const next = this.#waiting.find(({ place }) => !this.#busy.has(place));
      if (!next) return;
      this.#waiting = this.#waiting.filter((other) => other !== next);
      next.start();
    }
  }
}
