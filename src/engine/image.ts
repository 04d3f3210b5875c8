import type { TaggedReference } from '../reference/index.ts';

/** An image as the engine lists it. */
export interface LocalImage {
  /** `sha256:…`: the configuration's digest (classic store, Podman) or the target's (containerd store). */
  readonly id: string;
  /** Its names with a tag, canonical (`docker.io/library/nginx:1.27`), in the engine's order. */
  readonly references: readonly string[];
  /**
   * `repository@sha256:…`, canonical. Only the classic store's mean that the image was pushed or pulled: the containerd
   * store and Podman list local digests too.
   */
  readonly digests: readonly string[];
  /** Bytes as the engine counts them: the stores count differently. */
  readonly sizeBytes: number;
  /** When it was made, which is not when it arrived here; undefined where the image does not say. */
  readonly createdAt: Date | undefined;
  /** It has no name at all, neither with a tag nor with a digest. */
  readonly dangling: boolean;
}

export interface ImagePlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** What the engine knows about one image. */
export interface ImageDetails {
  readonly id: string;
  /** containerd store: the digest of what the name points at, a manifest or an index. */
  readonly targetDigest?: string;
  /** containerd store: the target is an index. A push may send one image of it alone, under that one's digest. */
  readonly targetIsIndex?: true;
  /** Classic store and Podman: the digest of the image's configuration, equal to `id`. */
  readonly configDigest?: string;
  readonly references: readonly string[];
  readonly digests: readonly string[];
  readonly sizeBytes: number;
  readonly createdAt: Date | undefined;
  readonly platform?: ImagePlatform;
  /** The digests of the uncompressed layers (`RootFS.Layers`), lowest first. */
  readonly layers: readonly string[];
}

export interface ImageLister {
  /** All images but intermediate ones, in one call. Rejects with EngineError, or CancelledError once aborted. */
  listImages(signal?: AbortSignal): Promise<LocalImage[]>;
}

export interface ImageInspector {
  /** Takes a name or an id. Rejects with EngineError (`engine-image-missing` where there is none). */
  inspectImage(nameOrId: string, signal?: AbortSignal): Promise<ImageDetails>;
}

/** What an image is made of, as far as the engine tells it without giving out its layers. */
export interface ImageDescription {
  readonly details: ImageDetails;
  /**
   * The image's configuration in its OCI form: `config`, `rootfs`, `history`, `os`, `architecture`. What the builder put
   * there is as the engine gave it, not validated. `empty_layer` is set for all where it is not known which made layers.
   */
  readonly config: unknown;
  /** The bytes of each layer before compression, lowest first; absent where it is not known which is whose. */
  readonly layerBytes?: readonly number[];
}

export interface ImageDescriber {
  /** Rejects with EngineError (`engine-image-missing` where there is none). */
  describeImage(nameOrId: string, signal?: AbortSignal): Promise<ImageDescription>;
}

export interface LayerSizer {
  /**
   * The bytes of each of an image's layers before compression, lowest first; undefined where the engine's history does not
   * tell which is whose. Rejects with EngineError.
   */
  layerSizes(imageId: string, signal?: AbortSignal): Promise<readonly number[] | undefined>;
}

export interface ImageSaver {
  /**
   * An image with all its layers as a tar archive, as it comes: one that `docker load` takes. Whoever stops reading stops
   * the engine. Rejects with EngineError or CancelledError, `engine-image-missing` before the first bytes.
   */
  saveImage(nameOrId: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface ImageTagger {
  /** Gives the image a further name; a name in use moves. */
  tagImage(imageId: string, target: TaggedReference, signal?: AbortSignal): Promise<void>;
  /** Takes one name away, never by force. An engine removes an image with its last name. */
  untagImage(reference: TaggedReference, signal?: AbortSignal): Promise<void>;
}
