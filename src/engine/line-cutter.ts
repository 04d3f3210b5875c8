/** Lines up to this many bytes are kept; an engine's real ones have a few hundred. */
export const longestLine = 1024 * 1024;

/** One line without its end: its text, or how many bytes it had where it was longer than the cap. */
export type Line =
  { readonly text: string; readonly bytes: number } | { readonly overlong: true; readonly bytes: number };

const lineFeed = 0x0a;

/**
 * Cuts bytes into lines, however they are split. It works on bytes, so that a character split between two chunks
 * stays whole; bytes that are not UTF-8 become U+FFFD. It holds no more than one line up to the cap.
 */
export class LineCutter {
  readonly #limit: number;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(limit = longestLine) {
    this.#limit = limit;
  }

  /** The lines that this chunk completes. */
  write(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      this.#keep(chunk.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start), true);
    return lines;
  }

  /** What is left when the bytes are over: a last line without its end. */
  end(): Line[] {
    return this.#bytes > 0 ? [this.#take()] : [];
  }

  #keep(part: Uint8Array, beyondThisCall = false): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#limit) this.#parts = [];
    // A copy, since the caller may use its buffer again (a Buffer's own slice is a view).
    else if (part.length > 0) this.#parts.push(beyondThisCall ? new Uint8Array(part) : part);
  }

  #take(): Line {
    const bytes = this.#bytes;
    const parts = this.#parts;
    this.#bytes = 0;
    this.#parts = [];
    return bytes > this.#limit ? { overlong: true, bytes } : { text: Buffer.concat(parts).toString('utf8'), bytes };
  }
}
