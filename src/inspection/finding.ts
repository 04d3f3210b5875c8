/**
 * What makes an image fatter or laxer than it need be. Texts of files and instructions are the image's: plain text where
 * they are shown. `mend` is a line of a Dockerfile.
 */
export type Finding =
  | HiddenFiles
  | DuplicateFiles
  | PackageCache
  | BuildTools
  | Sources
  | ManySmallLayers
  | RunsAsRoot
  | NoHealthcheck
  | LatestBase;

/** A layer of the image, as findings name it. */
export interface LayerName {
  /** From the lowest, which is 0. */
  readonly index: number;
  readonly diffId: string;
  /** The line that made it; absent where the history does not tell. */
  readonly line?: string;
}

interface InLayer {
  readonly layer: LayerName;
  /** What would be saved, before compression. */
  readonly bytes: number;
  readonly files: number;
  readonly mend: string;
}

/** What a layer carries and a later one hides, so that it is sent and never seen. */
export interface HiddenFiles extends InLayer {
  readonly kind: 'hidden-files';
  /** The largest, the largest first. */
  readonly worst: readonly HiddenFile[];
}

export interface HiddenFile {
  readonly path: string;
  readonly bytes: number;
  /** `repeated`: the same content once more, of which only owner, mode or time changed. */
  readonly how: 'overwritten' | 'repeated' | 'deleted';
  readonly by: LayerName;
}

/** What a layer has once more, under another path. */
export interface DuplicateFiles extends InLayer {
  readonly kind: 'duplicate-files';
  readonly worst: readonly DuplicateFile[];
}

export interface DuplicateFile {
  readonly path: string;
  readonly bytes: number;
  readonly sameAs: string;
}

/** What a package manager downloaded, and needs no more. */
export interface PackageCache extends InLayer {
  readonly kind: 'package-cache';
  /** As people call it: `apt`, `npm`. */
  readonly manager: string;
  readonly folder: string;
}

/** What is there to build programs with, and not to run them. */
export interface BuildTools extends InLayer {
  readonly kind: 'build-tools';
  readonly tools: string;
  readonly folder: string;
}

/** What programs were made of. */
export interface Sources extends InLayer {
  readonly kind: 'sources';
  readonly what: string;
  readonly folder: string;
}

export interface ManySmallLayers {
  readonly kind: 'many-small-layers';
  readonly layers: readonly LayerName[];
  /** Of all of them together. */
  readonly bytes: number;
  readonly mend: string;
}

export interface RunsAsRoot {
  readonly kind: 'runs-as-root';
  readonly mend: string;
}

export interface NoHealthcheck {
  readonly kind: 'no-healthcheck';
  readonly mend: string;
}

export interface LatestBase {
  readonly kind: 'latest-base';
  readonly base: string;
  readonly mend: string;
}
