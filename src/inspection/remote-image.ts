import type { ImageManifest, WantedBlob } from '../registry/index.ts';
import { comparedFrom } from './duplicate-files.ts';
import { InspectionError } from './errors.ts';
import { Allowance, type ImageReading, imageOf, type ReadImage } from './image.ts';
import { readImageConfig } from './image-config.ts';
import { limits } from './limits.ts';
import { listLayer } from './list-layer.ts';
import { readLayer } from './read-layer.ts';
import type { Bytes } from './unpack.ts';

/** Where a registry's blobs come from. */
export interface BlobOpener {
  /** A blob's bytes, checked as they come: what has another digest rejects at the end. */
  openBlob(blob: WantedBlob, signal?: AbortSignal): Bytes;
}

/**
 * Reads an image out of a registry, a layer at a time; what is known is not asked for.
 *
 * @throws InspectionError, CancelledError, and what the opener throws
 */
export async function readRemoteImage(
  manifest: ImageManifest,
  blobs: BlobOpener,
  reading: ImageReading = {},
): Promise<ReadImage> {
  const { signal, known } = reading;
  if (manifest.layers.length > limits.layers)
    throw new InspectionError('layer-limit', `The image has more than ${limits.layers} layers.`);
  const config = readImageConfig(await readJson(blobs.openBlob({ digest: manifest.configDigest }, signal)));
  const allowance = new Allowance();
  const listings = [];
  for (const [index, { digest, size }] of manifest.layers.entries()) {
    reading.onLayer?.(index + 1, manifest.layers.length);
    const diffId = config.diffIds[index];
    let listing = diffId === undefined ? undefined : await known?.get(diffId);
    if (!listing) {
      listing = await listLayer(
        readLayer(blobs.openBlob({ digest, size }, signal), { ...reading, fingerprintFrom: comparedFrom }),
      );
      if (diffId !== undefined) await known?.put(diffId, listing);
    }
    listings.push(allowance.take(listing));
  }
  return imageOf(config, listings);
}

async function readJson(bytes: Bytes): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > limits.documentBytes)
      throw new InspectionError('image-damaged', 'The configuration of the image has more than 8 MiB.');
    chunks.push(chunk);
  }
  return parseDocument(Buffer.concat(chunks));
}

/** @throws InspectionError `image-damaged` where it is no JSON */
export function parseDocument(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch (error) {
    throw new InspectionError('image-damaged', 'A document of the image is not JSON.', { cause: error });
  }
}
