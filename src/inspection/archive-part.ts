import { headBytes } from './compression.ts';
import type { Bytes } from './unpack.ts';

/** A part's bytes, of which the first are looked at before; leaving it half read does not end the archive. */
export class ArchivePart {
  readonly #rest: AsyncIterator<Uint8Array>;
  readonly #head: Uint8Array[] = [];

  constructor(content: Bytes) {
    this.#rest = content[Symbol.asyncIterator]();
  }

  async head(): Promise<Uint8Array> {
    let length = 0;
    while (length < headBytes) {
      const next = await this.#rest.next();
      if (next.done) break;
      this.#head.push(next.value);
      length += next.value.length;
    }
    return Buffer.concat(this.#head);
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    yield* this.#head.splice(0);
    for (let next = await this.#rest.next(); !next.done; next = await this.#rest.next()) yield next.value;
  }

  async passOver(): Promise<void> {
    while (!(await this.#rest.next()).done);
  }
}
