import type { HiddenFile, HiddenFiles, LayerName } from './finding.ts';
import { Largest, namedFiles } from './largest.ts';
import { pathOf } from './listed-entry.ts';
import { mendHidden } from './mending.ts';
import type { Place } from './walk.ts';

/** Below this a layer's hidden files are not worth a word: every package that is installed rewrites small files. */
const worthBytes = 1_000_000;

/** Collects what layers carry in vain. */
export class HiddenFilesFinder {
  readonly #layers: readonly LayerName[];
  readonly #found = new Map<number, Found>();

  constructor(layers: readonly LayerName[]) {
    this.#layers = layers;
  }

  add({ key, versions }: Place): void {
    for (const { layer, entry, hidden } of versions) {
      const by = hidden && this.#layers[hidden.by];
      if (!hidden || !by || entry.size === 0) continue;
      let found = this.#found.get(layer);
      if (!found) this.#found.set(layer, (found = { bytes: 0, files: 0, worst: new Largest(namedFiles) }));
      found.bytes += entry.size;
      found.files++;
      found.worst.add(entry.size, () => ({ path: pathOf(key), bytes: entry.size, how: hidden.how, by }));
    }
  }

  /** Bytes of all hidden files of all layers. */
  get bytes(): number {
    return [...this.#found.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  findings(): HiddenFiles[] {
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
        if (!layer || !worst[0] || bytes < worthBytes) return [];
        return [{ kind: 'hidden-files', layer, bytes, files, worst, mend: mendHidden(layer, worst[0]) }];
      },
    );
  }
}

interface Found {
  bytes: number;
  files: number;
  readonly worst: Largest<HiddenFile>;
}
