import { comparedFrom } from './duplicate-files.ts';
import type { LayerEntry } from './entry.ts';
import type { ImageReading, ListedLayer } from './image.ts';
import { listLayer } from './list-layer.ts';
import { readLayer } from './read-layer.ts';
import { LayerSecretsFinder } from './secrets/layer-secrets-finder.ts';
import { wantsContent } from './secrets/looked-at.ts';
import type { Bytes } from './unpack.ts';

/**
 * Lists a layer and, where that is wanted, finds the secrets in its files, in one pass. A file's content is let go of
 * before the next one is read.
 *
 * @throws InspectionError, CancelledError, and what the source throws
 */
export async function lookThroughLayer(source: Bytes, reading: Omit<ImageReading, 'known'>): Promise<ListedLayer> {
  const { findsSecrets, ...rest } = reading;
  const finder = findsSecrets ? new LayerSecretsFinder() : undefined;
  const layer = readLayer(source, { ...rest, fingerprintFrom: comparedFrom, ...(finder && { wantsContent }) });
  const listing = await listLayer(finder ? watched(layer, finder) : layer);
  return { listing, ...(finder && { secrets: finder.secrets }) };
}

async function* watched(entries: AsyncIterable<LayerEntry>, finder: LayerSecretsFinder): AsyncGenerator<LayerEntry> {
  for await (const entry of entries) {
    if (entry.kind === 'file') finder.add(entry);
    yield entry;
  }
}
