import type { LayerListing } from './layer-listing.ts';
import type { ListedEntry, PathKey } from './listed-entry.ts';
import { ListingCursor } from './listing-cursor.ts';
import { TakenFolders } from './taken-folders.ts';

/** One path of an image, with all that its layers say of it. */
export interface Place {
  readonly key: PathKey;
  /** What layers put there, the lowest layer first. */
  readonly versions: readonly Version[];
  /** The layers that take away what is there, the lowest first. */
  readonly whiteouts: readonly number[];
}

export interface Version {
  /** The layer's index, from the lowest. */
  readonly layer: number;
  readonly entry: ListedEntry;
  /** Whether its own layer has nothing below it. */
  readonly isLeaf: boolean;
  /** What hides it; absent for what a container sees. */
  readonly hidden?: Hiding;
}

export interface Hiding {
  /** The first layer that does. */
  readonly by: number;
  /** `repeated`: by the same content, of which only owner, mode or time changed. */
  readonly how: 'overwritten' | 'repeated' | 'deleted';
  /** The folder that was taken away, where it was not the path itself. */
  readonly below?: PathKey;
}

/**
 * Goes through the layers of an image side by side, in the order of their trees, so that what is kept at any time is no
 * more than a path, the folders above it and a place in each listing.
 */
export function* walk(listings: readonly LayerListing[]): Generator<Place, void> {
  const cursors = listings.map((listing) => new ListingCursor(listing));
  const taken = new TakenFolders(listings.length);
  for (;;) {
    let key: PathKey | undefined;
    for (const { head } of cursors) if (head && (key === undefined || head.key < key)) key = head.key;
    if (key === undefined) return;
    taken.leaveFor(key);
    const versions: Version[] = [];
    const whiteouts: number[] = [];
    const takes: number[] = [];
    for (const [layer, cursor] of cursors.entries())
      while (cursor.head?.key === key) {
        const { head: entry } = cursor;
        if (entry.kind === 'whiteout') whiteouts.push(layer);
        else if (entry.kind !== 'opaque') versions.push({ layer, entry, isLeaf: !cursor.goesBelow() });
        if (entry.kind !== 'folder' && takes.at(-1) !== layer) takes.push(layer);
        cursor.advance();
      }
    yield { key, versions: versions.map((version) => withHiding(version, versions, whiteouts, taken)), whiteouts };
    taken.enter(key, takes);
  }
}

function withHiding(
  version: Version,
  versions: readonly Version[],
  whiteouts: readonly number[],
  taken: TakenFolders,
): Version {
  if (versions.length === 1 && whiteouts.length === 0 && taken.isEmpty) return version;
  for (let layer = version.layer + 1; layer < taken.layers; layer++) {
    const below = taken.by(layer);
    const over = versions.find((other) => other.layer === layer);
    // A folder over a folder leaves what is in it.
    const isOver = over && !(over.entry.kind === 'folder' && version.entry.kind === 'folder');
    if (below === undefined && !isOver && !whiteouts.includes(layer)) continue;
    const how = !over ? 'deleted' : isSame(over.entry, version.entry) ? 'repeated' : 'overwritten';
    return { ...version, hidden: { by: layer, how, ...(below !== undefined && { below }) } };
  }
  return version;
}

function isSame(a: ListedEntry, b: ListedEntry): boolean {
  return a.fingerprint !== undefined && a.fingerprint === b.fingerprint && a.size === b.size;
}
