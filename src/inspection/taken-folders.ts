import { isBelow, type PathKey } from './listed-entry.ts';

/** The folders above the path at which the walk is, as far as a layer took away what lower ones had in them. */
export class TakenFolders {
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
