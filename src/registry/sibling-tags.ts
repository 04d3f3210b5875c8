import { CancelledError } from '../base/index.ts';
import type { Repository } from '../reference/index.ts';
import type { ManifestResolver } from './manifest-request.ts';
import { everyPage } from './paging.ts';
import type { TagLister } from './tag-list.ts';

export interface SiblingSearch {
  readonly signal?: AbortSignal | undefined;
  /** How many tags were looked at, of how many that are known so far. */
  readonly onProgress?: ((checked: number, known: number) => void) | undefined;
}

export interface SiblingFinder {
  /**
   * Every tag of a repository that points to this digest, in the registry's order: those that go when it is deleted.
   * Takes a HEAD for each tag of the repository, six at a time, each with the time of a call of its own.
   *
   * @throws RegistryError if one of them could not be asked; CancelledError
   */
  tagsOf(repository: Repository, digest: string, search?: SiblingSearch): Promise<string[]>;
}

const atOnce = 6;

export async function findTagsOf(
  registry: TagLister & ManifestResolver,
  repository: Repository,
  digest: string,
  { signal, onProgress }: SiblingSearch = {},
): Promise<string[]> {
  const stop = new AbortController();
  const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const found: string[] = [];
  let checked = 0;
  let known = 0;
  const pages = everyPage(repository.registry, (after) => registry.tags(repository, { after }, both));
  for await (const tags of pages) {
    known += tags.length;
    const matches = new Set<string>();
    const waiting = tags[Symbol.iterator]();
    const work = async (): Promise<void> => {
      for (const tag of waiting) {
        const descriptor = await registry.resolve({ kind: 'tagged', repository, tag }, both);
        if (descriptor?.digest === digest) matches.add(tag);
        checked += 1;
        onProgress?.(checked, known);
      }
    };
    try {
      await Promise.all(Array.from({ length: atOnce }, work));
    } catch (error) {
      // The others would go on for nobody.
      stop.abort();
      throw signal?.aborted ? new CancelledError() : error;
    }
    found.push(...tags.filter((tag) => matches.has(tag)));
  }
  return found;
}
