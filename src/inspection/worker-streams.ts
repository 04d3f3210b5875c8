import type { MessagePort } from 'node:worker_threads';
import type { WantedBlob } from '../registry/index.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';
import type { Bytes } from './unpack.ts';

/** The thread's side of the bytes that it is fed: it asks for a stream, and says what it has taken of it. */
export class WorkerStreams {
  readonly #port: MessagePort;
  readonly #fed = new Map<number, Fed>();
  #last = 0;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', (message: ToWorker) => {
      const fed = this.#fed.get(message.stream);
      // What was left may still be on its way.
      fed?.waiting.push(message.kind === 'bytes' ? message.bytes : undefined);
      fed?.wake();
    });
  }

  /** The blob, or the image's archive. What fails the source ends the thread, so it is not told here. */
  async *open(blob?: WantedBlob): Bytes & AsyncGenerator<Uint8Array, void> {
    const stream = ++this.#last;
    const fed: Fed = { waiting: [], wake: () => undefined };
    this.#fed.set(stream, fed);
    this.#say({ kind: 'open', stream, ...(blob && { blob }) });
    try {
      for (;;) {
        if (fed.waiting.length === 0) await new Promise<void>((resolve) => (fed.wake = resolve));
        const bytes = fed.waiting.shift();
        if (!bytes) return;
        const { length } = bytes;
        yield Buffer.from(bytes.buffer, bytes.byteOffset, length);
        this.#say({ kind: 'taken', stream, bytes: length });
      }
    } finally {
      this.#fed.delete(stream);
      this.#say({ kind: 'close', stream });
    }
  }

  #say(message: FromWorker): void {
    this.#port.postMessage(message);
  }
}

interface Fed {
  /** Undefined for the end. */
  readonly waiting: (Uint8Array<ArrayBuffer> | undefined)[];
  wake: () => void;
}
