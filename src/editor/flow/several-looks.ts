import type { TagOutlook } from '../../push/index.ts';
import type { TaggedReference } from '../../reference/index.ts';
import { AFewAtATime } from '../a-few-at-a-time.ts';
import { countWords } from './outlook-counts.ts';
import { tagsAtOnce } from './tag-answers.ts';
import type { FindTag } from './would-do.ts';

/** So many tags are looked at in one go, however many there are: a registry counts requests. */
export const mostLooks = 20;

/** What pushes of several images to several targets each would do, before there is any. */
export class SeveralLooks {
  readonly #find: readonly FindTag[];
  readonly #few = new AFewAtATime(tagsAtOnce);

  /** @param find of each image, in their order */
  constructor(find: readonly FindTag[]) {
    this.#find = find;
  }

  /**
   * In words, as {@link countWords}. Never rejects.
   *
   * @param targets of each image, in their order
   */
  async at(targets: readonly (readonly TaggedReference[])[], signal: AbortSignal): Promise<string> {
    const all = targets.flatMap((list, index) => list.map((target) => ({ target, find: this.#find[index] })));
    const found = all.map(async ({ target, find }, index): Promise<TagOutlook | undefined> => {
      if (find === undefined || index >= mostLooks) return undefined;
      return this.#few.do(async () => (signal.aborted ? undefined : find(target, signal)));
    });
    return countWords(await Promise.all(found));
  }
}
