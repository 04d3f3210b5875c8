import type { Disposable } from '../base/index.ts';
import type { ChosenEndpoint } from './endpoint.ts';
import type { ImageDescriber, ImageInspector, ImageLister, ImageSaver, ImageTagger, LayerSizer } from './image.ts';
import type { ImageWatcher } from './image-event.ts';
import type { ImagePuller } from './pull-event.ts';
import type { ImagePusher } from './push-event.ts';

/** How an engine keeps its images: it decides what an image's id means and how a push reports. */
export type ImageStore = 'classic' | 'containerd' | 'podman' | 'unknown';

export interface EngineInfo {
  readonly product: 'Docker' | 'Podman';
  readonly version: string;
  /** The newest Engine API version that it speaks, as `1.51`. */
  readonly apiVersion: string;
  readonly store: ImageStore;
  readonly os: string;
  readonly arch: string;
}

/** A container engine, spoken to through its Engine API. Every verb rejects with EngineError or CancelledError. */
export interface Engine
  extends
    ImageLister,
    ImageInspector,
    ImageDescriber,
    ImageSaver,
    LayerSizer,
    ImageTagger,
    ImagePusher,
    ImagePuller,
    ImageWatcher,
    Disposable {
  readonly chosen: ChosenEndpoint;
  info(signal?: AbortSignal): Promise<EngineInfo>;
  ping(signal?: AbortSignal): Promise<void>;
  /** Whether it says that it takes plain HTTP, and any certificate, from this registry (`host[:port]`). */
  isInsecure(registry: string, signal?: AbortSignal): Promise<boolean>;
}
