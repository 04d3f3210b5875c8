import { parentPort, workerData } from 'node:worker_threads';
import type { Log } from '../base/index.ts';
import {
  type ImageReading,
  inspectedImage,
  InspectionError,
  LayerCache,
  type ReadImage,
  readRemoteImage,
  readSavedImage,
  recallImage,
} from './index.ts';
import type { FromWorker, LogLevel, WorkerOrder } from './worker-messages.ts';
import { WorkerStreams } from './worker-streams.ts';

/** What a worker thread runs that `ImageInspector` starts: it inspects one image, and says what it found. */
const port = parentPort;
if (!port) throw new Error('This runs in a worker thread.');
const say = (message: FromWorker): void => port.postMessage(message);
const streams = new WorkerStreams(port);
// A rejection ends the thread, as the fault of it that it is.
void inspect(workerData as WorkerOrder);

async function inspect(order: WorkerOrder): Promise<void> {
  try {
    say({ kind: 'inspected', image: inspectedImage(await read(order)) });
  } catch (error) {
    if (!(error instanceof InspectionError)) throw error;
    say({ kind: 'failed', code: error.code, message: error.message });
  }
}

async function read({ image, findsSecrets, cacheFolder }: WorkerOrder): Promise<ReadImage> {
  const known = cacheFolder === undefined ? undefined : new LayerCache(cacheFolder, log());
  const reading: ImageReading = {
    ...(known && { known }),
    findsSecrets,
    onLayer: (number, of) => say({ kind: 'layer', number, ...(of !== undefined && { of }) }),
  };
  if (image.kind === 'remote') {
    const { manifest } = image;
    return readRemoteImage(manifest, { openBlob: (blob) => streams.open(blob) }, reading);
  }
  const { config, platform } = image;
  const recalled = config && known ? await recallImage(config, known, reading) : undefined;
  return recalled ?? readSavedImage(streams.open(), { ...reading, ...(platform && { platform }) });
}

function log(): Log {
  const at = (level: LogLevel) => (message: string) => say({ kind: 'log', level, message });
  return { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
