import type { Disposable } from '../../base/index.ts';
import {
  formatRegistryKey,
  formatRepository,
  parseRegistryKey,
  type RegistryKey,
  type Repository,
} from '../../reference/index.ts';
import type { RemoteRepository, RemoteTag } from '../../registry/index.ts';
import type { RegistryConfig } from '../registry-config.ts';
import { endOf } from './list-end.ts';
import { ListFilters } from './list-filters.ts';
import { type AskPage, type ListLoader, pageSize } from './list-loader.ts';
import { NameSearch, type ShowSearch } from './name-search.ts';
import { newestFirst } from './newest-first.ts';
import { PagedList, type PageLoader } from './paged-list.ts';
import {
  type ListOwner,
  listKey,
  type RemoteNode,
  type RemoteRepositoryNode,
  shortName,
  tagNode,
} from './remote-nodes.ts';

export interface RemoteListsParts {
  readonly loader: ListLoader;
  /** What tells one sign-in for a place from another; nothing is asked or contacted for it. Never rejects. */
  readonly signOf: (place: RegistryKey) => Promise<string>;
  /** Shows that names are being looked through, and lets that be stopped. */
  readonly showSearch: (owner: ListOwner, filter: string) => ShowSearch;
}

interface Kept {
  readonly owner: ListOwner;
  readonly list: Disposable;
  /** By which sign-in it was loaded. */
  readonly sign: Promise<string>;
}

interface KeptList<T> extends Kept {
  readonly list: PagedList<T>;
  /** How many names a search has looked at, where the list is filtered. */
  readonly looked: () => number | undefined;
}

/** What has been loaded of the registries' repositories and tags. Nothing is asked before somebody unfolds a row. */
export class RemoteLists {
  readonly #parts: RemoteListsParts;
  readonly #repositories = new Map<string, KeptList<RemoteRepository>>();
  readonly #tags = new Map<string, KeptList<RemoteTag>>();
  readonly #filters = new ListFilters();
  /** The registries in the list; undefined before anybody said so. */
  #known: ReadonlySet<string> | undefined;

  constructor(parts: RemoteListsParts) {
    this.#parts = parts;
  }

  filterOf(owner: ListOwner): string | undefined {
    return this.#filters.of(owner);
  }

  /** Shows of a list only what has this text in its name, whatever the case; all of it where the text is empty. */
  setFilter(owner: ListOwner, text: string): void {
    this.#filters.set(owner, text);
    drop(owner.kind === 'registry' ? this.#repositories : this.#tags, listKey(owner));
  }

  /** The rows below an owner; the first page is loaded by the first who asks. Never rejects. */
  rows(owner: ListOwner): Promise<RemoteNode[]> {
    const { config } = owner;
    return owner.kind === 'registry'
      ? this.#rows(
          this.#repositories,
          () => this.#repositoriesOf(owner),
          (item) => ({ kind: 'remote-repository', config, item }),
        )
      : this.#rows(
          this.#tags,
          () => this.#tagsOf(owner),
          (item) => tagNode(owner, item),
        );
  }

  /** Loads a page more, or tries again where the last one failed: somebody wants it. */
  async more(owner: ListOwner): Promise<void> {
    this.#parts.loader.pardon();
    await (owner.kind === 'registry' ? this.#repositoriesOf(owner) : this.#tagsOf(owner)).list.more();
  }

  /** Forgets what was loaded, and not what it is filtered by: it is asked for again. */
  forget(): void {
    this.#parts.loader.forget();
    this.#drop(() => true);
  }

  /**
   * Another sign-in sees other lists, so those are forgotten that were loaded with the one before.
   *
   * @param key for which somebody signed in or out; undefined where it is not known which sign-in has changed
   * @returns the registries that they were of
   */
  async signInChanged(key: RegistryKey | undefined): Promise<ReadonlySet<string>> {
    const changed = new Set<Kept>();
    for (const kept of [...this.#repositories.values(), ...this.#tags.values()]) {
      const place = placeOf(kept.owner);
      if (key ? isWithin(place, key) : (await kept.sign) !== (await this.#parts.signOf(place))) changed.add(kept);
    }
    if (changed.size > 0) this.#parts.loader.pardon();
    return this.#drop((kept) => changed.has(kept));
  }

  /**
   * Something was pushed there: its tags are asked for again, and the repositories where it was none of them.
   *
   * @returns the registries that they were of
   */
  pushed(repository: Repository): ReadonlySet<string> {
    const name = formatRepository(repository);
    const isIt = (other: RemoteRepository): boolean => formatRepository(other.repository) === name;
    const place = { registry: repository.registry, namespace: repository.path };
    const lacking = new Set<Kept>();
    for (const kept of this.#repositories.values())
      if (isWithin(place, placeOf(kept.owner)) && kept.list.lacks(isIt)) lacking.add(kept);
    return this.#drop(
      (kept) => lacking.has(kept) || (kept.owner.kind === 'remote-repository' && isIt(kept.owner.item)),
    );
  }

  /** Forgets the registries that are not in the list any more, with what they were filtered by. */
  keepOnly(registries: readonly RegistryConfig[]): void {
    const known = new Set(registries.map(({ registry }) => registry));
    this.#known = known;
    this.#filters.keepOnly(known);
    this.#drop(({ owner }) => !known.has(owner.config.registry));
  }

  #drop(which: (kept: Kept) => boolean): ReadonlySet<string> {
    const registries = new Set<string>();
    for (const lists of [this.#repositories, this.#tags] as Map<string, Kept>[])
      for (const [key, kept] of lists) {
        if (!which(kept)) continue;
        registries.add(kept.owner.config.registry);
        drop(lists, key);
      }
    return registries;
  }

  async #rows<T>(
    lists: ReadonlyMap<string, KeptList<T>>,
    listOf: () => KeptList<T>,
    nodeOf: (item: T) => RemoteNode,
  ): Promise<RemoteNode[]> {
    for (;;) {
      const kept = listOf();
      const { owner, list, looked } = kept;
      const state = await list.state();
      // What was forgotten meanwhile says that it was given up, which is nothing to show.
      if (lists.get(listKey(owner)) !== kept) {
        if (this.#known?.has(owner.config.registry) === false) return [];
        continue;
      }
      const end = endOf(owner, state, looked(), (error) => this.#parts.loader.wantsSignIn(error));
      return [...state.items.map(nodeOf), ...(end ? [end] : [])];
    }
  }

  #repositoriesOf(owner: Extract<ListOwner, { kind: 'registry' }>): KeptList<RemoteRepository> {
    const { namespace } = placeOf(owner);
    return this.#kept(
      this.#repositories,
      owner,
      ({ browser }, page, signal) => browser.repositories(namespace, page, signal),
      ({ repository }) => shortName(owner.config, formatRepository(repository)),
    );
  }

  #tagsOf(owner: RemoteRepositoryNode): KeptList<RemoteTag> {
    const { path } = owner.item.repository;
    return this.#kept(
      this.#tags,
      owner,
      async ({ browser }, request, signal) => {
        const page = await browser.remoteTags(path, request, signal);
        // Some registries send all tags at once and in no order; what comes in parts has the registry's own.
        const atOnce = request.after === undefined && page.next === undefined;
        return atOnce ? { items: await newestFirst(page.items) } : page;
      },
      ({ name }) => name,
    );
  }

  #kept<T>(
    lists: Map<string, KeptList<T>>,
    owner: ListOwner,
    ask: AskPage<T>,
    nameOf: (item: T) => string,
  ): KeptList<T> {
    const key = listKey(owner);
    const known = lists.get(key);
    if (known) return known;
    const { loader, showSearch, signOf } = this.#parts;
    const filter = this.filterOf(owner);
    const load: PageLoader<T> = (after, signal) => loader.load(owner, filter !== undefined, ask, after, signal);
    const search =
      filter === undefined
        ? undefined
        : new NameSearch({
            load,
            matches: (item) => nameOf(item).toLowerCase().includes(filter.toLowerCase()),
            enough: pageSize,
            show: showSearch(owner, filter),
          });
    const kept = {
      owner,
      list: new PagedList(search?.page ?? load, pageSize),
      looked: () => search?.looked,
      sign: signOf(placeOf(owner)),
    };
    lists.set(key, kept);
    return kept;
  }
}

function drop(lists: Map<string, Kept>, key: string): void {
  lists.get(key)?.list.dispose();
  lists.delete(key);
}

/** The place whose sign-in serves for a list. */
function placeOf(owner: ListOwner): RegistryKey {
  if (owner.kind === 'registry') return parseRegistryKey(owner.config.registry);
  const { registry, path } = owner.item.repository;
  return { registry, namespace: path };
}

function isWithin(place: RegistryKey, key: RegistryKey): boolean {
  // The host of a key is in lower case; a list's may not be.
  const registry = place.registry.toLowerCase();
  return `${formatRegistryKey({ ...place, registry })}/`.startsWith(`${formatRegistryKey(key)}/`);
}
