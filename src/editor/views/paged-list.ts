import { messageOf } from '../../base/index.ts';
import type { Page } from '../../registry/index.ts';

/** How a list stands: what has come so far, and how it goes on. */
export type ListState<T> =
  | { readonly kind: 'partial'; readonly items: readonly T[]; readonly next: string }
  | { readonly kind: 'whole'; readonly items: readonly T[] }
  /** What had come stays; asking for more tries again from there. */
  | { readonly kind: 'failed'; readonly items: readonly T[]; readonly error: unknown; readonly message: string };

/** Asks for the page that begins at `after`; the first where there is none. */
export type PageLoader<T> = (after: string | undefined, signal: AbortSignal) => Promise<Page<T>>;

/** So many pages are loaded in search of what a filter wants, before the person is asked to go on. */
const pagesToSearch = 50;

/** A list at a registry that is loaded page by page, as far as somebody wants to see it. */
export class PagedList<T> {
  readonly #load: PageLoader<T>;
  readonly #stop = new AbortController();
  #state: ListState<T> | undefined;
  #loading: Promise<ListState<T>> | undefined;
  #after: string | undefined;

  constructor(load: PageLoader<T>) {
    this.#load = load;
  }

  /** What has come so far; the first page is loaded by the first who asks. Never rejects. */
  async state(): Promise<ListState<T>> {
    return this.#state ?? this.more();
  }

  /** Loads one page more; who asks while it is loading gets the same. Never rejects. */
  more(): Promise<ListState<T>> {
    this.#loading ??= this.#next().finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  /** Loads until so many items match, or all has come. */
  async search(matches: (item: T) => boolean, enough: number): Promise<ListState<T>> {
    let state = await this.state();
    for (let pages = 0; pages < pagesToSearch && state.kind === 'partial'; pages += 1) {
      if (state.items.filter(matches).length >= enough) break;
      state = await this.more();
    }
    return state;
  }

  /** Nobody wants it any more: what is on its way is given up. */
  dispose(): void {
    this.#stop.abort();
  }

  async #next(): Promise<ListState<T>> {
    const before = this.#state?.items ?? [];
    if (this.#state?.kind === 'whole') return this.#state;
    try {
      const { items, next } = await this.#load(this.#after, this.#stop.signal);
      const all = [...before, ...items];
      this.#after = next;
      this.#state = next === undefined ? { kind: 'whole', items: all } : { kind: 'partial', items: all, next };
    } catch (error) {
      this.#state = { kind: 'failed', items: before, error, message: messageOf(error) };
    }
    return this.#state;
  }
}
