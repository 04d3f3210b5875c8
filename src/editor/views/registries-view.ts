import * as vscode from 'vscode';
import { type Disposable, DisposableStore, isOfSignIn, messageOf, needsSignIn, plainText } from '../../base/index.ts';
import type { KeychainAnswer } from '../../credentials/index.ts';
import { parseRegistryKey } from '../../reference/index.ts';
import type { Accounts } from '../accounts.ts';
import { registryItems, viewIds } from '../ids.ts';
import type { RegistryContact } from '../registry-contact.ts';
import type { RegistryDoor } from '../registry-door.ts';
import type { RegistryFault, RegistryFaults } from '../registry-faults.ts';
import { registryList, type RegistryConfig } from '../registry-list.ts';
import { endItem, remoteTagItem, repositoryItem } from './remote-items.ts';
import { RemoteLists } from './remote-lists.ts';
import type { ListOwner, RemoteNode } from './remote-nodes.ts';

export interface RegistryNode {
  readonly kind: 'registry';
  readonly config: RegistryConfig;
  readonly account: KeychainAnswer | { readonly kind: 'fault'; readonly message: string };
}

export interface RegistriesViewParts {
  readonly accounts: Pick<Accounts, 'find' | 'onDidChange'>;
  readonly contact: Pick<RegistryContact, 'transportOf' | 'certificateFile' | 'onDidChange'>;
  readonly faults: Pick<RegistryFaults, 'of' | 'onDidChange'>;
  readonly door: RegistryDoor;
  /** The name of a local image that has this digest. */
  readonly localNameOf: (digest: string) => string | undefined;
}

/** A helper is not asked for the sake of a view, so whether it holds a sign-in is not known. */
function mayLackSignIn(account: RegistryNode['account']): boolean {
  return account.kind === 'none' || (account.kind === 'unasked' && account.source === 'helper');
}

/** The view “Registries”: where one can push, and as whom. */
export class RegistriesView implements vscode.TreeDataProvider<RegistryNode | RemoteNode>, Disposable {
  readonly #parts: RegistriesViewParts;
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new vscode.EventEmitter<RegistryNode | RemoteNode | undefined>());
  readonly #lists: RemoteLists;
  readonly onDidChangeTreeData = this.#changes.event;

  constructor(parts: RegistriesViewParts) {
    this.#parts = parts;
    this.#lists = new RemoteLists(parts.door);
    this.#store.add(vscode.window.createTreeView(viewIds.registries, { treeDataProvider: this }));
    this.#store.add(registryList.onChange(() => this.refresh()));
    // Another sign-in sees other repositories.
    this.#store.add(parts.accounts.onDidChange(() => this.#lists.forget()));
    for (const source of [parts.accounts, parts.contact, parts.faults])
      this.#store.add(source.onDidChange(() => this.refresh()));
  }

  refresh(): void {
    this.#changes.fire(undefined);
  }

  /** Asks the registries again for what is unfolded. */
  reload(): void {
    this.#lists.forget();
    this.refresh();
  }

  /** Loads the next page of a list, or tries again; the argument is the row at its end. */
  async loadMore(argument: unknown): Promise<void> {
    const { owner } = (argument ?? {}) as { owner?: ListOwner };
    if (!owner) return;
    await this.#lists.more(owner);
    this.refresh();
  }

  getChildren(node?: RegistryNode | RemoteNode): Promise<(RegistryNode | RemoteNode)[]> {
    if (!node) return Promise.all(registryList.all().map((config) => this.#node(config)));
    if (node.kind === 'registry' || node.kind === 'remote-repository') return this.#lists.rows(node);
    return Promise.resolve([]);
  }

  getTreeItem(node: RegistryNode | RemoteNode): vscode.TreeItem | Promise<vscode.TreeItem> {
    switch (node.kind) {
      case 'registry':
        return this.#registryItem(node);
      case 'remote-repository':
        return repositoryItem(node);
      case 'remote-tag':
        return remoteTagItem(node, node.digest === undefined ? undefined : this.#parts.localNameOf(node.digest));
      default:
        return endItem(node);
    }
  }

  async #registryItem({ config, account }: RegistryNode): Promise<vscode.TreeItem> {
    const { describeSource } = await import('../../credentials/index.ts');
    const { registry, name, transport } = config;
    const item = new vscode.TreeItem(registry, vscode.TreeItemCollapsibleState.Collapsed);
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
    const lines = [registry, ...facts, fault?.message, this.#reached(config), this.#trusted(config)];
    item.tooltip = lines.filter((line) => line).join('\n');
    item.iconPath = new vscode.ThemeIcon(needsCare ? 'warning' : 'server');
    item.contextValue = registryItems[menuFor(account, fault)];
    item.accessibilityInformation = { label: [registry, ...facts].join(', ') };
    return item;
  }

  dispose(): void {
    this.#store.dispose();
  }

  /** With which file, where one is named and a certificate is checked. */
  #trusted({ registry, transport }: RegistryConfig): string | undefined {
    const file = this.#parts.contact.certificateFile(parseRegistryKey(registry));
    return file !== undefined && transport !== 'http' && transport !== 'https-unverified'
      ? `Its certificate is trusted by ${file}.`
      : undefined;
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

function menuFor(account: RegistryNode['account'], fault: RegistryFault | undefined): keyof typeof registryItems {
  if (mayLackSignIn(account)) return 'signedOut';
  const again = fault !== undefined && isOfSignIn(fault.code);
  if (again || account.kind === 'missing-secret') return 'signInAgain';
  if (account.kind !== 'found') return 'signedIn';
  return account.source === 'stored' || account.source === 'machine' ? 'signedIn' : 'borrowed';
}

/** Undefined where the account says it already. */
function faultWords({ code, words }: RegistryFault, account: RegistryNode['account']): string | undefined {
  if (!needsSignIn(code) || account.kind === 'found') return words;
  return mayLackSignIn(account) ? 'asks for a sign-in' : undefined;
}
