import type { LayerListing } from './layer-listing.ts';
import { isBelow, type ListedEntry } from './listed-entry.ts';

/** A place in a listing, with a look at what follows. */
export class ListingCursor {
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
