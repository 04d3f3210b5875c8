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
import { registryList } from '../registry-list.ts';
import type { ScanBook, ScanSummary } from '../scans/scan-book.ts';
import { imageDrop } from './image-drop.ts';
import { ListLoader } from './list-loader.ts';
import { registryItem } from './registry-item.ts';
import { type RegistryNode, RegistryRows } from './registry-rows.ts';
import { endItem, remoteTagItem, repositoryItem } from './remote-items.ts';
import { RemoteLists } from './remote-lists.ts';
import type { ListOwner, RemoteNode, RemoteTagNode } from './remote-nodes.ts';
import { showSearch } from './show-search.ts';
import { isTold, TagDetailsFinder } from './tag-details.ts';
import { tagTooltip } from './tag-tooltip.ts';

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
  readonly #changes = this.#store.add(new vscode.EventEmitter<Node | Node[] | undefined>());
  readonly #view: vscode.TreeView<Node>;
  readonly #lists: RemoteLists;
  readonly #details: TagDetailsFinder;
  readonly #rows: RegistryRows;
  /** Their first reading, once somebody has asked for them since the view was shown. */
  #first: Promise<void> | undefined;
  /** Whether they are read, so that they can be given at once. */
  #isRead = false;
  /** How often they have changed before they could be drawn. */
  #missed = 0;
  /** The rows of tags as they were drawn last, by their references. */
  readonly #tags = new Map<string, RemoteTagNode>();
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
    this.#rows = new RegistryRows({ accounts, registries: registryList.all });
    const options = { treeDataProvider: this, dragAndDropController: imageDrop };
    this.#view = this.#store.add(vscode.window.createTreeView(viewIds.registries, options));
    this.#store.add(registryList.onChange(() => this.#otherRegistries()));
    this.#store.add(accounts.onDidChange((key) => void this.#signInChanged(key)));
    this.#store.add(book.onChange((digest) => this.#drawTags(digest)));
    this.#store.add(
      contact.onDidChange((host) => {
        void this.#draw(({ config }) => host === undefined || parseRegistryKey(config.registry).registry === host);
      }),
    );
    this.#store.add(faults.onDidChange((name) => void this.#draw(({ config }) => config.registry === name)));
  }

  /** Those alone that hold this: while all are drawn anew the editor knows none of them. */
  #drawTags(digest: string): void {
    for (const node of this.#tags.values()) if (node.digest === digest) this.#changes.fire(node);
  }

  /** Asks the registries again for what is unfolded. */
  reload(): void {
    this.#lists.forget();
    this.#tags.clear();
    void this.#draw(() => true);
  }

  /** What was pushed is there now. */
  afterPush(result: PushResult): void {
    if (result.outcome !== 'pushed') return;
    const loaded = this.#lists.pushed(readCanonical(result.target).repository);
    void this.#draw(({ config }) => loaded.has(config.registry));
  }

  /** Loads the next page of a list, or tries again; the argument is the row at its end. */
  async loadMore(argument: unknown): Promise<void> {
    const { owner } = (argument ?? {}) as { owner?: ListOwner };
    if (!owner) return;
    await this.#lists.more(owner);
    await this.#draw(isOf(owner));
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
    await this.#setFilter(owner, text.trim());
    await this.#view.reveal(owner as Node, { select: false, focus: false, expand: true });
  }

  async clearFilter(argument: unknown): Promise<void> {
    const owner = ownerIn(argument);
    if (owner) await this.#setFilter(owner, '');
  }

  getChildren(node?: Node): Node[] | Promise<Node[]> {
    if (!node) return this.#isRead ? [...this.#rows.all] : this.#firstRows();
    if (node.kind === 'registry' || node.kind === 'remote-repository') return this.#lists.rows(node);
    return [];
  }

  getParent(node: Node): Node | undefined {
    if (node.kind !== 'remote-repository') return undefined;
    return this.#rows.all.find(({ config }) => config.registry === node.config.registry);
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

  async #setFilter(owner: ListOwner, text: string): Promise<void> {
    this.#lists.setFilter(owner, text);
    await this.#draw(isOf(owner));
  }

  #otherRegistries(): void {
    this.#lists.keepOnly(registryList.all());
    void this.#draw();
  }

  /** Another sign-in sees other repositories. */
  async #signInChanged(key: RegistryKey | undefined): Promise<void> {
    const loaded = await this.#lists.signInChanged(key);
    await this.#draw(({ config }) => loaded.has(config.registry));
  }

  async #firstRows(): Promise<Node[]> {
    this.#first ??= this.#readFirst();
    await this.#first;
    return [...this.#rows.all];
  }

  async #readFirst(): Promise<void> {
    let missed: number;
    do {
      missed = this.#missed;
      await Promise.all([this.#rows.read(), this.#parts.book.load()]);
    } while (missed !== this.#missed);
    this.#isRead = true;
    this.#first = undefined;
  }

  /**
   * Draws these registries anew, with what is below them, and those where something else is set or another sign-in serves.
   * From when all are drawn anew until they are given to the editor it knows none of them, and what is chosen in a row's
   * menu then comes without the row; so that is done only where there are others, and all is read before.
   *
   * @param which is drawn also where it says the same
   */
  async #draw(which: (row: RegistryNode) => boolean = () => false): Promise<void> {
    if (!this.#isRead || !this.#view.visible) {
      this.#isRead = false;
      this.#missed += 1;
      if (!this.#first) this.#changes.fire(undefined);
      return;
    }
    const { areOthers, changed } = await this.#rows.read();
    const rows = this.#rows.all.filter((row) => changed.has(row) || which(row));
    if (areOthers) {
      this.#tags.clear();
      this.#changes.fire(undefined);
    } else if (rows.length > 0) this.#changes.fire(rows);
  }
}

/** The row whose list a command is about; it passes what was clicked, and a script can pass anything. */
function ownerIn(argument: unknown): ListOwner | undefined {
  const { kind } = (argument ?? {}) as { kind?: unknown };
  return kind === 'registry' || kind === 'remote-repository' ? (argument as ListOwner) : undefined;
}

/** Of the registry whose list it is, or the list of one of its repositories: its row stays, and knows its account. */
function isOf({ config: { registry } }: ListOwner): (row: RegistryNode) => boolean {
  return ({ config }) => config.registry === registry;
}
