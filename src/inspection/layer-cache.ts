import type { Log } from '../base/index.ts';
import type { KnownLayers, KnownSecrets } from './image.ts';
import { KeptFiles } from './kept-files.ts';
import { LayerListing } from './layer-listing.ts';
import { decodeSecrets, encodeSecrets, type LayerSecret, rulesVersion } from './secrets/layer-secrets.ts';

/** Of all files together. A layer of 10,000 files takes some 100 kB. */
const defaultCapBytes = 64 * 1024 * 1024;
/** To be raised when listings are written, or layers read, in another way. */
const version = 1;

/**
 * What is known of layers that were read before, by all windows: listings, and what their files hold of secrets, though
 * never a secret. A layer with a digest never changes, so a listing stays true; what is found in it changes with the rules.
 */
export class LayerCache implements KnownLayers {
  readonly #listings: KeptFiles<LayerListing>;
  readonly secrets: KnownSecrets;

  constructor(folder: string, log: Log, capBytes = defaultCapBytes) {
    this.#listings = new KeptFiles(folder, log, capBytes, {
      ending: `.v${version}.gz`,
      encode: ({ encoded }) => encoded,
      decode: (encoded) => LayerListing.read(encoded),
    });
    this.secrets = new KeptFiles<readonly LayerSecret[]>(folder, log, capBytes, {
      ending: `.secrets-v${rulesVersion}.gz`,
      encode: encodeSecrets,
      decode: decodeSecrets,
    });
  }

  /** Never rejects: what cannot be read is read from the image anew. */
  get(diffId: string): Promise<LayerListing | undefined> {
    return this.#listings.get(diffId);
  }

  /** Never rejects: no inspection is spoiled by a full disk. */
  put(diffId: string, listing: LayerListing): Promise<void> {
    return this.#listings.put(diffId, listing);
  }
}
