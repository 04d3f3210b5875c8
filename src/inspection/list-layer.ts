import { CollectedEntries } from './collected-entries.ts';
import type { LayerEntry } from './entry.ts';
import type { LayerListing } from './layer-listing.ts';

/**
 * Makes a listing of a layer's entries. Where an archive has several entries for a path, the last counts, as for an
 * engine that unpacks them.
 *
 * @throws InspectionError `layer-limit` where its paths are too long together, and what the entries' source throws
 */
export async function listLayer(source: AsyncIterable<LayerEntry>): Promise<LayerListing> {
  const collected = new CollectedEntries();
  for await (const entry of source) collected.add(entry);
  return collected.listing();
}
