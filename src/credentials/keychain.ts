import type { Log } from '../base/index.ts';
import { formatRegistryKey, formatRepository, type RegistryKey, type Repository } from '../reference/index.ts';
import type { Credential } from './credential.ts';
import type { CredentialStore } from './credential-store.ts';
import type { DockerConfigCredentials } from './docker-config-credentials.ts';
import { describeSource } from './describe-source.ts';

/** Which credential serves for a place. */
export type KeychainAnswer =
  | {
      readonly kind: 'found';
      readonly credential: Credential;
      readonly source: 'stored' | 'docker-config';
      /** The place for which it was given. */
      readonly key: RegistryKey;
      /** Whose it is; an identity token need not say. */
      readonly account?: string;
    }
  /** One was stored, and its secret is lost: the user signs in again. */
  | { readonly kind: 'missing-secret'; readonly key: RegistryKey; readonly account?: string }
  /** The helper (`docker-credential-<helper>`) is where Docker keeps the credential, and is not asked. */
  | { readonly kind: 'none'; readonly helper?: string };

export interface KeychainOptions {
  readonly store: Pick<CredentialStore, 'get'>;
  readonly dockerConfig: Pick<DockerConfigCredentials, 'find'>;
  /** Whether Docker's configuration may be read; asked each time. */
  readonly useDockerConfig: () => boolean;
  readonly log: Log;
}

/** Given a place, finds the credential: the stored one that is nearest to it, else that of Docker's configuration. */
export class Keychain {
  readonly #options: KeychainOptions;

  constructor(options: KeychainOptions) {
    this.#options = options;
  }

  /** @throws CredentialsError `docker-config-invalid` if none is stored */
  async find(place: Repository | RegistryKey): Promise<KeychainAnswer> {
    const answer = await this.#search(place);
    const name = 'path' in place ? formatRepository(place) : formatRegistryKey(place);
    this.#options.log.debug(`credential for ${name}: ${describeSource(answer)}`);
    return answer;
  }

  async #search(place: Repository | RegistryKey): Promise<KeychainAnswer> {
    const { store, dockerConfig, useDockerConfig } = this.#options;
    for (const key of keysOver(place)) {
      const stored = await store.get(key);
      if (stored.state === 'present') return found(stored.credential, 'stored', key);
      if (stored.state === 'missing')
        return { kind: 'missing-secret', key, ...(stored.account !== undefined && { account: stored.account }) };
    }
    if (!useDockerConfig()) return { kind: 'none' };
    const registry = place.registry.toLowerCase();
    const entry = await dockerConfig.find(registry);
    return entry.kind === 'found' ? found(entry.credential, 'docker-config', { registry }) : entry;
  }
}

function found(credential: Credential, source: 'stored' | 'docker-config', key: RegistryKey): KeychainAnswer {
  const { username: account } = credential;
  return { kind: 'found', credential, source, key, ...(account !== undefined && { account }) };
}

/**
 * The keys that match a place on path boundaries, longest first. To ask for each, rather than to list what is stored,
 * finds also what the index does not know.
 */
function keysOver(place: Repository | RegistryKey): RegistryKey[] {
  // References keep the case of a host as it was written; in keys it is folded.
  const registry = place.registry.toLowerCase();
  const path = 'path' in place ? place.path : place.namespace;
  const parts = path === undefined ? [] : path.split('/');
  const namespaces = parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
  return [...namespaces.map((namespace) => ({ registry, namespace })), { registry }];
}
