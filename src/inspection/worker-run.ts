import { Worker } from 'node:worker_threads';
import { CancelledError, type Log, messageOf } from '../base/index.ts';
import type { WantedBlob } from '../registry/index.ts';
import { InspectionError } from './errors.ts';
import type { InspectedImage } from './inspected-image.ts';
import type { Bytes } from './unpack.ts';
import { WorkerFeed } from './worker-feed.ts';
import type { FromWorker, WorkerOrder } from './worker-messages.ts';

export interface WorkerRunOptions {
  /** The file that the worker runs. */
  readonly file: string;
  readonly heapMegabytes: number;
  readonly order: WorkerOrder;
  /** Opens a blob, or the archive where none is named; the signal says that no more is wanted. */
  readonly open: (blob: WantedBlob | undefined, signal: AbortSignal) => Bytes;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly onBytes: (bytes: number) => void;
  readonly onLayer: (number: number, of?: number) => void;
}

/** Starts a worker thread for one image and feeds it; when this settles, the thread is gone. */
export async function runWorker(options: WorkerRunOptions): Promise<InspectedImage> {
  if (options.signal.aborted) throw new CancelledError();
  const { file, heapMegabytes, order } = options;
  const worker = new Worker(file, {
    workerData: order,
    name: 'inspection',
    // It needs none of either, and they may change what Node does.
    ...{ env: {}, execArgv: [] },
    // The smaller the young generation, the sooner V8 frees the buffers that are read no more.
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: 3 },
  });
  const feeds = new Map<number, WorkerFeed>();
  try {
    return await outcome(worker, feeds, options);
  } finally {
    for (const feed of feeds.values()) feed.close();
    await worker.terminate();
  }
}

function outcome(
  worker: Worker,
  feeds: Map<number, WorkerFeed>,
  { open, signal, log, onBytes, onLayer }: WorkerRunOptions,
): Promise<InspectedImage> {
  return new Promise((resolve, reject) => {
    const feed = (stream: number, blob: WantedBlob | undefined): void => {
      const one = new WorkerFeed({
        ...{ stream, onBytes },
        open: (signal) => open(blob, signal),
        post: (message, transfer) => worker.postMessage(message, transfer),
      });
      feeds.set(stream, one);
      // What fails the source is told as it is.
      one.run().catch(reject);
    };
    worker.on('message', (message: FromWorker) => {
      switch (message.kind) {
        case 'open':
          feed(message.stream, message.blob);
          break;
        case 'taken':
          feeds.get(message.stream)?.taken(message.bytes);
          break;
        case 'close':
          feeds.get(message.stream)?.close();
          feeds.delete(message.stream);
          break;
        case 'layer':
          onLayer(message.number, message.of);
          break;
        case 'log':
          log[message.level](message.message);
          break;
        case 'inspected':
          resolve(message.image);
          break;
        case 'failed':
          reject(new InspectionError(message.code, message.message));
      }
    });
    worker.once('error', (error) => reject(faultOf(error)));
    worker.once('messageerror', (error) => reject(faultOf(error)));
    worker.once('exit', (code) => reject(faultOf(new Error(`It ended with the code ${code}`))));
    signal.addEventListener('abort', () => reject(new CancelledError()), { once: true });
  });
}

/** https://nodejs.org/api/errors.html#err_worker_out_of_memory */
function faultOf(error: unknown): InspectionError {
  const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  if (isMemory)
    return new InspectionError('inspection-memory', 'Reading the image takes more memory than is given to that.', {
      cause: error,
    });
  const message = `The thread that reads images ended unexpectedly: ${messageOf(error)}.`;
  return new InspectionError('inspection-crashed', message, { cause: error });
}
