import { redacted } from '../../base/index.ts';

/** A line of progress is cut to this many characters. */
const lineLimit = 300;
/** So many characters without an end are taken for a line. */
const pendingLimit = 16 * 1024;
/** So many lines are kept for an error. */
const keptLines = 8;

/**
 * Makes plain lines of what a scanner writes to stderr, without terminal escapes and secrets of addresses, and keeps the
 * last ones. A bar of progress that redraws itself counts as a line each time.
 */
export class ProgressLines {
  readonly #onLine: (line: string) => void;
  readonly #last: string[] = [];
  #pending = '';

  constructor(onLine: (line: string) => void = () => undefined) {
    this.#onLine = onLine;
  }

  write(text: string): void {
    const lines = (this.#pending + text).split(/[\r\n]+/u);
    this.#pending = lines.pop() ?? '';
    if (this.#pending.length > pendingLimit) {
      lines.push(this.#pending);
      this.#pending = '';
    }
    for (const line of lines) this.#take(line);
  }

  /** The last words, once there are no more, as one line. */
  end(): string {
    this.#take(this.#pending);
    this.#pending = '';
    return this.#last.join(' ');
  }

  #take(raw: string): void {
    const line = redacted(raw, lineLimit);
    if (line === '' || line === this.#last.at(-1)) return;
    this.#last.push(line);
    if (this.#last.length > keptLines) this.#last.shift();
    this.#onLine(line);
  }
}
