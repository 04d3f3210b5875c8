import { AFewAtATime } from '../a-few-at-a-time.ts';

/** So many tags are asked about at once: a registry counts requests. */
export const tagsAtOnce = 4;

/** What is found out of tags, each asked about once, a few at a time, in the order in which they were wanted. */
export class TagAnswers {
  readonly #ask: (tag: string) => Promise<string>;
  readonly #told: () => void;
  readonly #answers = new Map<string, string>();
  readonly #few = new AFewAtATime(tagsAtOnce);

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
      void this.#find(tag);
    }
  }

  async #find(tag: string): Promise<void> {
    this.#answers.set(tag, await this.#few.do(() => this.#ask(tag)));
    this.#told();
  }
}
