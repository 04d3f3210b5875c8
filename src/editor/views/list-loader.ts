import { isOfSignIn, needsSignIn, SidedError } from '../../base/index.ts';
import type { HelperAnswers } from '../../credentials/index.ts';
import { parseRegistryKey, type RegistryKey, type Repository } from '../../reference/index.ts';
import type { Page, PageRequest, RegistryClient } from '../../registry/index.ts';
import type { RegistryConfig } from '../registry-config.ts';
import type { OpenRegistry, RegistryDoor } from '../registry-door.ts';
import type { ListOwner } from './remote-nodes.ts';

export interface ListLoaderParts {
  readonly door: Pick<RegistryDoor, 'open'>;
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

  /**
   * Opens a registry, unless it has refused the credential.
   *
   * @throws RegistryError, CredentialsError
   */
  async open(place: RegistryKey | Repository, signal: AbortSignal): Promise<OpenRegistry> {
    const registry = await this.#parts.door.open(place, { answers: this.#answers, signal });
    const refused = this.#refusals.get(registry.client);
    if (refused) throw refused;
    return registry;
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
    const registry = await this.open(place, signal);
    const limit = searching && registry.provider?.browse === undefined ? searchPageSize : pageSize;
    return this.asking(config, registry, signal, () => ask(registry, { after, limit }, signal));
  }

  /** Asks something of an open registry, and takes note of what that says of the credential. */
  async asking<T>(
    config: RegistryConfig,
    registry: OpenRegistry,
    signal: AbortSignal,
    ask: () => Promise<T>,
  ): Promise<T> {
    const signedIn = registry.account.kind === 'found';
    try {
      const answer = await ask();
      if (signedIn) this.#parts.onSignIn(config, undefined);
      return answer;
    } catch (error) {
      if (!(error instanceof SidedError) || signal.aborted) throw error;
      const { account } = registry;
      // Nobody was signed in because what gives the credential failed: that is what has to be mended.
      if (account.kind === 'source-failed' && (isOfSignIn(error.code) || error.code === 'listing-unsupported'))
        throw account.error;
      const { status } = error as { status?: number };
      if (signedIn && needsSignIn(error.code)) {
        this.#refusals.set(registry.client, error);
        this.#parts.onSignIn(config, error);
      } else if (!signedIn && error.code === 'listing-unsupported' && (status === 401 || status === 403))
        this.#unsigned.add(error);
      throw error;
    }
  }
}
