import { CancelledError, type Clock, type Disposable, type Log, systemClock, untilAborted } from '../base/index.ts';
import type { ImageManifest } from '../registry/index.ts';
import type { ImageConfig } from './image-config.ts';
import type { InspectedImage } from './inspected-image.ts';
import type { BlobOpener } from './remote-image.ts';
import type { Bytes } from './unpack.ts';
import type { WorkerOrder } from './worker-messages.ts';
import { runWorker, type WorkerRunOptions } from './worker-run.ts';

export interface InspectorOptions {
  /** The file that a worker thread runs: `inspection-worker.cjs` among the bundles, `worker.ts` of this room in tests. */
  readonly workerFile: string;
  /** Where it is kept what is known of layers, by all windows. */
  readonly cacheFolder?: string;
  readonly log: Log;
  readonly clock?: Clock;
  /** Whether files are looked through for secrets, too; they are when absent. */
  readonly findsSecrets?: boolean;
  /** The most that a thread's JavaScript may take beside its buffers; 48 when absent. */
  readonly heapMegabytes?: number;
}

export interface Inspecting {
  readonly signal?: AbortSignal;
  /** Told at most ten times a second. */
  readonly onProgress?: (progress: InspectionProgress) => void;
}

export interface InspectionProgress {
  /** Bytes that came from the engine or the registry so far. */
  readonly bytes: number;
  /** The layer that is read: the first is 1. Of how many is not known of an engine's archive before its end. */
  readonly layer?: { readonly number: number; readonly of?: number };
}

export interface InspectingSaved extends Inspecting {
  /** Which image of the archive is meant where it has several. */
  readonly platform?: { readonly os: string; readonly architecture: string };
  /** What the engine says of it: where all its layers are known from before, the archive is not asked for. */
  readonly config?: ImageConfig;
}

const progressMs = 100;

/**
 * Inspects images in a worker thread, so that none holds up the editor: one at a time, and without work there is no
 * thread. Engines and registries are asked from here, as here the credentials are.
 */
export class ImageInspector implements Disposable {
  readonly #options: InspectorOptions;
  readonly #disposed = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: InspectorOptions) {
    this.#options = options;
  }

  /** Ends what runs, as cancelled. */
  dispose(): void {
    this.#disposed.abort();
  }

  /**
   * Inspects an image of which the engine gives an archive.
   *
   * @param open gives the archive, and looks at no chunk that it gave; its signal says that no more is wanted
   * @throws InspectionError, CancelledError, and what the archive's source throws; in each case no thread is left
   */
  inspectSaved(open: (signal: AbortSignal) => Bytes, inspecting: InspectingSaved = {}): Promise<InspectedImage> {
    const { platform, config } = inspecting;
    const image = { kind: 'saved', ...(platform && { platform }), ...(config && { config }) } as const;
    return this.#inspect(image, (_, signal) => open(signal), inspecting);
  }

  /**
   * Inspects an image in a registry, a layer at a time; what is known from before is not asked for.
   *
   * @throws InspectionError, CancelledError, and what the opener throws; in each case no thread is left
   */
  inspectRemote(manifest: ImageManifest, blobs: BlobOpener, inspecting: Inspecting = {}): Promise<InspectedImage> {
    const open: WorkerRunOptions['open'] = (blob, signal) => {
      if (!blob) throw new TypeError('A registry has no archives.');
      return blobs.openBlob(blob, signal);
    };
    return this.#inspect({ kind: 'remote', manifest }, open, inspecting);
  }

  async #inspect(
    image: WorkerOrder['image'],
    open: WorkerRunOptions['open'],
    { signal, onProgress }: Inspecting,
  ): Promise<InspectedImage> {
    const {
      workerFile,
      cacheFolder,
      log,
      findsSecrets = true,
      heapMegabytes = 48,
      clock = systemClock,
    } = this.#options;
    const stop = AbortSignal.any([this.#disposed.signal, ...(signal ? [signal] : [])]);
    const progress = new Progress(clock, onProgress);
    return this.#inTurn(stop, () =>
      runWorker({
        ...{ file: workerFile, heapMegabytes, open, signal: stop, log },
        order: { image, findsSecrets, ...(cacheFolder !== undefined && { cacheFolder }) },
        onBytes: (bytes) => progress.add(bytes),
        onLayer: (number, of) => progress.begin({ number, ...(of !== undefined && { of }) }),
      }),
    );
  }

  #inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (signal.aborted) return Promise.reject(new CancelledError());
    const before = this.#running;
    const mine = untilAborted(before, signal).then(work);
    this.#running = Promise.allSettled([before, mine]);
    return mine;
  }
}

class Progress {
  readonly #clock: Clock;
  readonly #tell: ((progress: InspectionProgress) => void) | undefined;
  #bytes = 0;
  #layer: InspectionProgress['layer'];
  #told = -Infinity;

  constructor(clock: Clock, tell: ((progress: InspectionProgress) => void) | undefined) {
    this.#clock = clock;
    this.#tell = tell;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    this.#say();
  }

  begin(layer: InspectionProgress['layer']): void {
    this.#layer = layer;
    this.#say();
  }

  #say(): void {
    const now = this.#clock.now();
    if (!this.#tell || now - this.#told < progressMs) return;
    this.#told = now;
    this.#tell({ bytes: this.#bytes, ...(this.#layer && { layer: this.#layer }) });
  }
}
