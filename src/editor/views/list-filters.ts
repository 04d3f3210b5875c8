import { type ListOwner, listKey } from './remote-nodes.ts';

/** What lists are filtered by, until that is cleared or their registry is removed. */
export class ListFilters {
  readonly #texts = new Map<string, { readonly registry: string; readonly text: string }>();

  of(owner: ListOwner): string | undefined {
    return this.#texts.get(listKey(owner))?.text;
  }

  /** @param text none where it is empty */
  set(owner: ListOwner, text: string): void {
    if (text === '') this.#texts.delete(listKey(owner));
    else this.#texts.set(listKey(owner), { registry: owner.config.registry, text });
  }

  keepOnly(registries: ReadonlySet<string>): void {
    for (const [key, { registry }] of this.#texts) if (!registries.has(registry)) this.#texts.delete(key);
  }
}
