import { messageOf } from '../../base/index.ts';
import type { KeychainAnswer } from '../../credentials/index.ts';
import { parseRegistryKey } from '../../reference/index.ts';
import type { Accounts } from '../accounts.ts';
import type { RegistryConfig } from '../registry-config.ts';

/** Who is signed in, or why that is not known. */
export type RegistryAccount = KeychainAnswer | { readonly kind: 'fault'; readonly message: string };

/**
 * A registry. It is the same for as long as the registry is in the list, as the editor does not know another row before it
 * has drawn all of them anew, and a menu that is open is then about none.
 */
export interface RegistryNode {
  readonly kind: 'registry';
  config: RegistryConfig;
  account: RegistryAccount;
}

export interface RegistryRowsParts {
  readonly registries: () => readonly RegistryConfig[];
  readonly accounts: Pick<Accounts, 'find'>;
}

/** What has changed since the rows were read last. */
export interface RowChanges {
  /** Whether there are others, or the same in another order. */
  readonly areOthers: boolean;
  /** Those that are set otherwise, or where another sign-in serves. */
  readonly changed: ReadonlySet<RegistryNode>;
}

/** The rows of the registries: what is configured, and as whom one is signed in there. */
export class RegistryRows {
  readonly #parts: RegistryRowsParts;
  #all: readonly RegistryNode[] = [];
  #turn = 0;

  constructor(parts: RegistryRowsParts) {
    this.#parts = parts;
  }

  /** In the order of the setting, as they were read last. */
  get all(): readonly RegistryNode[] {
    return this.#all;
  }

  /** Reads them anew; nobody is asked and nothing contacted. Of two that run, the later one finds all changes. Never rejects. */
  async read(): Promise<RowChanges> {
    const turn = ++this.#turn;
    const changed = new Set<RegistryNode>();
    const found = await Promise.all(this.#parts.registries().map((config) => this.#read(config)));
    if (turn !== this.#turn) return { areOthers: false, changed };
    const before = this.#all;
    this.#all = found.map(({ config, account }) => {
      const known = before.find((row) => row.config.registry === config.registry);
      if (!known) return { kind: 'registry', config, account };
      if (JSON.stringify([config, account]) !== JSON.stringify([known.config, known.account])) changed.add(known);
      return Object.assign(known, { config, account });
    });
    const areOthers = before.length !== this.#all.length || this.#all.some((row, index) => row !== before[index]);
    return { areOthers, changed };
  }

  async #read(config: RegistryConfig): Promise<Pick<RegistryNode, 'config' | 'account'>> {
    try {
      return { config, account: await this.#parts.accounts.find(parseRegistryKey(config.registry)) };
    } catch (error) {
      return { config, account: { kind: 'fault', message: messageOf(error) } };
    }
  }
}
