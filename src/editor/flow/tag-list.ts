import type { SuggestedTag } from '../workspace-facts/suggested-tags.ts';
import { isRelease } from '../workspace-facts/release-tag.ts';

/** Where tags come from, in the order in which those that become known together are listed. */
const places = ['own', 'workspace', 'registry', 'typed'] as const;

/** The tags to choose from, each once, with all the places that it comes from. */
export class TagList {
  readonly #tags: Record<(typeof places)[number], readonly SuggestedTag[]>;
  /** In the order in which they came to be listed: a row that is there stays where it is. */
  readonly #order: string[] = [];
  #isComplete = false;

  /** @param own the image's own and what was typed before */
  constructor(own: readonly SuggestedTag[]) {
    this.#tags = { own, typed: [], workspace: [], registry: [] };
    this.all();
  }

  suggest(place: 'workspace' | 'registry', tags: readonly SuggestedTag[]): void {
    this.#tags[place] = tags;
  }

  /** Nothing more is suggested. */
  complete(): void {
    this.#isComplete = true;
  }

  /** One that a person typed here. */
  add(tag: string): void {
    if (this.has(tag)) return;
    this.#tags.typed = [...this.#tags.typed, { tag, from: 'as typed' }];
    this.#order.push(tag);
  }

  /** Whether it is listed. */
  has(tag: string): boolean {
    return this.#order.includes(tag);
  }

  /** `latest` comes after all that is suggested, and only beside a version: alone it says nothing. */
  all(): readonly SuggestedTag[] {
    const found = this.#found();
    this.#order.push(...[...found.keys()].filter((tag) => !this.#order.includes(tag)));
    return this.#listed(found);
  }

  /** Those that were listed before, and what was typed since. */
  listed(): readonly SuggestedTag[] {
    return this.#listed(this.#found());
  }

  #listed(found: ReadonlyMap<string, readonly string[]>): readonly SuggestedTag[] {
    return this.#order.map((tag) => ({ tag, from: (found.get(tag) ?? []).join(', ') }));
  }

  #found(): Map<string, string[]> {
    const all = places.flatMap((place) => this.#tags[place]);
    if (this.#isComplete && all.some(({ tag }) => isRelease(tag)))
      all.push({ tag: 'latest', from: 'beside a version' });
    const found = new Map<string, string[]>();
    for (const { tag, from } of all) {
      const known = found.get(tag);
      if (!known) found.set(tag, [from]);
      else if (!known.includes(from) && tag !== 'latest') known.push(from);
    }
    return found;
  }
}
