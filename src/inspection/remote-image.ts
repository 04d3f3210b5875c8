import type { ImageManifest, WantedBlob } from '../registry/index.ts';
import { InspectionError } from './errors.ts';
import { Allowance, type ImageReading, imageOf, keepLayer, type ReadImage, recallLayer } from './image.ts';
import { type ImageConfig, readImageConfig } from './image-config.ts';
import { limits } from './limits.ts';
import { lookThroughLayer } from './look-through-layer.ts';
import type { Bytes } from './unpack.ts';

/** Where a registry's blobs come from. */
export interface BlobOpener {
  /**
   * A blob's bytes, checked as they come: what has another digest rejects at the end. Whoever gives a chunk looks at it no
   * more, as its memory may pass to another thread.
   */
  openBlob(blob: WantedBlob, signal?: AbortSignal): Bytes;
}

/**
 * Reads how an image runs and came about, and none of its layers.
 *
 * @throws InspectionError, CancelledError, and what the opener throws
 */
export async function readRemoteConfig(
  { configDigest }: ImageManifest,
  blobs: BlobOpener,
  signal?: AbortSignal,
): Promise<ImageConfig> {
  return readImageConfig(await readJson(blobs.openBlob({ digest: configDigest }, signal)));
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
  const config = await readRemoteConfig(manifest, blobs, signal);
  const allowance = new Allowance();
  const layers = [];
  for (const [index, { digest, size }] of manifest.layers.entries()) {
    reading.onLayer?.(index + 1, manifest.layers.length);
    const diffId = config.diffIds[index];
    let layer = diffId === undefined ? undefined : await recallLayer(diffId, reading);
    if (!layer) {
      layer = await lookThroughLayer(blobs.openBlob({ digest, size }, signal), reading);
      if (diffId !== undefined) await keepLayer(diffId, layer, known);
    }
    layers.push(allowance.take(layer));
  }
  return imageOf(config, layers);
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
