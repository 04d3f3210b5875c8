import type { LocalImage } from '../../engine/index.ts';
import { familiarReference, readCanonical } from '../../reference/index.ts';

/** A repository, as a person writes it, with the tags that this engine has of it. */
export interface RepositoryNode {
  readonly kind: 'repository';
  readonly name: string;
  readonly count: number;
  /** In order: put so when they are first asked for, as most of many repositories stay folded. */
  readonly tags: readonly TagNode[];
}

/** One name of one image. */
export interface TagNode {
  readonly kind: 'tag';
  /** Canonical. */
  readonly reference: string;
  /** As a person writes it: `api:1.4.2`. */
  readonly name: string;
  readonly tag: string;
  readonly image: LocalImage;
}

export type ImageNode = RepositoryNode | TagNode;

/** Groups images by repository, by name; within one the newest image first, then by tag, numbers in their order. */
export function imageNodes(images: readonly LocalImage[]): RepositoryNode[] {
  const repositories = new Map<string, TagNode[]>();
  for (const image of images) {
    for (const reference of image.references) {
      // Only Docker Hub's are written otherwise than they are; there can be ten thousand.
      const name = reference.startsWith('docker.io/') ? familiarReference(readCanonical(reference)) : reference;
      const colon = name.lastIndexOf(':');
      const repository = name.slice(0, colon);
      const node: TagNode = { kind: 'tag', reference, name, tag: name.slice(colon + 1), image };
      const tags = repositories.get(repository);
      if (tags) tags.push(node);
      else repositories.set(repository, [node]);
    }
  }
  return [...repositories].map(([name, tags]) => repositoryNode(name, tags)).sort((a, b) => inOrder(a.name, b.name));
}

function repositoryNode(name: string, tags: TagNode[]): RepositoryNode {
  let sorted: TagNode[] | undefined;
  return {
    kind: 'repository',
    name,
    count: tags.length,
    get tags() {
      return (sorted ??= tags.sort(newestFirst));
    },
  };
}

/** Made on first use: loading what a language needs takes longer than all else at the extension's start. */
let collator: Intl.Collator | undefined;

function inOrder(a: string, b: string): number {
  collator ??= new Intl.Collator('en', { numeric: true });
  return collator.compare(a, b);
}

function newestFirst(a: TagNode, b: TagNode): number {
  const age = (b.image.createdAt?.getTime() ?? 0) - (a.image.createdAt?.getTime() ?? 0);
  return age === 0 ? -inOrder(a.tag, b.tag) : age;
}
