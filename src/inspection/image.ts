import { InspectionError } from './errors.ts';
import type { ImageConfig } from './image-config.ts';
import type { LayerListing } from './layer-listing.ts';
import type { LayerReading } from './read-layer.ts';
import { limits } from './limits.ts';

/** An image of which all layers were read. */
export interface ReadImage {
  readonly config: ImageConfig;
  /** The lowest first. */
  readonly layers: readonly ReadLayer[];
}

export interface ReadLayer {
  /** The digest of its uncompressed bytes, by which it is the same layer everywhere. */
  readonly diffId: string;
  /** The instruction that made it; absent where the history does not tell which is whose. */
  readonly instruction?: string;
  readonly listing: LayerListing;
}

/** Listings that are known from before. */
export interface KnownLayers {
  get(diffId: string): Promise<LayerListing | undefined>;
  put(diffId: string, listing: LayerListing): Promise<void>;
}

/** All layers are read alike, so that what is known of one serves whoever asks. */
export interface ImageReading extends Omit<LayerReading, 'fingerprintFrom'> {
  readonly known?: KnownLayers;
  /** Told of each layer when it is begun: its number, the first is 1, and of how many where that is known before. */
  readonly onLayer?: (number: number, of?: number) => void;
}

/**
 * Puts layers under the instructions that made them.
 *
 * @throws InspectionError `image-damaged` where they are not as many as the configuration says
 */
export function imageOf(config: ImageConfig, listings: readonly LayerListing[]): ReadImage {
  const { diffIds } = config;
  if (diffIds.length !== listings.length)
    throw new InspectionError('image-damaged', 'The image has not the layers of which its configuration speaks.');
  const steps = config.history.filter(({ madeLayer }) => madeLayer);
  const isTold = steps.length === listings.length;
  const layers = listings.map((listing, index): ReadLayer => {
    const instruction = isTold ? steps[index]?.createdBy : undefined;
    return { diffId: diffIds[index] ?? '', ...(instruction && { instruction }), listing };
  });
  return { config, layers };
}

/** An image of which all layers are known: then nothing of it is read. */
export async function recallImage(config: ImageConfig, known: KnownLayers): Promise<ReadImage | undefined> {
  const allowance = new Allowance();
  const listings: LayerListing[] = [];
  for (const diffId of config.diffIds) {
    const listing = await known.get(diffId);
    if (!listing) return undefined;
    listings.push(allowance.take(listing));
  }
  return imageOf(config, listings);
}

/** Counts what is kept of an image's layers. */
export class Allowance {
  #bytes = 0;
  #layers = 0;

  /** @throws InspectionError `layer-limit` where it is more than is looked at */
  take(listing: LayerListing): LayerListing {
    this.#bytes += listing.encoded.length;
    if (this.#bytes > limits.listingBytes || ++this.#layers > limits.layers)
      throw new InspectionError('layer-limit', 'The image has more layers and files than are looked at.');
    return listing;
  }
}
