import { isOfSignIn, needsSignIn, SidedError } from '../../base/index.ts';
import type { HelperAnswers } from '../../credentials/index.ts';
import { parseRegistryKey, type RegistryKey, type Repository } from '../../reference/index.ts';
import type { Page, PageRequest, RegistryClient } from '../../registry/index.ts';
import type { Accounts } from '../accounts.ts';
import type { RegistryConfig } from '../registry-config.ts';
import type { OpenRegistry, RegistryDoor } from '../registry-door.ts';
import type { ListOwner } from './remote-nodes.ts';

export interface ListLoaderParts {
  readonly door: Pick<RegistryDoor, 'open'>;
  readonly accounts: Pick<Accounts, 'refused'>;
  /** Told that a registry refused the credential that it was given, or took it. */
  readonly onSignIn: (config: RegistryConfig, refusal: SidedError | undefined) => void;
}

/** Asks an open registry for a page. */
export type AskPage<T> = (registry: OpenRegistry, page: PageRequest, signal: AbortSignal) => Promise<Page<T>>;

/** So many rows at once: as many as a person looks through before typing a name. */
export const pageSize = 100;
/** The protocol's lists may be asked for so much while names are looked for; what providers take is less, or not known. */
const searchPageSize = 1_000;

/** Asks registries for pages of lists. One that refuses the credential is not asked again until somebody says so. */
export class ListLoader {
  readonly #parts: ListLoaderParts;
  /** By the client: with another credential there is another one. */
  #refusals = new WeakMap<RegistryClient, SidedError>();
  /** Failures that a first sign-in may mend. */
  readonly #unsigned = new WeakSet<object>();
  /** Of Docker's credential helpers, which may show dialogs: each is asked once. */
  #answers: HelperAnswers = new Map();

  constructor(parts: ListLoaderParts) {
    this.#parts = parts;
  }

  /** From now on those that refused a credential are asked again. */
  pardon(): void {
    this.#refusals = new WeakMap();
  }

  /** Helpers are asked anew, too. */
  forget(): void {
    this.#answers = new Map();
    this.pardon();
  }

  /** Whether another sign-in, or one, may mend a failure. */
  wantsSignIn(error: unknown): boolean {
    return error instanceof SidedError && (isOfSignIn(error.code) || this.#unsigned.has(error));
  }

  /**
   * @param searching whether names are being looked for, and as many wanted as come at once
   * @throws RegistryError, CredentialsError, CancelledError
   */
  async load<T>(
    owner: ListOwner,
    searching: boolean,
    ask: AskPage<T>,
    after: string | undefined,
    signal: AbortSignal,
  ): Promise<Page<T>> {
    const { config } = owner;
    const place = owner.kind === 'registry' ? parseRegistryKey(config.registry) : owner.item.repository;
    return this.asking(config, place, signal, (registry) => {
      const limit = searching && registry.provider?.browse === undefined ? searchPageSize : pageSize;
      return ask(registry, { after, limit }, signal);
    });
  }

  /**
   * Asks something of a registry, unless it has refused the credential, and takes note of what the answer says of that.
   *
   * @throws RegistryError, CredentialsError, CancelledError
   */
  async asking<T>(
    config: RegistryConfig,
    place: RegistryKey | Repository,
    signal: AbortSignal,
    ask: (registry: OpenRegistry) => Promise<T>,
  ): Promise<T> {
    for (let isRenewed = false; ; isRenewed = true) {
      const registry = await this.#open(place, signal);
      try {
        const answer = await ask(registry);
        if (registry.account.kind === 'found') this.#parts.onSignIn(config, undefined);
        return answer;
      } catch (error) {
        if (!(error instanceof SidedError) || signal.aborted) throw error;
        // What a sign-in of this machine granted may have ended before its time: it is made anew, once.
        const mayRenew = !isRenewed && needsSignIn(error.code);
        if (!mayRenew || !(await this.#parts.accounts.refused(registry.account)))
          throw this.#noted(config, registry, error);
      }
    }
  }

  async #open(place: RegistryKey | Repository, signal: AbortSignal): Promise<OpenRegistry> {
    const registry = await this.#parts.door.open(place, { answers: this.#answers, signal });
    const refused = this.#refusals.get(registry.client);
    if (refused) throw refused;
    return registry;
  }

  /** Takes note of what a failure says of the credential. Returns what is to be thrown. */
  #noted(config: RegistryConfig, { account, client }: OpenRegistry, error: SidedError): SidedError {
    // Nobody was signed in because what gives the credential failed: that is what has to be mended.
    if (account.kind === 'source-failed' && (isOfSignIn(error.code) || error.code === 'listing-unsupported'))
      return account.error;
    const { status } = error as { status?: number };
    const signedIn = account.kind === 'found';
    if (signedIn && needsSignIn(error.code)) {
      this.#refusals.set(client, error);
      this.#parts.onSignIn(config, error);
    } else if (!signedIn && error.code === 'listing-unsupported' && (status === 401 || status === 403))
      this.#unsigned.add(error);
    return error;
  }
}
