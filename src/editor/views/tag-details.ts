import { SidedError } from '../../base/index.ts';
import { readCanonical } from '../../reference/index.ts';
import type { RemoteTag, TagDetails } from '../../registry/index.ts';
import type { ListLoader } from './list-loader.ts';
import type { RemoteTagNode } from './remote-nodes.ts';

/** What is kept at most: a digest's details never change. */
const mostKept = 1_000;

/** Whether the list has told of a tag what a person looks for first. */
export function isTold({ digest, sizeBytes, pushedAt }: RemoteTag): boolean {
  return digest !== undefined && sizeBytes !== undefined && pushedAt !== undefined;
}

/** Finds out of one tag, when somebody points at it, what the list of tags did not tell. */
export class TagDetailsFinder {
  readonly #loader: ListLoader;
  readonly #found = new Map<string, TagDetails>();

  constructor(loader: ListLoader) {
    this.#loader = loader;
  }

  /** @throws RegistryError, CredentialsError, CancelledError, SidedError `tag-absent` */
  async of({ config, reference, digest: told }: RemoteTagNode, signal: AbortSignal): Promise<TagDetails> {
    const tag = readCanonical(reference);
    const { repository } = tag;
    const absent = (): SidedError =>
      new SidedError('registry', 'tag-absent', `The registry has no ${reference} any more.`);
    return this.#loader.asking(config, repository, signal, async ({ client }) => {
      const digest = told ?? (await client.resolve(tag, signal))?.digest;
      if (digest === undefined) throw absent();
      const key = `${repository.registry}/${repository.path}@${digest}`;
      const known = this.#found.get(key);
      if (known) return known;
      const { readTagDetails } = await import('../../registry/index.ts');
      const details = await readTagDetails(client, { kind: 'digest', repository, digest }, signal);
      if (details === undefined) throw absent();
      if (this.#found.size >= mostKept) this.#found.clear();
      this.#found.set(key, details);
      return details;
    });
  }
}
