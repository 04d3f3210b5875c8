import { formatReference, formatRepository } from '../../reference/index.ts';
import type { RemoteRepository, RemoteTag } from '../../registry/index.ts';
import type { RegistryConfig } from '../registry-list.ts';

/** A repository at a registry. */
export interface RemoteRepositoryNode {
  readonly kind: 'remote-repository';
  readonly config: RegistryConfig;
  readonly item: RemoteRepository;
}

/** A tag at a registry; `reference` and `digest` are what commands read of it. */
export interface RemoteTagNode {
  readonly kind: 'remote-tag';
  readonly reference: string;
  readonly digest?: string;
  readonly item: RemoteTag;
}

/** A list whose rows come page by page. */
export type ListOwner = { readonly kind: 'registry'; readonly config: RegistryConfig } | RemoteRepositoryNode;

/** What a list says at its end: that there is more, or that it could not be loaded. */
export type EndNode =
  | { readonly kind: 'more'; readonly owner: ListOwner; readonly count: number }
  | { readonly kind: 'failed'; readonly owner: ListOwner; readonly message: string }
  | { readonly kind: 'empty'; readonly owner: ListOwner };

export type RemoteNode = RemoteRepositoryNode | RemoteTagNode | EndNode;

/** What a list is known by, also when its rows are made anew. */
export function listKey(owner: ListOwner): string {
  return owner.kind === 'registry' ? `registry ${owner.config.registry}` : formatRepository(owner.item.repository);
}

export function tagNode({ item: { repository } }: RemoteRepositoryNode, item: RemoteTag): RemoteTagNode {
  const reference = formatReference({ kind: 'tagged', repository, tag: item.name });
  return { kind: 'remote-tag', reference, item, ...(item.digest !== undefined && { digest: item.digest }) };
}
