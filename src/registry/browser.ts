import type { Repository } from '../reference/index.ts';
import type { Platform } from './manifest.ts';
import type { Page, PageRequest } from './paging.ts';

/** A repository at a registry, as far as its list tells. */
export interface RemoteRepository {
  readonly repository: Repository;
  readonly tagCount?: number;
  readonly updatedAt?: Date;
}

/** A tag at a registry, as far as the list of tags tells: most registries give names alone. */
export interface RemoteTag {
  readonly name: string;
  readonly digest?: string;
  /** Compressed, as it is stored. */
  readonly sizeBytes?: number;
  readonly pushedAt?: Date;
  /** Of an index; empty for one whose platforms are not told. */
  readonly platforms?: readonly Platform[];
}

export interface RepositoryBrowser {
  /**
   * The repositories in a namespace, or all that the account may see where none is given.
   *
   * @throws RegistryError `listing-unsupported` where the registry does not list; others; CancelledError
   */
  repositories(namespace: string | undefined, page: PageRequest, signal?: AbortSignal): Promise<Page<RemoteRepository>>;
}

export interface TagBrowser {
  /**
   * The tags of a repository with what the list tells of each.
   *
   * @throws RegistryError, CancelledError
   */
  remoteTags(path: string, page: PageRequest, signal?: AbortSignal): Promise<Page<RemoteTag>>;
}

/** What can be looked through at a registry. */
export type Browser = RepositoryBrowser & TagBrowser;
