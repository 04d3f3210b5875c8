import type { ToWorker } from './worker-messages.ts';
import type { Bytes } from './unpack.ts';

/** Each message costs both threads some hundredths of a millisecond, so small chunks pass together; larger ones take memory. */
const pieceBytes = 64 * 1024;
/** Bytes that wait in the worker at most. */
const mostWaiting = 8 * pieceBytes;

export interface FeedOptions {
  readonly stream: number;
  /** Opens the bytes; the signal says that no more are wanted. */
  readonly open: (signal: AbortSignal) => Bytes;
  readonly post: (message: ToWorker, transfer: readonly ArrayBuffer[]) => void;
  /** Told of bytes that came. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Hands bytes to the worker, no faster than it takes them. A large chunk that has its memory to itself passes as it is,
 * for a copy would leave it here to V8, which frees such memory late, up to 30 MB of it. Others are copied, as a buffer of
 * the network may be shared among several chunks and is lost to all of them when it passes to another thread.
 */
export class WorkerFeed {
  readonly #options: FeedOptions;
  readonly #closed = new AbortController();
  #piece = Buffer.allocUnsafeSlow(pieceBytes);
  #filled = 0;
  #waiting = 0;
  #wake = (): void => undefined;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** @throws what the source throws while its bytes are wanted */
  async run(): Promise<void> {
    const { signal } = this.#closed;
    try {
      for await (const chunk of this.#options.open(signal)) {
        this.#options.onBytes(chunk.length);
        // What fits behind the bytes that wait goes with them in one message.
        const fits = this.#filled > 0 && this.#filled + chunk.length <= pieceBytes;
        await (isAlone(chunk) && !fits ? this.#passOn(chunk) : this.#copy(chunk));
        if (signal.aborted) return;
      }
      await this.#pass();
      this.#options.post({ kind: 'end', stream: this.#options.stream }, []);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** The worker has so many bytes less waiting. */
  taken(bytes: number): void {
    this.#waiting -= bytes;
    this.#wake();
  }

  close(): void {
    this.#closed.abort();
    this.#wake();
  }

  async #passOn(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#pass();
    await this.#post(chunk);
  }

  async #copy(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length && !this.#closed.signal.aborted;) {
      const taken = Math.min(chunk.length - at, pieceBytes - this.#filled);
      this.#piece.set(chunk.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
      if (this.#filled === pieceBytes) await this.#pass();
    }
  }

  async #pass(): Promise<void> {
    if (this.#filled === 0) return;
    const bytes = this.#piece.subarray(0, this.#filled);
    this.#filled = 0;
    // Little goes in memory of its size: the piece would wait in the worker nearly empty.
    if (bytes.length < pieceBytes / 2) return this.#post(new Uint8Array(bytes));
    this.#piece = Buffer.allocUnsafeSlow(pieceBytes);
    await this.#post(bytes);
  }

  async #post(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { stream, post } = this.#options;
    while (this.#waiting >= mostWaiting && !this.#closed.signal.aborted)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#closed.signal.aborted) return;
    this.#waiting += bytes.length;
    post({ kind: 'bytes', stream, bytes }, [bytes.buffer]);
  }
}

/** Node's streams give a chunk its own memory, or a part of what several have. What is much larger goes in pieces. */
function isAlone(chunk: Uint8Array): chunk is Uint8Array<ArrayBuffer> {
  const { buffer, length } = chunk;
  return (
    length >= pieceBytes / 2 &&
    length <= 2 * pieceBytes &&
    buffer instanceof ArrayBuffer &&
    length === buffer.byteLength
  );
}
