import { setTimeout as wait } from 'node:timers/promises';

/** One line with a changeable speed, shared by everything that passes through it. */
export class Throttle {
  /** Bytes that have passed so far. */
  passed = 0;
  #bytesPerSecond: number | undefined;
  /** When the line is free again, on the clock of performance.now(). */
  #freeAt = 0;
  #changed = new AbortController();

  /** From now on no faster than this; 0 stands still; undefined is without limit. */
  limit(bytesPerSecond: number | undefined): void {
    this.#bytesPerSecond = bytesPerSecond;
    this.#freeAt = 0;
    this.#changed.abort();
    this.#changed = new AbortController();
  }

  /** The same bytes, at the line's speed of each moment. */
  async *slow(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks)
      for (let start = 0; start < chunk.length;) {
        const piece = chunk.subarray(start, start + this.#pieceSize());
        await this.#turn(piece.length);
        start += piece.length;
        this.passed += piece.length;
        yield piece;
      }
  }

  /** Small enough that a slow line still moves twenty times a second. */
  #pieceSize(): number {
    return this.#bytesPerSecond ? Math.max(1, Math.ceil(this.#bytesPerSecond / 20)) : Infinity;
  }

  async #turn(bytes: number): Promise<void> {
    for (;;) {
      const rate = this.#bytesPerSecond;
      if (rate === undefined) return;
      const { signal } = this.#changed;
      const start = Math.max(performance.now(), this.#freeAt);
      if (rate > 0) this.#freeAt = start + (bytes / rate) * 1000;
      // A changed limit counts at once, also for what already waits.
      const waited = wait(rate > 0 ? this.#freeAt - performance.now() : longest, true, { signal });
      if (await waited.catch(() => false)) return;
    }
  }
}

/** The longest time that setTimeout knows, in milliseconds. */
const longest = 2 ** 31 - 1;
