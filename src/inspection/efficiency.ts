import { isBelow, type PathKey } from './listed-entry.ts';
import type { Place } from './walk.ts';

/**
 * How much of what an image's layers carry is not carried in vain, as dive defines it
 * (https://github.com/wagoodman/dive/blob/d6c691947f8fda635c952a17ee3b7555379d58f0/dive/filetree/efficiency.go): for each
 * path that a layer has as a leaf, the least of the sizes that layers give it, of all paths together, divided by all of
 * these sizes. A deleted file counts as one of no size, a deleted folder as one of what it held, so that its files do not
 * count as wasted; where no layer has an entry for the folder itself, it counts as of no size. Opaque folders count as
 * nothing.
 */
export class Efficiency {
  #least = 0;
  #all = 0;
  /** Deleted folders around the path at which the walk is, whose size is not known yet. */
  readonly #open: OpenFolder[] = [];

  add({ key, versions, whiteouts }: Place): void {
    this.#settleOutside(key);
    const sizes = versions.filter(({ isLeaf }) => isLeaf).map(({ entry }) => entry.size);
    const deletions: number[] = [];
    for (const layer of whiteouts) {
      const before = versions.findLast((version) => version.layer < layer);
      if (before?.entry.kind === 'folder') deletions.push(layer);
      else if (before) sizes.push(0);
    }
    for (const { entry, hidden } of versions)
      if (hidden?.below !== undefined && entry.size > 0) {
        const folder = this.#open.find((one) => one.key === hidden.below);
        const held = folder?.held.get(hidden.by);
        if (held !== undefined) folder?.held.set(hidden.by, held + entry.size);
      }
    if (deletions.length === 0) this.#count(sizes);
    else this.#open.push({ key, sizes, held: new Map(deletions.map((layer) => [layer, 0])) });
  }

  /** Of all that was added; 100 where there is nothing. */
  percent(): number {
    this.#settleOutside(undefined);
    return this.#all === 0 ? 100 : (100 * this.#least) / this.#all;
  }

  #settleOutside(key: PathKey | undefined): void {
    for (let last = this.#open.at(-1); last; last = this.#open.at(-1)) {
      if (key !== undefined && isBelow(key, last.key)) return;
      this.#count([...last.sizes, ...last.held.values()]);
      this.#open.pop();
    }
  }

  #count(sizes: readonly number[]): void {
    if (sizes.length === 0) return;
    this.#least += Math.min(...sizes);
    for (const size of sizes) this.#all += size;
  }
}

interface OpenFolder {
  readonly key: PathKey;
  readonly sizes: readonly number[];
  /** The bytes that it held, by the layer that deleted it. */
  readonly held: Map<number, number>;
}
