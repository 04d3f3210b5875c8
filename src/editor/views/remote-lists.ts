import type { HelperAnswers } from '../../credentials/index.ts';
import { parseRegistryKey } from '../../reference/index.ts';
import type { RemoteRepository, RemoteTag } from '../../registry/index.ts';
import type { RegistryDoor } from '../registry-door.ts';
import { type ListState, PagedList } from './paged-list.ts';
import { type ListOwner, listKey, type RemoteNode, type RemoteRepositoryNode, tagNode } from './remote-nodes.ts';

/** So many rows at once: as many as a person looks through before typing a name. */
const pageSize = 100;

/** What has been loaded of the registries' repositories and tags. Nothing is asked before somebody unfolds a row. */
export class RemoteLists {
  readonly #door: RegistryDoor;
  readonly #repositories = new Map<string, PagedList<RemoteRepository>>();
  readonly #tags = new Map<string, PagedList<RemoteTag>>();
  /** Of Docker's credential helpers, which may show dialogs: each is asked once, until everything is forgotten. */
  #answers: HelperAnswers = new Map();

  constructor(door: RegistryDoor) {
    this.#door = door;
  }

  /** The rows below an owner; the first page is loaded by the first who asks. */
  async rows(owner: ListOwner): Promise<RemoteNode[]> {
    if (owner.kind === 'registry') {
      const state = await this.#repositoriesOf(owner).state();
      const { config } = owner;
      return withEnd(owner, state, (item): RemoteNode => ({ kind: 'remote-repository', config, item }));
    }
    return withEnd(owner, await this.#tagsOf(owner).state(), (item) => tagNode(owner, item));
  }

  /** Loads a page more, or tries again where the last one failed. */
  async more(owner: ListOwner): Promise<void> {
    await (owner.kind === 'registry' ? this.#repositoriesOf(owner) : this.#tagsOf(owner)).more();
  }

  /** Forgets what was loaded: it is asked for again. */
  forget(): void {
    this.#answers = new Map();
    for (const lists of [this.#repositories, this.#tags]) {
      for (const list of lists.values()) list.dispose();
      lists.clear();
    }
  }

  #repositoriesOf(owner: Extract<ListOwner, { kind: 'registry' }>): PagedList<RemoteRepository> {
    const key = parseRegistryKey(owner.config.registry);
    return kept(this.#repositories, listKey(owner), async (after, signal) => {
      const { browser } = await this.#door.open(key, { answers: this.#answers, signal });
      return browser.repositories(key.namespace, { after, limit: pageSize }, signal);
    });
  }

  #tagsOf(owner: RemoteRepositoryNode): PagedList<RemoteTag> {
    const { repository } = owner.item;
    return kept(this.#tags, listKey(owner), async (after, signal) => {
      const { browser } = await this.#door.open(repository, { answers: this.#answers, signal });
      const page = await browser.remoteTags(repository.path, { after, limit: pageSize }, signal);
      // Some registries send all tags at once and in no order; what comes in parts has the registry's own.
      return after === undefined && page.next === undefined ? { items: page.items.toSorted(newestFirst) } : page;
    });
  }
}

function kept<T>(
  lists: Map<string, PagedList<T>>,
  key: string,
  load: ConstructorParameters<typeof PagedList<T>>[0],
): PagedList<T> {
  const list = lists.get(key) ?? new PagedList(load, pageSize);
  lists.set(key, list);
  return list;
}

function withEnd<T>(owner: ListOwner, state: ListState<T>, nodeOf: (item: T) => RemoteNode): RemoteNode[] {
  const rows = state.items.map(nodeOf);
  switch (state.kind) {
    case 'whole':
      return rows.length === 0 ? [{ kind: 'empty', owner }] : rows;
    case 'partial':
      return [...rows, { kind: 'more', owner, count: rows.length }];
    case 'failed':
      return [...rows, { kind: 'failed', owner, message: state.message }];
  }
}

let inOrder: Intl.Collator | undefined;

/** By age where both tell it; else by name, the highest number first, as of versions. */
function newestFirst(a: RemoteTag, b: RemoteTag): number {
  inOrder ??= new Intl.Collator('en', { numeric: true });
  const age = a.pushedAt && b.pushedAt ? b.pushedAt.getTime() - a.pushedAt.getTime() : 0;
  return age === 0 ? -inOrder.compare(a.name, b.name) : age;
}
