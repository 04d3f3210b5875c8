import * as vscode from 'vscode';
import { type Disposable, DisposableStore, messageOf, plainText } from '../../base/index.ts';
import type { PushResult } from '../../push/index.ts';
import { parseRegistryKey, readCanonical, type RegistryKey } from '../../reference/index.ts';
import { accountSign } from '../account-sign.ts';
import type { Accounts } from '../accounts.ts';
import { viewIds } from '../ids.ts';
import type { RegistryContact } from '../registry-contact.ts';
import type { RegistryDoor } from '../registry-door.ts';
import type { RegistryFaults } from '../registry-faults.ts';
import { registryList, type RegistryConfig } from '../registry-list.ts';
import type { ScanBook, ScanSummary } from '../scans/scan-book.ts';
import { imageDrop } from './image-drop.ts';
import { ListLoader } from './list-loader.ts';
import { type RegistryNode, registryItem } from './registry-item.ts';
import { endItem, remoteTagItem, repositoryItem } from './remote-items.ts';
import { RemoteLists } from './remote-lists.ts';
import type { ListOwner, RemoteNode, RemoteTagNode } from './remote-nodes.ts';
import { showSearch } from './show-search.ts';
import { isTold, TagDetailsFinder } from './tag-details.ts';
import { tagTooltip } from './tag-tooltip.ts';

export type { RegistryNode } from './registry-item.ts';

type Node = RegistryNode | RemoteNode;

export interface RegistriesViewParts {
  readonly accounts: Pick<Accounts, 'find' | 'refused' | 'onDidChange'>;
  readonly contact: Pick<RegistryContact, 'transportOf' | 'certificateFile' | 'onDidChange'>;
  readonly faults: Pick<RegistryFaults, 'of' | 'afterList' | 'onDidChange'>;
  readonly door: RegistryDoor;
  /** The name of a local image that has this digest. */
  readonly localNameOf: (digest: string) => string | undefined;
  readonly book: Pick<ScanBook, 'known' | 'load' | 'onChange'>;
}

/** The view “Registries”: where one can push, and as whom, and what is there. */
export class RegistriesView implements vscode.TreeDataProvider<Node>, Disposable {
  readonly #parts: RegistriesViewParts;
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new vscode.EventEmitter<Node | undefined>());
  readonly #view: vscode.TreeView<Node>;
  readonly #lists: RemoteLists;
  readonly #details: TagDetailsFinder;
  /** The rows of tags as they were drawn last, by their references. */
  readonly #tags = new Map<string, RemoteTagNode>();
  /** The registries' rows as they were made last, to find a row's parent. */
  #registries: readonly RegistryNode[] = [];
  readonly onDidChangeTreeData = this.#changes.event;

  constructor(parts: RegistriesViewParts) {
    const { accounts, book, contact, door, faults } = parts;
    this.#parts = parts;
    const loader = new ListLoader({
      ...{ door, accounts },
      onSignIn: (config, refusal) => faults.afterList(config, refusal),
    });
    this.#lists = new RemoteLists({ loader, showSearch, signOf: (place) => accountSign(accounts, place) });
    this.#details = new TagDetailsFinder(loader);
    const options = { treeDataProvider: this, dragAndDropController: imageDrop };
    this.#view = this.#store.add(vscode.window.createTreeView(viewIds.registries, options));
    this.#store.add(registryList.onChange(() => this.#otherRegistries()));
    this.#store.add(accounts.onDidChange((key) => void this.#signInChanged(key)));
    this.#store.add(book.onChange((digest) => this.#drawTags(digest)));
    for (const source of [contact, faults]) this.#store.add(source.onDidChange(() => this.refresh()));
  }

  refresh(): void {
    this.#tags.clear();
    this.#changes.fire(undefined);
  }

  /** Those alone that hold this: while all are drawn anew the editor knows none of them. */
  #drawTags(digest: string): void {
    for (const node of this.#tags.values()) if (node.digest === digest) this.#changes.fire(node);
  }

  /** Asks the registries again for what is unfolded. */
  reload(): void {
    this.#lists.forget();
    this.refresh();
  }

  /** What was pushed is there now. */
  afterPush(result: PushResult): void {
    if (result.outcome !== 'pushed') return;
    this.#lists.pushed(readCanonical(result.target).repository);
    this.refresh();
  }

  /** Loads the next page of a list, or tries again; the argument is the row at its end. */
  async loadMore(argument: unknown): Promise<void> {
    const { owner } = (argument ?? {}) as { owner?: ListOwner };
    if (!owner) return;
    await this.#lists.more(owner);
    this.refresh();
  }

  /** Asks by which text to filter what is below a row, and shows that. */
  async filter(argument: unknown): Promise<void> {
    const owner = ownerIn(argument);
    if (!owner) return;
    const what = owner.kind === 'registry' ? 'Repositories' : 'Tags';
    const place = owner.kind === 'registry' ? owner.config.registry : owner.item.repository.path;
    const text = await vscode.window.showInputBox({
      title: plainText(`${what} of ${place} that have in their name…`, 200),
      value: this.#lists.filterOf(owner) ?? '',
      placeHolder: owner.kind === 'registry' ? 'team/api' : '1.4',
      prompt: 'Upper and lower case are the same. Empty shows all.',
      ignoreFocusOut: true,
    });
    if (text === undefined) return;
    this.#setFilter(owner, text.trim());
    await this.#view.reveal(owner as Node, { select: false, focus: false, expand: true });
  }

  clearFilter(argument: unknown): void {
    const owner = ownerIn(argument);
    if (owner) this.#setFilter(owner, '');
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node) {
      const [nodes] = await Promise.all([
        Promise.all(registryList.all().map((config) => this.#node(config))),
        this.#parts.book.load(),
      ]);
      this.#registries = nodes;
      return nodes;
    }
    if (node.kind === 'registry' || node.kind === 'remote-repository') return this.#lists.rows(node);
    return [];
  }

  getParent(node: Node): Node | undefined {
    if (node.kind !== 'remote-repository') return undefined;
    return this.#registries.find(({ config }) => config.registry === node.config.registry);
  }

  getTreeItem(node: Node): vscode.TreeItem | Promise<vscode.TreeItem> {
    const { contact, faults } = this.#parts;
    switch (node.kind) {
      case 'registry': {
        const { config } = node;
        const key = parseRegistryKey(config.registry);
        const [found, certificate] = [contact.transportOf(key.registry), contact.certificateFile(key)];
        return registryItem(node, { fault: faults.of(config), found, certificate, filter: this.#lists.filterOf(node) });
      }
      case 'remote-repository':
        return repositoryItem(node, this.#lists.filterOf(node));
      case 'remote-tag':
        this.#tags.set(node.reference, node);
        return remoteTagItem(node, this.#localName(node.digest), this.#scanOf(node.digest));
      default:
        return endItem(node);
    }
  }

  /** The editor asks for what a row does not say by itself when somebody points at it. */
  async resolveTreeItem(item: vscode.TreeItem, node: Node, token: vscode.CancellationToken): Promise<vscode.TreeItem> {
    if (node.kind !== 'remote-tag' || isTold(node.item)) return item;
    const tooltip = await this.#ask(node, token);
    if (!token.isCancellationRequested) item.tooltip = tooltip;
    return item;
  }

  dispose(): void {
    this.#store.dispose();
  }

  async #ask(node: RemoteTagNode, token: vscode.CancellationToken): Promise<vscode.MarkdownString> {
    const left = new AbortController();
    const listener = token.onCancellationRequested(() => left.abort());
    try {
      const details = await this.#details.of(node, left.signal);
      const local = this.#localName(details.digest) ?? this.#localName(details.configDigest);
      return tagTooltip(node, details, local, this.#scanOf(details.digest));
    } catch (error) {
      return tagTooltip(node, messageOf(error), this.#localName(node.digest), this.#scanOf(node.digest));
    } finally {
      listener.dispose();
    }
  }

  #localName(digest: string | undefined): string | undefined {
    return digest === undefined ? undefined : this.#parts.localNameOf(digest);
  }

  #scanOf(digest: string | undefined): ScanSummary | undefined {
    return digest === undefined ? undefined : this.#parts.book.known.get(digest);
  }

  #setFilter(owner: ListOwner, text: string): void {
    this.#lists.setFilter(owner, text);
    this.refresh();
  }

  #otherRegistries(): void {
    this.#lists.keepOnly(registryList.all());
    this.refresh();
  }

  /** Another sign-in sees other repositories. */
  async #signInChanged(key: RegistryKey | undefined): Promise<void> {
    await this.#lists.signInChanged(key);
    this.refresh();
  }

  async #node(config: RegistryConfig): Promise<RegistryNode> {
    try {
      return { kind: 'registry', config, account: await this.#parts.accounts.find(parseRegistryKey(config.registry)) };
    } catch (error) {
      return { kind: 'registry', config, account: { kind: 'fault', message: messageOf(error) } };
    }
  }
}

/** The row whose list a command is about; it passes what was clicked, and a script can pass anything. */
function ownerIn(argument: unknown): ListOwner | undefined {
  const { kind } = (argument ?? {}) as { kind?: unknown };
  return kind === 'registry' || kind === 'remote-repository' ? (argument as ListOwner) : undefined;
}
