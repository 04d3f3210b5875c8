import type { ImageConfig } from './image-config.ts';
import type { ReadImage } from './image.ts';
import { layerNames } from './layer-names.ts';
import { type Leanness, leannessOf } from './leanness.ts';
import { secretsInConfig } from './secrets/config-secrets.ts';
import { secretsInLayers } from './secrets/image-secrets.ts';
import type { SecretFinding } from './secrets/secret-finding.ts';

/** What is said of an image that was read: plain data, which passes between threads and is small however large that is. */
export interface InspectedImage {
  readonly config: ImageConfig;
  /** The lowest first. */
  readonly layers: readonly InspectedLayer[];
  readonly leanness: Leanness;
  /** Of the configuration first, then of the files. */
  readonly secrets: readonly SecretFinding[];
}

export interface InspectedLayer {
  readonly diffId: string;
  /** The line that made it, without a secret; absent where the history does not tell which is whose. */
  readonly line?: string;
  readonly entries: number;
  /** Of all its files, before compression. */
  readonly bytes: number;
}

export function inspectedImage(image: ReadImage): InspectedImage {
  const names = layerNames(image);
  const layers = image.layers.map(({ diffId, listing }, index): InspectedLayer => {
    const line = names[index]?.line;
    return { diffId, ...(line !== undefined && { line }), entries: listing.entries, bytes: listing.fileBytes };
  });
  const secrets = [...secretsInConfig(image.config), ...secretsInLayers(image)];
  return { config: image.config, layers, leanness: leannessOf(image), secrets };
}
