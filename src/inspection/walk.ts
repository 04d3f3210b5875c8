import type { LayerListing } from './layer-listing.ts';
import { isBelow, type ListedEntry, type PathKey } from './listed-entry.ts';

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
  const cursors = listings.map((listing) => new Cursor(listing));
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
      for (; cursor.head?.key === key; cursor.advance()) {
        const { head: entry } = cursor;
        if (entry.kind === 'whiteout') whiteouts.push(layer);
        else if (entry.kind !== 'opaque') versions.push({ layer, entry, isLeaf: !cursor.goesBelow() });
        if (entry.kind !== 'folder' && takes.at(-1) !== layer) takes.push(layer);
      }
    yield { key, versions: versions.map((version) => withHiding(version, versions, whiteouts, taken)), whiteouts };
    taken.enter(key, takes);
  }
}

/** A place in a listing, with a look at what follows. */
class Cursor {
  readonly #entries: Iterator<ListedEntry, void>;
  #next: ListedEntry | undefined;
  head: ListedEntry | undefined;

  constructor(listing: LayerListing) {
    this.#entries = listing[Symbol.iterator]();
    this.#next = this.#take();
    this.advance();
  }

  advance(): void {
    this.head = this.#next;
    if (this.head) this.#next = this.#take();
  }

  goesBelow(): boolean {
    return this.head !== undefined && this.#next !== undefined && isBelow(this.#next.key, this.head.key);
  }

  #take(): ListedEntry | undefined {
    const next = this.#entries.next();
    return next.done ? undefined : next.value;
  }
}

/** The folders above the path at which the walk is, as far as a layer took away what lower ones had in them. */
class TakenFolders {
  /** By layer; of several the topmost. */
  readonly #by: (PathKey | undefined)[];
  readonly #entered: { readonly key: PathKey; readonly layers: readonly number[] }[] = [];

  constructor(layers: number) {
    this.#by = Array.from({ length: layers });
  }

  /** The walk goes on to a path, out of the folders that it is not in. */
  leaveFor(key: PathKey): void {
    for (let last = this.#entered.at(-1); last && !isBelow(key, last.key); last = this.#entered.at(-1)) {
      for (const layer of last.layers) this.#by[layer] = undefined;
      this.#entered.pop();
    }
  }

  enter(key: PathKey, takes: readonly number[]): void {
    const layers = takes.filter((layer) => layer > 0 && this.#by[layer] === undefined);
    if (layers.length === 0) return;
    for (const layer of layers) this.#by[layer] = key;
    this.#entered.push({ key, layers });
  }

  get isEmpty(): boolean {
    return this.#entered.length === 0;
  }

  /** The folder that a layer took away. */
  by(layer: number): PathKey | undefined {
    return this.#by[layer];
  }

  get layers(): number {
    return this.#by.length;
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
