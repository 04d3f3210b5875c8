import type { DigestReference, Reference, Repository, TaggedReference } from '../reference/index.ts';
import { type BlobReader, readBlob, type WantedBlob } from './blob-request.ts';
import { type ConfigReader, fetchConfig } from './config-request.ts';
import { Connection, type RegistryOptions } from './connection.ts';
import { deleteManifest, deleteTag, type ManifestDeleter, type TagDeleter } from './deletion.ts';
import type { ImageConfig } from './image-config.ts';
import type { Descriptor, Manifest } from './manifest.ts';
import { manifestOf, type ManifestReader, type ManifestResolver, resolveManifest } from './manifest-request.ts';
import type { Page, PageRequest } from './paging.ts';
import { listReferrers, type Referrer, type ReferrerLister } from './referrers.ts';
import { type CatalogRequest, listRepositories, type RepositoryLister } from './repository-list.ts';
import { probePushRight, type PushRight, type PushRightProbe } from './push-right.ts';
import { retagManifest, type Retagger } from './retag.ts';
import { findTagsOf, type SiblingFinder, type SiblingSearch } from './sibling-tags.ts';
import { listTags, type TagLister } from './tag-list.ts';
import type { Transport } from './wire.ts';

export interface Pinger {
  /**
   * Resolves if there is a registry, be it one that wants a sign-in first.
   *
   * @throws RegistryError, with the code `not-a-registry` if something else answers; CancelledError
   */
  ping(signal?: AbortSignal): Promise<void>;
}

export interface SignInAsker {
  /**
   * Whether the registry asks who is there before it does anything. Docker Hub and others let everybody read all the
   * same; a push wants a sign-in wherever this is true.
   *
   * @throws RegistryError, CancelledError
   */
  wantsSignIn(signal?: AbortSignal): Promise<boolean>;
}

export interface RegistryClient
  extends
    ManifestResolver,
    ManifestReader,
    ConfigReader,
    BlobReader,
    TagLister,
    RepositoryLister,
    ReferrerLister,
    TagDeleter,
    ManifestDeleter,
    SiblingFinder,
    Retagger,
    PushRightProbe,
    Pinger,
    SignInAsker {
  /** Undefined as long as that of a registry on this machine is not known. */
  readonly transport: Transport | undefined;
}

/**
 * A client of the distribution protocol (https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md).
 * Nothing is sent before the first call.
 *
 * @param registry as references name it, `docker.io` or `host[:port]`
 */
export function openRegistry(registry: string, options: RegistryOptions = {}): RegistryClient {
  return new Client(registry, options);
}

class Client implements RegistryClient {
  readonly #connection: Connection;

  constructor(host: string, options: RegistryOptions) {
    this.#connection = new Connection(host, options);
  }

  get transport(): Transport | undefined {
    return this.#connection.transport;
  }

  ping(signal?: AbortSignal): Promise<void> {
    return this.#connection.call(signal, async (signal) => {
      await this.#connection.greet(signal);
    });
  }

  wantsSignIn(signal?: AbortSignal): Promise<boolean> {
    return this.#connection.call(signal, async (signal) => {
      const { greeting } = await this.#connection.greet(signal);
      return greeting.kind !== 'open';
    });
  }

  resolve(reference: Reference, signal?: AbortSignal): Promise<Descriptor | undefined> {
    return this.#connection.use(signal, (session, signal) => resolveManifest(session, reference, signal));
  }

  manifest(
    reference: Reference,
    signal?: AbortSignal,
  ): Promise<{ descriptor: Descriptor; body: Manifest } | undefined> {
    return this.#connection.use(signal, (session, signal) => manifestOf(session, reference, signal));
  }

  config(repository: Repository, digest: string, signal?: AbortSignal): Promise<ImageConfig | undefined> {
    return this.#connection.use(signal, (session, signal) => fetchConfig(session, repository, digest, signal));
  }

  openBlob(repository: Repository, blob: WantedBlob, signal?: AbortSignal): AsyncGenerator<Uint8Array, void> {
    return readBlob(this.#connection, repository, blob, signal);
  }

  tags(repository: Repository, page: PageRequest = {}, signal?: AbortSignal): Promise<Page<string>> {
    return this.#connection.use(signal, (session, signal) => listTags(session, repository, page, signal));
  }

  repositories(page: CatalogRequest = {}, signal?: AbortSignal): Promise<Page<Repository>> {
    return this.#connection.use(signal, (session, signal) => listRepositories(session, page, signal));
  }

  referrers(
    repository: Repository,
    digest: string,
    artifactType?: string,
    signal?: AbortSignal,
  ): Promise<readonly Referrer[]> {
    const wish = { digest, artifactType };
    return this.#connection.use(signal, (session, signal) => listReferrers(session, repository, wish, signal));
  }

  deleteTag(tag: TaggedReference, signal?: AbortSignal): Promise<boolean> {
    return this.#connection.use(signal, (session, signal) => deleteTag(session, tag, signal));
  }

  deleteManifest(reference: DigestReference, signal?: AbortSignal): Promise<boolean> {
    return this.#connection.use(signal, (session, signal) => deleteManifest(session, reference, signal));
  }

  tagsOf(repository: Repository, digest: string, search?: SiblingSearch): Promise<string[]> {
    return findTagsOf(this, repository, digest, search);
  }

  retag(reference: Reference, tag: string, signal?: AbortSignal): Promise<Descriptor | undefined> {
    return this.#connection.use(signal, (session, signal) => retagManifest(session, reference, tag, signal));
  }

  mayPush(repository: Repository, signal?: AbortSignal): Promise<PushRight> {
    return this.#connection.use(signal, (session, signal) => probePushRight(session, repository, signal));
  }
}
