import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { extract as extractor } from 'tar-stream';
import { CancelledError, messageOf } from '../base/index.ts';
import { InspectionError } from './errors.ts';
import { type ImageReading, imageOf, type ReadImage } from './image.ts';
import { limits } from './limits.ts';
import { type SavedNames, savedImages } from './saved-names.ts';
import { SavedParts } from './saved-parts.ts';
import type { Bytes } from './unpack.ts';

export interface SavedImageReading extends ImageReading {
  /** Which image of the archive is meant where it has several. */
  readonly platform?: { readonly os: string; readonly architecture: string };
}

/**
 * Reads an image out of an engine's archive (`GET /images/NAME/get`, `docker save`) as it comes, without keeping it:
 * layers are listed in passing, and put in order by what the archive says at its end. Layers of two names are read once.
 *
 * @throws InspectionError, CancelledError, and what the archive's source throws
 */
export async function readSavedImage(archive: Bytes, reading: SavedImageReading = {}): Promise<ReadImage> {
  const { signal, known } = reading;
  if (signal?.aborted) throw new CancelledError();
  const parts = new SavedParts(reading);
  await readParts(archive, parts, signal);
  const { config, layers } = chosen(
    savedImages(
      (name) => parts.document(name),
      (name) => parts.hasLayer(name),
    ),
    reading,
  );
  const image = imageOf(
    config,
    layers.map((name) => parts.layer(name)),
  );
  for (const { diffId, listing } of image.layers) await known?.put(diffId, listing);
  return image;
}

async function readParts(archive: Bytes, parts: SavedParts, signal: AbortSignal | undefined): Promise<void> {
  const fault: { ofSource?: unknown } = {};
  const source = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* archive;
    } catch (error) {
      fault.ofSource = error;
      throw error;
    }
  };
  const extract = extractor();
  let entries = 0;
  try {
    const flow = pipeline([Readable.from(source(), { objectMode: false }), extract], { ...(signal && { signal }) });
    // The loop tells it, too, and nobody else waits for it where the loop is left.
    flow.catch(() => undefined);
    for await (const entry of extract) {
      if (++entries > limits.archiveEntries)
        throw new InspectionError('image-damaged', 'The archive of the image has too many parts.');
      await parts.add(entry.header, entry);
    }
    await flow;
  } catch (error) {
    if (signal?.aborted) throw new CancelledError();
    if ('ofSource' in fault) throw fault.ofSource;
    if (error instanceof InspectionError) throw error;
    const message = `The archive of the image is damaged: ${messageOf(error)}.`;
    throw new InspectionError('image-damaged', message, { cause: error });
  } finally {
    extract.destroy();
  }
}

function chosen(images: readonly SavedNames[], { platform }: SavedImageReading): SavedNames {
  const fitting = platform
    ? images.filter(
        ({ config }) => config.platform?.os === platform.os && config.platform.architecture === platform.architecture,
      )
    : images;
  const [image] = fitting;
  if (!image)
    throw new InspectionError('image-damaged', 'The archive has no whole image of the platform that was asked for.');
  if (fitting.length > 1)
    throw new InspectionError('image-ambiguous', 'The archive holds images for several platforms: one must be chosen.');
  return image;
}
