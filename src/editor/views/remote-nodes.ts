import { formatReference, formatRepository } from '../../reference/index.ts';
import type { RemoteRepository, RemoteTag } from '../../registry/index.ts';
import type { RegistryConfig } from '../registry-config.ts';

/** A repository at a registry. */
export interface RemoteRepositoryNode {
  readonly kind: 'remote-repository';
  readonly config: RegistryConfig;
  readonly item: RemoteRepository;
}

/** A tag at a registry; `reference` and `digest` are what commands read of it. */
export interface RemoteTagNode {
  readonly kind: 'remote-tag';
  readonly config: RegistryConfig;
  readonly reference: string;
  readonly digest?: string;
  readonly item: RemoteTag;
}

/** A list whose rows come page by page. */
export type ListOwner = { readonly kind: 'registry'; readonly config: RegistryConfig } | RemoteRepositoryNode;

/** What a search through a list has looked at. */
export interface Looked {
  readonly matches: number;
  readonly names: number;
}

/** What a list says at its end: that there is more, what a search found, or that it could not be loaded. */
export type EndNode = { readonly owner: ListOwner } & (
  | {
      readonly kind: 'more';
      readonly count: number;
      /** How many there are in all, where that is known. */
      readonly total: number | undefined;
      readonly looked: Looked | undefined;
    }
  | { readonly kind: 'searched'; readonly looked: Looked }
  | {
      readonly kind: 'failed';
      /** As a command about the registry reads it. */
      readonly config: RegistryConfig;
      readonly message: string;
      /** Whether another sign-in may mend it. */
      readonly signIn: boolean;
    }
  | { readonly kind: 'empty' }
);

export type RemoteNode = RemoteRepositoryNode | RemoteTagNode | EndNode;

/**
 * What a list is known by, also when its rows are made anew. A repository may stand below its host and below its
 * namespace, where both were added.
 */
export function listKey(owner: ListOwner): string {
  const { registry } = owner.config;
  return owner.kind === 'registry' ? registry : `${registry} ${formatRepository(owner.item.repository)}`;
}

/** A repository's name without the beginning that the registry's row says already. */
export function shortName({ registry }: RegistryConfig, name: string): string {
  return name.startsWith(`${registry}/`) ? name.slice(registry.length + 1) : name;
}

export function tagNode({ config, item: { repository } }: RemoteRepositoryNode, item: RemoteTag): RemoteTagNode {
  const reference = formatReference({ kind: 'tagged', repository, tag: item.name });
  return { kind: 'remote-tag', config, reference, item, ...(item.digest !== undefined && { digest: item.digest }) };
}
