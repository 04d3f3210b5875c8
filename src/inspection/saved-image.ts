import { InspectionError } from './errors.ts';
import { type ImageReading, imageOf, keepLayer, type ReadImage } from './image.ts';
import { limits } from './limits.ts';
import { type SavedNames, savedImages } from './saved-names.ts';
import { SavedParts } from './saved-parts.ts';
import { tarEntries } from './tar-entries.ts';
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
  const parts = new SavedParts(reading);
  const archived = { signal, mostEntries: limits.archiveEntries, of: 'image' } as const;
  // Nothing is said of a part, so the first that is said is the end.
  await tarEntries(archive, archived, (entry) => parts.add(entry.header, entry)).next();
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
  for (const layer of image.layers) await keepLayer(layer.diffId, layer, known);
  return image;
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
