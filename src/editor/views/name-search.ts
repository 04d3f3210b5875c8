import type { PageLoader } from './paged-list.ts';

/** Shows that a search goes on, and lets it be stopped. */
export type ShowSearch = (
  work: (say: (looked: number) => void, stopped: AbortSignal) => Promise<void>,
) => Promise<void>;

export interface NameSearchParts<T> {
  readonly load: PageLoader<T>;
  readonly matches: (item: T) => boolean;
  /** So many matches are looked for at a time. */
  readonly enough: number;
  readonly show: ShowSearch;
}

/** Pages that are asked for at a time: whoever wants more says so. */
const mostRequests = 10;

/** Where one go of a search is. */
interface Go<T> {
  readonly found: T[];
  looked: number;
  requests: number;
  next: { readonly after: string | undefined } | undefined;
}

/** Looks through a list for what matches, some pages at a time: few registries can be asked for a name in part. */
export class NameSearch<T> {
  readonly #parts: NameSearchParts<T>;
  #looked = 0;

  constructor(parts: NameSearchParts<T>) {
    this.#parts = parts;
  }

  /** Names that were looked at so far. */
  get looked(): number {
    return this.#looked;
  }

  /**
   * The matches from `after` on, up to where enough were found, ten pages were asked for, or the search was stopped.
   * What was found before a failure is kept: the failure comes again with the next page.
   *
   * @throws what the list throws, where nothing was found before
   */
  readonly page: PageLoader<T> = async (after, signal) => {
    const go: Go<T> = { found: [], looked: 0, requests: 0, next: { after } };
    await this.#step(go, signal);
    // One request is seldom long enough to be told of.
    if (this.#goesOn(go))
      await this.#parts.show((say, stopped) => this.#rest(go, say, AbortSignal.any([signal, stopped])));
    signal.throwIfAborted();
    this.#looked += go.looked;
    return { items: go.found, ...(go.next?.after !== undefined && { next: go.next.after }) };
  };

  async #rest(go: Go<T>, say: (looked: number) => void, stop: AbortSignal): Promise<void> {
    const stopped = (): boolean => stop.aborted;
    while (this.#goesOn(go) && !stopped()) {
      say(this.#looked + go.looked);
      try {
        await this.#step(go, stop);
      } catch (error) {
        if (stopped() || go.found.length > 0) return;
        throw error;
      }
    }
  }

  #goesOn({ found, requests, next }: Go<T>): boolean {
    return next !== undefined && requests < mostRequests && found.length < this.#parts.enough;
  }

  async #step(go: Go<T>, signal: AbortSignal): Promise<void> {
    const { items, next } = await this.#parts.load(go.next?.after, signal);
    go.requests += 1;
    go.looked += items.length;
    for (const item of items) if (this.#parts.matches(item)) go.found.push(item);
    go.next = next === undefined ? undefined : { after: next };
  }
}
