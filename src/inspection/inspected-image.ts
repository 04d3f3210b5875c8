import type { ImageConfig } from './image-config.ts';
import type { ReadImage } from './image.ts';
import { type Leanness, leannessOf } from './leanness.ts';

/** What is said of an image that was read: plain data, which passes between threads and is small however large that is. */
export interface InspectedImage {
  readonly config: ImageConfig;
  /** The lowest first. */
  readonly layers: readonly InspectedLayer[];
  readonly leanness: Leanness;
}

export interface InspectedLayer {
  readonly diffId: string;
  /** The instruction that made it; absent where the history does not tell which is whose. */
  readonly instruction?: string;
  readonly entries: number;
  /** Of all its files, before compression. */
  readonly bytes: number;
}

export function inspectedImage(image: ReadImage): InspectedImage {
  const layers = image.layers.map(({ diffId, instruction, listing }): InspectedLayer => ({
    diffId,
    ...(instruction !== undefined && { instruction }),
    entries: listing.entries,
    bytes: listing.fileBytes,
  }));
  return { config: image.config, layers, leanness: leannessOf(image) };
}
