import type { DuplicateFile, DuplicateFiles, LayerName } from './finding.ts';
import { Largest, namedFiles } from './largest.ts';
import { type PathKey, pathOf } from './listed-entry.ts';
import { runAlso } from './mending.ts';
import type { Place } from './walk.ts';

/** Files of so many bytes or more are compared: of smaller ones it takes hundreds to matter, and each costs a hash. */
export const comparedFrom = 64 * 1024;
/** Below this a layer's duplicates are not worth a word: Debian's and npm's packages bring some megabytes of them. */
const worthBytes = 10_000_000;
/** So many different files are compared; an image of as many is 6 GB or more. */
const mostCompared = 100_000;

interface Seen {
  readonly layer: number;
  readonly key: PathKey;
}

/** Collects files that a container sees under several paths with the same content. */
export class DuplicateFilesFinder {
  readonly #layers: readonly LayerName[];
  /** The lowest of each content, by that. */
  readonly #first = new Map<string, Seen>();
  readonly #found = new Map<number, { bytes: number; files: number; readonly worst: Largest<DuplicateFile> }>();

  constructor(layers: readonly LayerName[]) {
    this.#layers = layers;
  }

  add({ key, versions }: Place): void {
    const seen = versions.at(-1);
    if (!seen || seen.hidden || seen.entry.fingerprint === undefined || seen.entry.size < comparedFrom) return;
    const { size, fingerprint } = seen.entry;
    const content = `${fingerprint} ${size}`;
    const one: Seen = { layer: seen.layer, key };
    const other = this.#first.get(content);
    if (!other) {
      if (this.#first.size < mostCompared) this.#first.set(content, one);
      return;
    }
    const [first, copy] = one.layer < other.layer ? [one, other] : [other, one];
    this.#first.set(content, first);
    let found = this.#found.get(copy.layer);
    if (!found) this.#found.set(copy.layer, (found = { bytes: 0, files: 0, worst: new Largest(namedFiles) }));
    found.bytes += size;
    found.files++;
    found.worst.add(size, () => ({ path: pathOf(copy.key), bytes: size, sameAs: pathOf(first.key) }));
  }

  findings(): DuplicateFiles[] {
    return [...this.#found].flatMap(
      ([
        index,
        {
          bytes,
          files,
          worst: { list: worst },
        },
      ]) => {
        const layer = this.#layers[index];
        const [largest] = worst;
        if (!layer || !largest || bytes < worthBytes) return [];
        const mend = runAlso(layer.line, `ln -sf ${largest.sameAs} ${largest.path}`);
        return [{ kind: 'duplicate-files', layer, bytes, files, worst, mend }];
      },
    );
  }
}
