import { CancelledError, type Clock } from '../../../src/base/index.ts';

/** A clock that stands until it is moved. */
export class HeldClock implements Clock {
  #time = 0;
  readonly #sleepers = new Set<{ until: number; wake: () => void }>();

  now(): number {
    return this.#time;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { until: this.#time + milliseconds, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers.delete(sleeper);
        reject(new CancelledError());
      });
    });
  }

  advance(milliseconds: number): void {
    this.#time += milliseconds;
    for (const sleeper of this.#sleepers)
      if (sleeper.until <= this.#time) {
        this.#sleepers.delete(sleeper);
        sleeper.wake();
      }
  }

  /** How many wait now. */
  get sleepers(): number {
    return this.#sleepers.size;
  }
}
