import { formatRepository, type Repository } from '../../reference/index.ts';

/** Who would push to a repository, as `mira (stored here)`; empty for nobody. Never rejects. */
export type WhoPushes = (repository: Repository) => Promise<string>;

/** Says what Enter does and, once that is found out for what is typed now, as whom. */
export class EnterMessage {
  readonly #show: (message: string) => void;
  readonly #whoPushes: WhoPushes;
  #words: string | undefined;
  /** What was found out last: only another repository may have another account, so a new tag is told at once. */
  #known: { readonly places: string; readonly who: string } | undefined;

  constructor(show: (message: string) => void, whoPushes: WhoPushes) {
    this.#show = show;
    this.#whoPushes = whoPushes;
  }

  say(words: string, repositories: readonly Repository[]): void {
    this.#words = words;
    const places = repositories.map(formatRepository).join(' ');
    if (this.#known?.places === places) {
      this.#show(sentence(words, this.#known.who));
      return;
    }
    this.#show(words);
    void Promise.all(repositories.map(this.#whoPushes)).then((all) => {
      if (this.#words !== words) return;
      // Where they are different people, one name would be wrong for some.
      const [who = '', ...others] = new Set(all);
      this.#known = { places, who: others.length === 0 ? who : '' };
      this.#show(sentence(words, this.#known.who));
    });
  }

  /** Enter does nothing now: what is found out late is not shown. */
  silence(): void {
    this.#words = undefined;
  }
}

function sentence(words: string, who: string): string {
  return who === '' ? words : `${words} as ${who}`;
}
