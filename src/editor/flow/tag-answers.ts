/** So many tags are asked about at once: a registry counts requests. */
const atOnce = 4;

/** What is found out of tags, each asked about once, a few at a time, in the order in which they were wanted. */
export class TagAnswers {
  readonly #ask: (tag: string) => Promise<string>;
  readonly #told: () => void;
  readonly #answers = new Map<string, string>();
  readonly #waiting: string[] = [];
  #asked = 0;

  /**
   * @param ask must not reject
   * @param told called at each answer
   */
  constructor(ask: (tag: string) => Promise<string>, told: () => void) {
    this.#ask = ask;
    this.#told = told;
  }

  /** Empty as long as it is not known. */
  of(tag: string): string {
    return this.#answers.get(tag) ?? '';
  }

  want(tags: readonly string[]): void {
    for (const tag of tags) {
      if (this.#answers.has(tag)) continue;
      this.#answers.set(tag, '');
      this.#waiting.push(tag);
    }
    while (this.#asked < atOnce && this.#waiting.length > 0) void this.#next(this.#waiting.shift() ?? '');
  }

  async #next(tag: string): Promise<void> {
    this.#asked++;
    this.#answers.set(tag, await this.#ask(tag));
    this.#asked--;
    this.want([]);
    this.#told();
  }
}
