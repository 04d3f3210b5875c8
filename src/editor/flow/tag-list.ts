import type { SuggestedTag } from '../workspace-facts/suggested-tags.ts';
import { isRelease } from '../workspace-facts/release-tag.ts';

/** Where tags come from, in the order in which they are listed. */
const places = ['own', 'typed', 'workspace', 'registry'] as const;

/** The tags to choose from, each once, with all the places that it comes from. */
export class TagList {
  readonly #tags: Record<(typeof places)[number], readonly SuggestedTag[]>;

  /** @param own the image's own and what was typed before */
  constructor(own: readonly SuggestedTag[]) {
    this.#tags = { own, typed: [], workspace: [], registry: [] };
  }

  suggest(place: 'workspace' | 'registry', tags: readonly SuggestedTag[]): void {
    this.#tags[place] = tags;
  }

  /** One that a person typed here. */
  add(tag: string): void {
    if (!this.has(tag)) this.#tags.typed = [...this.#tags.typed, { tag, from: 'as typed' }];
  }

  has(tag: string): boolean {
    return this.all().some((one) => one.tag === tag);
  }

  /** `latest` comes last, and only beside a version: alone it says nothing. */
  all(): readonly SuggestedTag[] {
    const all = places.flatMap((place) => this.#tags[place]);
    if (all.some(({ tag }) => isRelease(tag))) all.push({ tag: 'latest', from: 'beside a version' });
    const found = new Map<string, string[]>();
    for (const { tag, from } of all) {
      const known = found.get(tag);
      if (!known) found.set(tag, [from]);
      else if (!known.includes(from) && tag !== 'latest') known.push(from);
    }
    return [...found].map(([tag, from]) => ({ tag, from: from.join(', ') }));
  }
}
