import { formatRepository, type Repository } from '../../reference/index.ts';

/** Who would push to a repository, as `mira (stored here)`; empty for nobody. Never rejects. */
export type WhoPushes = (repository: Repository) => Promise<string>;

/** A registry is not asked about each letter, in milliseconds. */
const pauseMs = 250;

/** Says what Enter does and, once that is found out for what is typed now, as whom. */
export class EnterMessage {
  readonly #show: (message: string) => void;
  readonly #whoPushes: WhoPushes;
  #words: string | undefined;
  #places = '';
  #outlook = '';
  #looking: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** What was found out last: only another repository may have another account, so a new tag is told at once. */
  #known: { readonly places: string; readonly who: string } | undefined;

  constructor(show: (message: string) => void, whoPushes: WhoPushes) {
    this.#show = show;
    this.#whoPushes = whoPushes;
  }

  /** @param look what it would do there, in a few words; asked for when the typing pauses */
  say(words: string, repositories: readonly Repository[], look?: (signal: AbortSignal) => Promise<string>): void {
    if (words !== this.#words) this.#lookAfterPause(words, look);
    this.#words = words;
    const places = repositories.map(formatRepository).join(' ');
    this.#places = places;
    if (this.#known?.places === places) {
      this.#tell(words);
      return;
    }
    this.#tell(words);
    void Promise.all(repositories.map(this.#whoPushes)).then((all) => {
      if (this.#words !== words) return;
      // Where they are different people, one name would be wrong for some.
      const [who = '', ...others] = new Set(all);
      this.#known = { places, who: others.length === 0 ? who : '' };
      this.#tell(words);
    });
  }

  /** Enter does nothing now: what is found out late is not shown. */
  silence(): void {
    this.#words = undefined;
    this.#stopLooking();
  }

  #tell(words: string): void {
    const places = this.#places;
    const who = this.#known?.places === places ? this.#known.who : '';
    const outlook = this.#outlook === '' ? '' : ` · ${this.#outlook}`;
    this.#show(`${who === '' ? words : `${words} as ${who}`}${outlook}`);
  }

  #lookAfterPause(words: string, look: ((signal: AbortSignal) => Promise<string>) | undefined): void {
    this.#stopLooking();
    if (!look) return;
    const looking = new AbortController();
    this.#looking = looking;
    this.#timer = setTimeout(() => {
      void look(looking.signal).then((outlook) => {
        if (looking.signal.aborted || this.#words !== words) return;
        this.#outlook = outlook;
        this.#tell(words);
      });
    }, pauseMs);
  }

  #stopLooking(): void {
    this.#outlook = '';
    clearTimeout(this.#timer);
    this.#looking?.abort();
  }
}
