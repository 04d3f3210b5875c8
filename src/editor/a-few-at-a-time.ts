/** Does a few things at a time, in the order in which they were asked for. */
export class AFewAtATime {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Rejects as the work does, which stops nothing that comes after. */
  async do<T>(work: () => Promise<T>): Promise<T> {
    // Who was waiting takes the place of who ended, so that nobody comes in between.
    if (this.#running < this.#most) this.#running++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
