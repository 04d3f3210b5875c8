import type { Log } from '../base/index.ts';
import { formatRegistryKey, formatRepository, type RegistryKey, type Repository } from '../reference/index.ts';
import { accountOf, type Credential } from './credential.ts';
import type { CredentialStore, StoredCredential } from './credential-store.ts';
import { type CredentialHelpers, programName } from './credential-helpers.ts';
import type { DockerConfigCredentials } from './docker-config-credentials.ts';
import { describeSource } from './describe-source.ts';
import { CredentialsError } from './errors.ts';
import type { HelperAnswer, HelperAnswers } from './helper-answers.ts';
import type { MachineSignInId } from './machine-sign-in.ts';
import type { MachineSignIns } from './machine-sign-ins.ts';

/** Which credential serves for a place. */
export type KeychainAnswer =
  | ({
      readonly kind: 'found';
      readonly credential: Credential;
      /** The place for which it was given. */
      readonly key: RegistryKey;
      /** Whose it is; an identity token need not say. */
      readonly account?: string;
    } & CredentialSource)
  /** One was stored, and its secret is lost: the user signs in again. */
  | { readonly kind: 'missing-secret'; readonly key: RegistryKey; readonly account?: string }
  /** Something would have to be asked for it; here that was not wanted. */
  | ({ readonly kind: 'unasked' } & AskedSource)
  | ({ readonly kind: 'source-failed'; readonly error: CredentialsError } & AskedSource)
  /** With the helper that was asked. */
  | { readonly kind: 'none'; readonly helper?: string };

/** Where a credential comes from: VS Code's secrets, the text of Docker's configuration, or what has to be asked. */
export type CredentialSource = { readonly source: 'stored' | 'docker-config' } | HelperSource | MachineSource;

/** `docker-credential-<helper>`, which Docker's configuration names. */
interface HelperSource {
  readonly source: 'helper';
  readonly helper: string;
}

interface MachineSource {
  readonly source: 'machine';
  readonly signIn: MachineSignInId;
}

/** What has to be asked for a credential each time, with the place for which it was chosen and whose it is. */
type AskedSource = HelperSource | (MachineSource & { readonly key: RegistryKey; readonly account?: string });

/** Leave to run Docker's credential helpers and to ask this machine's sign-ins, which can take long. */
export interface AskHelpers {
  /** What was said already, and where new answers are put. */
  readonly answers: HelperAnswers;
  readonly signal?: AbortSignal;
}

export interface KeychainOptions {
  readonly store: Pick<CredentialStore, 'get'>;
  readonly dockerConfig: Pick<DockerConfigCredentials, 'find'>;
  readonly helpers: Pick<CredentialHelpers, 'get'>;
  readonly machine: Pick<MachineSignIns, 'grant'>;
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

  /**
   * Runs and asks nothing unless `ask` is given. Its failure is an answer: the registry may want no sign-in.
   *
   * @throws CredentialsError `docker-config-invalid` if none is stored; CancelledError when the signal aborts
   */
  async find(place: Repository | RegistryKey, ask?: AskHelpers): Promise<KeychainAnswer> {
    const answer = await this.#search(place, ask);
    const name = 'path' in place ? formatRepository(place) : formatRegistryKey(place);
    this.#options.log.debug(`credential for ${name}: ${describeSource(answer)}`);
    return answer;
  }

  async #search(place: Repository | RegistryKey, ask: AskHelpers | undefined): Promise<KeychainAnswer> {
    const { store, dockerConfig, useDockerConfig } = this.#options;
    for (const key of keysOver(place)) {
      const stored = await store.get(key);
      if (stored.state === 'present') return found(stored.credential, { source: 'stored' }, key);
      if (stored.state === 'missing')
        return { kind: 'missing-secret', key, ...(stored.account !== undefined && { account: stored.account }) };
      if (stored.state === 'machine') return this.#ofMachine(key, stored, ask);
    }
    if (!useDockerConfig()) return { kind: 'none' };
    const registry = place.registry.toLowerCase();
    const entry = await dockerConfig.find(registry);
    if (entry.kind === 'found') return found(entry.credential, { source: 'docker-config' }, { registry });
    if (entry.kind === 'none') return entry;
    const { helper, address } = entry;
    if (!ask) return { kind: 'unasked', source: 'helper', helper };
    const answer = await this.#ask(helper, address, ask);
    if (answer.kind === 'failed') return { kind: 'source-failed', source: 'helper', helper, error: answer.error };
    if (answer.kind === 'none') return { kind: 'none', helper };
    return found(answer.credential, { source: 'helper', helper }, { registry });
  }

  async #ofMachine(
    key: RegistryKey,
    { signIn, account }: Extract<StoredCredential, { state: 'machine' }>,
    ask: AskHelpers | undefined,
  ): Promise<KeychainAnswer> {
    const from = { source: 'machine', signIn, key, ...(account !== undefined && { account }) } as const;
    if (!ask) return { kind: 'unasked', ...from };
    try {
      const { signal } = ask;
      const granted = await this.#options.machine.grant(signIn, key, {
        ...{ interactive: false, ...(account !== undefined && { account }) },
        ...(signal && { signal }),
      });
      const whose = granted.account ?? account ?? accountOf(granted.credential);
      const { credential } = granted;
      return { kind: 'found', credential, ...from, ...(whose !== undefined && { account: whose }) };
    } catch (error) {
      if (!(error instanceof CredentialsError)) throw error;
      this.#options.log.warn(error.message);
      return { kind: 'source-failed', ...from, error };
    }
  }

  /** An answer that was given up, or that failed in a way nobody foresaw, is none to keep. */
  #ask(helper: string, address: string, { answers, signal }: AskHelpers): Promise<HelperAnswer> {
    const name = `${helper} ${address}`;
    const asked = answers.get(name) ?? this.#run(helper, address, signal);
    answers.set(name, asked);
    return asked.catch((error: unknown) => {
      answers.delete(name);
      throw error;
    });
  }

  async #run(helper: string, address: string, signal: AbortSignal | undefined): Promise<HelperAnswer> {
    this.#options.log.debug(`asking ${programName(helper)} for ${address}`);
    try {
      const credential = await this.#options.helpers.get(helper, address, signal);
      return credential ? { kind: 'found', credential } : { kind: 'none' };
    } catch (error) {
      if (!(error instanceof CredentialsError)) throw error;
      this.#options.log.warn(error.message);
      return { kind: 'failed', error };
    }
  }
}

function found(credential: Credential, source: CredentialSource, key: RegistryKey): KeychainAnswer {
  const account = accountOf(credential);
  return { kind: 'found', credential, ...source, key, ...(account !== undefined && { account }) };
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
