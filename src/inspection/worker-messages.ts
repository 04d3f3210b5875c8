import type { ImageManifest, WantedBlob } from '../registry/index.ts';
import type { InspectionErrorCode } from './errors.ts';
import type { ImageConfig } from './image-config.ts';
import type { InspectedImage } from './inspected-image.ts';

/** What a thread is started with, as its `workerData`. All that passes between the threads is plain data. */
export interface WorkerOrder {
  readonly image: SavedImageOrder | RemoteImageOrder;
  readonly findsSecrets: boolean;
  /** Of the layers that are known; nothing is where it is absent. */
  readonly cacheFolder?: string;
}

export interface SavedImageOrder {
  readonly kind: 'saved';
  readonly platform?: { readonly os: string; readonly architecture: string };
  /** What is known of it before: where all its layers are known, too, it is not read. */
  readonly config?: ImageConfig;
}

export interface RemoteImageOrder {
  readonly kind: 'remote';
  readonly manifest: ImageManifest;
}

/** To the thread: bytes that it opened, by the number of the stream. */
export type ToWorker =
  | { readonly kind: 'bytes'; readonly stream: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'end'; readonly stream: number };

export type FromWorker =
  /** The image's archive where no blob is named. */
  | { readonly kind: 'open'; readonly stream: number; readonly blob?: WantedBlob }
  /** So many bytes are not waiting any more. */
  | { readonly kind: 'taken'; readonly stream: number; readonly bytes: number }
  /** No more of it is wanted. */
  | { readonly kind: 'close'; readonly stream: number }
  | { readonly kind: 'layer'; readonly number: number; readonly of?: number }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly message: string }
  | { readonly kind: 'inspected'; readonly image: InspectedImage }
  | { readonly kind: 'failed'; readonly code: InspectionErrorCode; readonly message: string };

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';
