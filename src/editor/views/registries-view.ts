import * as vscode from 'vscode';
import { type Disposable, DisposableStore, messageOf, plainText } from '../../base/index.ts';
import type { KeychainAnswer } from '../../credentials/index.ts';
import { parseRegistryKey } from '../../reference/index.ts';
import type { Accounts } from '../accounts.ts';
import { registryItems, viewIds } from '../ids.ts';
import { registryList, type RegistryConfig } from '../registry-list.ts';

export interface RegistryNode {
  readonly kind: 'registry';
  readonly config: RegistryConfig;
  readonly account: KeychainAnswer | { readonly kind: 'fault'; readonly message: string };
}

/** The view “Registries”: where one can push, and as whom. */
export class RegistriesView implements vscode.TreeDataProvider<RegistryNode>, Disposable {
  readonly #accounts: Accounts;
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new vscode.EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.#changes.event;

  constructor(accounts: Accounts) {
    this.#accounts = accounts;
    this.#store.add(vscode.window.createTreeView(viewIds.registries, { treeDataProvider: this }));
    this.#store.add(registryList.onChange(() => this.refresh()));
    this.#store.add(accounts.onDidChange(() => this.refresh()));
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
    const facts = [
      account.kind === 'fault' ? account.message : describeSource(account),
      name === undefined ? undefined : plainText(name, 80),
      transport === undefined || transport === 'https' ? undefined : transport,
    ].filter((fact) => fact !== undefined);
    const needsCare = account.kind === 'fault' || account.kind === 'missing-secret';
    item.id = `registry ${registry}`;
    item.description = facts.join(' · ');
    item.tooltip = [registry, ...facts].join('\n');
    item.iconPath = new vscode.ThemeIcon(needsCare ? 'warning' : 'server');
    item.contextValue = registryItems[menuFor(account)];
    item.accessibilityInformation = { label: [registry, ...facts].join(', ') };
    return item;
  }

  dispose(): void {
    this.#store.dispose();
  }

  async #node(config: RegistryConfig): Promise<RegistryNode> {
    try {
      return { kind: 'registry', config, account: await this.#accounts.find(parseRegistryKey(config.registry)) };
    } catch (error) {
      return { kind: 'registry', config, account: { kind: 'fault', message: messageOf(error) } };
    }
  }
}

function menuFor({ kind }: RegistryNode['account']): keyof typeof registryItems {
  if (kind === 'missing-secret') return 'signInAgain';
  return kind === 'none' ? 'signedOut' : 'signedIn';
}
