import { InspectionError } from './errors.ts';
import type { ImageConfig } from './image-config.ts';
import type { LayerListing } from './layer-listing.ts';
import type { LayerReading } from './read-layer.ts';
import { limits } from './limits.ts';
import type { LayerSecret } from './secrets/layer-secrets.ts';

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
  /** What its files hold; absent where nobody looked for secrets. */
  readonly secrets?: readonly LayerSecret[];
}

/** What was read of a layer. */
export type ListedLayer = Pick<ReadLayer, 'listing' | 'secrets'>;

/** Listings that are known from before, and secrets where they were looked for. */
export interface KnownLayers {
  get(diffId: string): Promise<LayerListing | undefined>;
  put(diffId: string, listing: LayerListing): Promise<void>;
  /** Where there is none, layers are read again whenever secrets are looked for. */
  readonly secrets?: KnownSecrets;
}

export interface KnownSecrets {
  get(diffId: string): Promise<readonly LayerSecret[] | undefined>;
  put(diffId: string, secrets: readonly LayerSecret[]): Promise<void>;
}

/** All layers are read alike, so that what is known of one serves whoever asks. */
export interface ImageReading extends Omit<LayerReading, 'fingerprintFrom' | 'wantsContent'> {
  readonly known?: KnownLayers;
  /** Told of each layer when it is begun: its number, the first is 1, and of how many where that is known before. */
  readonly onLayer?: (number: number, of?: number) => void;
  /** Whether secrets are looked for in the same pass. */
  readonly findsSecrets?: boolean;
}

/**
 * Puts layers under the instructions that made them.
 *
 * @throws InspectionError `image-damaged` where they are not as many as the configuration says
 */
export function imageOf(config: ImageConfig, listed: readonly ListedLayer[]): ReadImage {
  const { diffIds } = config;
  if (diffIds.length !== listed.length)
    throw new InspectionError('image-damaged', 'The image has not the layers of which its configuration speaks.');
  const steps = config.history.filter(({ madeLayer }) => madeLayer);
  const isTold = steps.length === listed.length;
  const layers = listed.map((layer, index): ReadLayer => {
    const instruction = isTold ? steps[index]?.createdBy : undefined;
    return { diffId: diffIds[index] ?? '', ...(instruction && { instruction }), ...layer };
  });
  return { config, layers };
}

/** An image of which all layers are known, with their secrets where these are wanted: then nothing of it is read. */
export async function recallImage(
  config: ImageConfig,
  known: KnownLayers,
  { findsSecrets = false }: Pick<ImageReading, 'findsSecrets'> = {},
): Promise<ReadImage | undefined> {
  const allowance = new Allowance();
  const layers: ListedLayer[] = [];
  for (const diffId of config.diffIds) {
    const layer = await recallLayer(diffId, { known, findsSecrets });
    if (!layer) return undefined;
    layers.push(allowance.take(layer));
  }
  return imageOf(config, layers);
}

/** What is known of a layer, if it is all that is wanted. */
export async function recallLayer(
  diffId: string,
  { known, findsSecrets }: Pick<ImageReading, 'known' | 'findsSecrets'>,
): Promise<ListedLayer | undefined> {
  const secrets = findsSecrets ? await known?.secrets?.get(diffId) : undefined;
  if (findsSecrets && !secrets) return undefined;
  const listing = await known?.get(diffId);
  return listing && { listing, ...(secrets && { secrets }) };
}

export async function keepLayer(diffId: string, layer: ListedLayer, known: KnownLayers | undefined): Promise<void> {
  await known?.put(diffId, layer.listing);
  if (layer.secrets) await known?.secrets?.put(diffId, layer.secrets);
}

/** Counts what is kept of an image's layers. */
export class Allowance {
  #bytes = 0;
  #layers = 0;

  /** @throws InspectionError `layer-limit` where it is more than is looked at */
  take(layer: ListedLayer): ListedLayer {
    this.#bytes += layer.listing.encoded.length;
    if (this.#bytes > limits.listingBytes || ++this.#layers > limits.layers)
      throw new InspectionError('layer-limit', 'The image has more layers and files than are looked at.');
    return layer;
  }
}
