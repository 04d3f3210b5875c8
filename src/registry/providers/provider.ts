import type { Clock } from '../../base/index.ts';
import type { Credential, MachineSignInId } from '../../credentials/index.ts';
import type { Repository, TaggedReference } from '../../reference/index.ts';
import type { Browser } from '../browser.ts';
import type { RegistryClient } from '../client.ts';
import type { RegistryScan } from '../vulnerability.ts';
import type { ApiDoor } from './api.ts';
import type { EcrApi, EcrPublicApi } from './aws.ts';

export type ProviderId =
  | 'docker-hub'
  | 'github'
  | 'gitlab'
  | 'ecr'
  | 'ecr-public'
  | 'google'
  | 'azure'
  | 'quay'
  | 'harbor'
  | 'artifactory'
  | 'gitea'
  | 'digitalocean'
  | 'generic';

/** How a person gives a credential for it. */
export interface CredentialForm {
  /** What stands before the user name, in its owner's words: `Docker ID`. */
  readonly username: string;
  /** Where it is always the same, as `AWS`: then it is not asked. */
  readonly fixedUsername?: string;
  /** Where the secret is the user name too: then it is asked once, and the user name is not to be shown either. */
  readonly usernameIsSecret?: true;
  /** What the secret is, and which rights it needs: `Access token with Read & Write`. */
  readonly secret: string;
  /** Where one makes it; only an address that was verified. */
  readonly page?: (host: string) => string;
}

/** How one of a provider's registries is named: `host[:port][/namespace]`. */
export interface ProviderPlace {
  readonly prompt: string;
  readonly example: string;
  /** What stands there already, where most have the same. */
  readonly value?: string;
}

/** What this machine has already: a sign-in of its own, or the key file of a service account of Google's. */
export type OfferedSignIn = MachineSignInId | 'service-account-key';

/** What a refusal means, in plain words, and what helps. */
export interface Explanation {
  /** One of those in docs/scripting.md. */
  readonly code: string;
  readonly message: string;
}

/** Whether a tag may be pushed again with other content. */
export type Mutability =
  | { readonly kind: 'mutable' }
  | { readonly kind: 'immutable'; readonly reason: string }
  /** It is not known, and is not guessed. */
  | { readonly kind: 'unknown' };

/** What `createRepository` makes, in words for the question before. */
export interface Creation {
  /** With its name: `the project acme`. The same words for two paths mean one and the same. */
  readonly what: string;
  /** Who sees it then, in a sentence, where that is known. */
  readonly seenBy?: string;
  /** Whose right it takes, where it is not the registry's account that creates it. */
  readonly by?: string;
}

/** An image as it lies in a registry: by its digest, so that a tag that moved in between does not matter. */
export interface PushedImage {
  readonly repository: Repository;
  readonly digest: string;
  readonly tag?: string | undefined;
}

/** What is known of one registry when its provider is asked. */
export interface ProviderParts {
  /** `host[:port]`, as references name it. */
  readonly registry: string;
  readonly client: RegistryClient;
  readonly credential: Credential | undefined;
  /** For what its own API gives beside the distribution protocol. */
  readonly api: ApiDoor;
  readonly clock: Clock;
  /** The protocol's own lists, for what its API does not give, or not to this credential. */
  readonly lists: Browser;
  /** Amazon's APIs, where who uses this machine is signed in to AWS. */
  readonly ecr?: EcrApi | undefined;
  readonly ecrPublic?: EcrPublicApi | undefined;
}

/** A kind of registry: what is known of it beyond the protocol. One small file each; nothing here is a guess. */
export interface Provider {
  readonly id: ProviderId;
  /** As its owner writes it. */
  readonly name: string;
  /** What to type to add one: the host itself, or an example for it. */
  readonly host: string;
  /** What is typed to add one, where that is not its `host` and nothing else. */
  readonly place?: ProviderPlace;
  /** Whether it runs under any host's name: then a setting may say so of one, and only then. */
  readonly selfManaged?: true;
  /** Whether a host is its by the name alone. A self-managed one is told by the setting. */
  readonly owns: (registry: string) => boolean;
  readonly credential: CredentialForm;
  /** How one signs in beside typing: only at a host that is its by name, so that no other is given what is granted. */
  readonly signIns?: (host: string) => readonly OfferedSignIn[];
  /** How its repositories and tags are listed where the protocol's own lists are not for users. */
  readonly browse?: (parts: ProviderParts) => Browser;
  /** The web page of an image. */
  readonly webPage?: (target: TaggedReference) => string | undefined;
  /** What the registry's own words mean. Matched loosely, whatever the engine put around them. */
  readonly explain?: (words: string, target: TaggedReference) => Explanation | undefined;
  /** Whether the tag can be replaced, as far as its API tells. */
  readonly mutability?: (parts: ProviderParts, target: TaggedReference, signal?: AbortSignal) => Promise<Mutability>;
  /**
   * What the registry's own scan says of an image. Absent where the registry does not scan or does not tell.
   *
   * @throws RegistryError, CancelledError
   */
  readonly scan?: (parts: ProviderParts, image: PushedImage, signal?: AbortSignal) => Promise<RegistryScan>;
  /** Where a push does not make the repository: how it is made. Absent where a push does. */
  readonly createRepository?: (parts: ProviderParts, path: string, signal?: AbortSignal) => Promise<void>;
  /** What that makes for a repository; undefined where it can make none. */
  readonly creation?: (place: Repository) => Creation | undefined;
}
