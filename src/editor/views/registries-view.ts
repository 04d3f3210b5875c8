import * as vscode from 'vscode';
import { type Disposable, DisposableStore, messageOf, plainText } from '../../base/index.ts';
import type { KeychainAnswer } from '../../credentials/index.ts';
import { parseRegistryKey } from '../../reference/index.ts';
import type { Accounts } from '../accounts.ts';
import { registryItems, viewIds } from '../ids.ts';
import type { RegistryContact } from '../registry-contact.ts';
import type { RegistryFault, RegistryFaults } from '../registry-faults.ts';
import { registryList, type RegistryConfig } from '../registry-list.ts';

export interface RegistryNode {
  readonly kind: 'registry';
  readonly config: RegistryConfig;
  readonly account: KeychainAnswer | { readonly kind: 'fault'; readonly message: string };
}

export interface RegistriesViewParts {
  readonly accounts: Pick<Accounts, 'find' | 'onDidChange'>;
  readonly contact: Pick<RegistryContact, 'transportOf' | 'onDidChange'>;
  readonly faults: Pick<RegistryFaults, 'of' | 'onDidChange'>;
}

/** A helper is not asked for the sake of a view, so whether it holds a sign-in is not known. */
const mayLackSignIn = new Set<RegistryNode['account']['kind']>(['none', 'unasked']);

/** The view “Registries”: where one can push, and as whom. */
export class RegistriesView implements vscode.TreeDataProvider<RegistryNode>, Disposable {
  readonly #parts: RegistriesViewParts;
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new vscode.EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.#changes.event;

  constructor(parts: RegistriesViewParts) {
    this.#parts = parts;
    this.#store.add(vscode.window.createTreeView(viewIds.registries, { treeDataProvider: this }));
    this.#store.add(registryList.onChange(() => this.refresh()));
    for (const source of [parts.accounts, parts.contact, parts.faults])
      this.#store.add(source.onDidChange(() => this.refresh()));
  }

  refresh(): void {
    this.#changes.fire(undefined);
  }

  getChildren(node?: RegistryNode): Promise<RegistryNode[]> {
    return node ? Promise.resolve([]) : Promise.all(registryList.all().map((config) => this.#node(config)));
  }

  async getTreeItem({ config, account }: RegistryNode): Promise<vscode.TreeItem> {
    const { describeSource } = await import('../../credentials/index.ts');
    const { registry, name, transport } = config;
    const item = new vscode.TreeItem(registry);
    const fault = this.#parts.faults.of(config);
    const facts = [
      account.kind === 'fault' ? account.message : describeSource(account),
      fault && faultWords(fault, account),
      name === undefined ? undefined : plainText(name, 80),
      transport === undefined || transport === 'https' ? undefined : transport,
    ].filter((fact) => fact !== undefined);
    const needsCare = fault !== undefined || account.kind === 'fault' || account.kind === 'missing-secret';
    item.id = `registry ${registry}`;
    item.description = facts.join(' · ');
    item.tooltip = [registry, ...facts, fault?.message, this.#reached(config)].filter((line) => line).join('\n');
    item.iconPath = new vscode.ThemeIcon(needsCare ? 'warning' : 'server');
    item.contextValue = registryItems[menuFor(account, fault)];
    item.accessibilityInformation = { label: [registry, ...facts].join(', ') };
    return item;
  }

  dispose(): void {
    this.#store.dispose();
  }

  /** By which transport, where that was looked for. */
  #reached({ registry, transport }: RegistryConfig): string | undefined {
    const found = transport ? undefined : this.#parts.contact.transportOf(parseRegistryKey(registry).registry);
    if (found === 'http') return 'Reached by plain HTTP, as it is on the loopback.';
    return found && 'Reached by HTTPS, its certificate not checked, as it is on the loopback.';
  }

  async #node(config: RegistryConfig): Promise<RegistryNode> {
    try {
      return { kind: 'registry', config, account: await this.#parts.accounts.find(parseRegistryKey(config.registry)) };
    } catch (error) {
      return { kind: 'registry', config, account: { kind: 'fault', message: messageOf(error) } };
    }
  }
}

function menuFor({ kind }: RegistryNode['account'], fault: RegistryFault | undefined): keyof typeof registryItems {
  if (mayLackSignIn.has(kind)) return 'signedOut';
  const again = fault?.code === 'unauthorized' || fault?.code === 'denied';
  return again || kind === 'missing-secret' ? 'signInAgain' : 'signedIn';
}

/** Undefined where the account says it already. */
function faultWords({ code, words }: RegistryFault, { kind }: RegistryNode['account']): string | undefined {
  if (code !== 'unauthorized' || kind === 'found') return words;
  return mayLackSignIn.has(kind) ? 'asks for a sign-in' : undefined;
}
