/** Keeps the largest few of many, as a list that nobody reads to its end needs no more. */
export class Largest<T extends { readonly bytes: number }> {
  readonly #count: number;
  readonly #kept: T[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  /** @param make what to keep, asked for only where it is large enough */
  add(bytes: number, make: () => T): void {
    const least = this.#kept.at(-1);
    if (this.#kept.length === this.#count && least && least.bytes >= bytes) return;
    const place = this.#kept.findIndex((other) => other.bytes < bytes);
    this.#kept.splice(place === -1 ? this.#kept.length : place, 0, make());
    this.#kept.length = Math.min(this.#kept.length, this.#count);
  }

  get list(): readonly T[] {
    return this.#kept;
  }
}

/** So many files a finding names. */
export const namedFiles = 10;
