import type { Page } from '../../registry/index.ts';

/** How a list stands: what is shown of it so far, and how it goes on. */
export type ListState<T> =
  | {
      readonly kind: 'partial';
      readonly items: readonly T[];
      /** Items that have come, shown or not. */
      readonly held: number;
      /** Whether these are all that there are. */
      readonly complete: boolean;
    }
  | { readonly kind: 'whole'; readonly items: readonly T[] }
  /** What had come stays; asking for more tries again from there. */
  | { readonly kind: 'failed'; readonly items: readonly T[]; readonly error: unknown };

/** Asks for the page that begins at `after`; the first where there is none. */
export type PageLoader<T> = (after: string | undefined, signal: AbortSignal) => Promise<Page<T>>;

/** A list at a registry that is loaded page by page, as far as somebody wants to see it. */
export class PagedList<T> {
  readonly #load: PageLoader<T>;
  readonly #size: number;
  readonly #stop = new AbortController();
  /** All that has come: some registries send the whole list at once, whatever was asked for. */
  #items: readonly T[] = [];
  #next: { readonly after: string | undefined } | undefined = { after: undefined };
  #shown = 0;
  #state: ListState<T> | undefined;
  #loading: Promise<ListState<T>> | undefined;

  /** @param size items that are shown more at a time */
  constructor(load: PageLoader<T>, size: number) {
    this.#load = load;
    this.#size = size;
  }

  /** What is shown so far; the first page is loaded by the first who asks. Never rejects. */
  async state(): Promise<ListState<T>> {
    return this.#state ?? this.more();
  }

  /** Shows one page more; who asks while it is loading gets the same. Never rejects. */
  more(): Promise<ListState<T>> {
    this.#loading ??= this.#advance().finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  /** Whether all of it has come, and none is this. */
  lacks(is: (item: T) => boolean): boolean {
    return this.#next === undefined && !this.#items.some(is);
  }

  /** Nobody wants it any more: what is on its way is given up. */
  dispose(): void {
    this.#stop.abort();
  }

  async #advance(): Promise<ListState<T>> {
    try {
      if (this.#shown >= this.#items.length && this.#next) {
        const { items, next } = await this.#load(this.#next.after, this.#stop.signal);
        this.#items = [...this.#items, ...items];
        this.#next = next === undefined ? undefined : { after: next };
      }
      this.#shown = Math.min(this.#shown + this.#size, this.#items.length);
      const items = this.#items.slice(0, this.#shown);
      const held = this.#items.length;
      const complete = this.#next === undefined;
      this.#state =
        complete && this.#shown === held ? { kind: 'whole', items } : { kind: 'partial', items, held, complete };
      return this.#state;
    } catch (error) {
      return (this.#state = { kind: 'failed', items: this.#items.slice(0, this.#shown), error });
    }
  }
}
