import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore, messageOf } from '../../base/index.ts';
import type { ChosenEndpoint } from '../../engine/index.ts';
import { describeEngine } from '../engine-session.ts';
import { contextKeys, imageItem, viewIds } from '../ids.ts';
import { type ImagesModel, type ImagesState, reasonOf } from '../images-model.ts';
import { formatAge, formatBytes } from '../quantities.ts';
import type { PushesModel } from '../pushes-model.ts';
import type { ScanBook, ScanSummary } from '../scans/scan-book.ts';
import { worstWords } from '../scans/scan-words.ts';
import { type Standing, standingMark, Standings, standingWords } from '../standing.ts';
import { imageNodes, type ImageNode, type RepositoryNode, type TagNode } from './image-nodes.ts';
import { imageDrag } from './image-drop.ts';
import { imageTooltip } from './image-tooltip.ts';

/** With so few tags there is nothing to gain from folding them away. */
const fewTags = 12;

interface Drawing {
  readonly of: ImagesState;
  readonly repositories: RepositoryNode[];
  readonly few: boolean;
}

/** The view “Images”: the local images of the engine in use. */
export class ImagesView implements vscode.TreeDataProvider<ImageNode>, Disposable {
  readonly #model: ImagesModel;
  readonly #book: Pick<ScanBook, 'known' | 'load' | 'summary' | 'onChange'>;
  readonly #pushes: Pick<PushesModel, 'load' | 'past' | 'seen' | 'onChange'>;
  #standings = new Standings([], new Map());
  /** What they were made of. */
  #known = '';
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new vscode.EventEmitter<ImageNode[] | undefined>());
  readonly onDidChangeTreeData = this.#changes.event;
  readonly #view: vscode.TreeView<ImageNode>;
  /** The repositories that were folded (`false`) or unfolded by hand. An engine that comes back has new rows. */
  readonly #unfolded = new Map<string, boolean>();
  #drawing: Drawing | undefined;
  /** How the tags stand by what their rows, and the hovers on them, show. */
  readonly #shown = new Map<TagNode, string>();
  /** The first rows, once somebody has asked for them since the view was shown. */
  #first: Promise<void> | undefined;
  /** Whether all is read that rows tell of, so that they can be given at once. */
  #isRead = false;

  constructor(
    model: ImagesModel,
    pushes: Pick<PushesModel, 'load' | 'past' | 'seen' | 'onChange'>,
    book: Pick<ScanBook, 'known' | 'load' | 'summary' | 'onChange'>,
  ) {
    this.#model = model;
    this.#book = book;
    this.#store.add(book.onChange(() => this.#drawChanged()));
    this.#pushes = pushes;
    this.#store.add(pushes.onChange((push) => push || this.#drawStandings()));
    this.#view = this.#store.add(
      vscode.window.createTreeView(viewIds.images, {
        treeDataProvider: this,
        showCollapseAll: true,
        canSelectMany: true,
        dragAndDropController: imageDrag,
      }),
    );
    this.#store.add(this.#view.onDidChangeVisibility(({ visible }) => this.#model.look('view', visible)));
    this.#store.add(this.#view.onDidCollapseElement(({ element }) => this.#unfolded.set(element.name, false)));
    this.#store.add(this.#view.onDidExpandElement(({ element }) => this.#unfolded.set(element.name, true)));
  }

  /** Draws the model anew. */
  update(state: ImagesState): void {
    this.#view.description = descriptionOf(state);
    if (state.kind === 'no-engine') {
      // The key that brings up the welcome text comes last, else another text would be seen first.
      void setContext(contextKeys.reason, reasonOf(state.error));
      void setContext(contextKeys.address, state.chosen?.address);
      void setContext(contextKeys.engine, state.kind);
    }
    if (this.#isRead && this.#view.visible) {
      void this.#show(state);
      return;
    }
    this.#isRead = false;
    // Who waits for the first rows gets this state with them; another drawing right behind would be for nothing.
    if (!this.#first) this.#changes.fire(undefined);
  }

  getChildren(node?: ImageNode): ImageNode[] | Promise<ImageNode[]> {
    if (node) return node.kind === 'repository' ? [...node.tags] : [];
    // The tree asks before it tells that it is visible.
    this.#model.look('view', true);
    return this.#isRead ? this.#rows() : this.#firstRows();
  }

  getTreeItem(node: ImageNode): vscode.TreeItem {
    if (node.kind === 'repository') return this.#repositoryItem(node);
    this.#shown.set(node, this.#signOf(node));
    return tagItem(node, this.#standingOf(node), this.#book.known.get(node.image.id));
  }

  async resolveTreeItem(
    item: vscode.TreeItem,
    node: ImageNode,
    token: vscode.CancellationToken,
  ): Promise<vscode.TreeItem> {
    const { state } = this.#model;
    if (node.kind !== 'tag' || state.kind !== 'ready') return item;
    const { id } = node.image;
    const [details, scan] = await Promise.all([
      state.connection.engine.inspectImage(id).catch((error: unknown) => messageOf(error)),
      this.#book.summary(id),
    ]);
    if (!token.isCancellationRequested) item.tooltip = imageTooltip(node, details, this.#standingOf(node), scan);
    return item;
  }

  dispose(): void {
    this.#store.dispose();
  }

  async #firstRows(): Promise<ImageNode[]> {
    this.#first ??= this.#readFirst();
    await this.#first;
    return this.#rows();
  }

  async #readFirst(): Promise<void> {
    try {
      await Promise.all([this.#model.settled(), this.#read()]);
      // An engine can take long, and pushes end meanwhile.
      this.#findStandings();
      this.#isRead = this.#model.state.kind !== 'idle';
    } finally {
      this.#first = undefined;
    }
  }

  /** The rows of what the model has now, and the text where there are none. */
  #rows(): ImageNode[] {
    const { of, repositories } = this.#draw(this.#model.state);
    // With rows to come, no text is wanted, nor one that says that there are none.
    if (of.kind === 'ready') void setContext(contextKeys.engine, repositories.length === 0 ? 'ready' : undefined);
    return repositories;
  }

  /** Reads what other windows did, too. */
  async #read(): Promise<void> {
    await Promise.all([this.#pushes.load(), this.#book.load()]);
    this.#findStandings();
  }

  /**
   * Draws a state. From when all rows are drawn anew until they are given to the editor, it knows none of them, and what
   * is chosen in a row's menu then comes without the row. So all that they tell is read before, and of the same rows
   * only those are drawn that have become older, or stand otherwise.
   */
  async #show(state: ImagesState): Promise<void> {
    await this.#read();
    // Another one came meanwhile.
    if (state !== this.#model.state) return;
    if (this.#drawing && sameRows(this.#drawing.of, state)) {
      this.#drawing = { ...this.#drawing, of: state };
      this.#rows();
      this.#drawChanged();
    } else this.#changes.fire(undefined);
  }

  /** Draws those rows anew of which a push, or a look at a registry, has changed how they stand. */
  #drawStandings(): void {
    if (this.#view.visible && this.#isRead && this.#findStandings()) this.#drawChanged();
  }

  #drawChanged(): void {
    if (!this.#view.visible || !this.#isRead) return;
    const changed = [...this.#shown].flatMap(([node, shown]) => (this.#signOf(node) === shown ? [] : [node]));
    if (changed.length > 0) this.#changes.fire(changed);
  }

  #standingOf({ image, reference }: TagNode): Standing {
    return this.#standings.of(reference, image.id);
  }

  /** What its row, and the hover on it, show beside what never changes. */
  #signOf(node: TagNode): string {
    const { createdAt, id } = node.image;
    return JSON.stringify([this.#standingOf(node), this.#book.known.get(id), createdAt && formatAge(createdAt)]);
  }

  #findStandings(): boolean {
    const { past, seen } = this.#pushes;
    const ended = past.flatMap(({ id, result }) =>
      result?.outcome === 'pushed' || result?.outcome === 'unknown' ? [id] : [],
    );
    const known = JSON.stringify([ended, [...seen]]);
    if (known === this.#known) return false;
    this.#known = known;
    this.#standings = new Standings(past, seen);
    return true;
  }

  #draw(state: ImagesState): Drawing {
    if (this.#drawing?.of !== state) {
      const repositories = state.kind === 'ready' ? imageNodes(state.images) : [];
      const tags = repositories.reduce((sum, { count }) => sum + count, 0);
      this.#drawing = { of: state, repositories, few: tags <= fewTags };
      this.#shown.clear();
    }
    return this.#drawing;
  }

  #repositoryItem({ name, count }: RepositoryNode): vscode.TreeItem {
    const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const unfolded = this.#unfolded.get(name) ?? this.#drawing?.few;
    const item = new vscode.TreeItem(name, unfolded ? Expanded : Collapsed);
    item.id = `repository ${name}`;
    item.iconPath = new vscode.ThemeIcon('package');
    item.contextValue = 'dockerPush.repository';
    item.accessibilityInformation = { label: `${name}, ${count === 1 ? '1 tag' : `${count} tags`}` };
    return item;
  }
}

function tagItem(
  { reference, name, tag, image }: TagNode,
  standing: Standing,
  scan: ScanSummary | undefined,
): vscode.TreeItem {
  const item = new vscode.TreeItem(tag, vscode.TreeItemCollapsibleState.None);
  const facts = [formatBytes(image.sizeBytes), ...(image.createdAt ? [formatAge(image.createdAt)] : [])];
  item.id = `tag ${reference}`;
  const worst = scan && worstWords(scan.counts);
  item.description = [...facts, worst, standingMark(standing)].filter((fact) => fact !== undefined).join(' · ');
  item.iconPath = new vscode.ThemeIcon('tag');
  item.contextValue = imageItem;
  const vulnerable = worst === undefined ? undefined : `${worst} vulnerabilities`;
  const words = [name, ...facts, vulnerable, standingWords(standing)].filter((fact) => fact !== undefined);
  item.accessibilityInformation = { label: words.join(', ') };
  return item;
}

/** Whether two lists make the same rows: what an engine tells beside is asked for when somebody points at one. */
function sameRows(before: ImagesState, now: ImagesState): boolean {
  if (before.kind !== 'ready' || now.kind !== 'ready' || before.images.length !== now.images.length) return false;
  return now.images.every(({ createdAt, id, references, sizeBytes }, index) => {
    const other = before.images[index];
    return (
      other?.id === id &&
      other.sizeBytes === sizeBytes &&
      other.createdAt?.getTime() === createdAt?.getTime() &&
      other.references.length === references.length &&
      references.every((reference, at) => other.references[at] === reference)
    );
  });
}

function descriptionOf(state: ImagesState): string {
  switch (state.kind) {
    case 'idle':
      return '';
    case 'ready':
      return describeEngine(state.connection);
    case 'no-engine':
      return state.chosen ? shortAddress(state.chosen) : '';
  }
}

/** A socket by its path, as the whole address is seldom seen beside a title. */
function shortAddress({ endpoint, address }: ChosenEndpoint): string {
  if (endpoint.kind !== 'unix') return address;
  const home = homedir();
  return endpoint.path.startsWith(`${home}/`) ? `~${endpoint.path.slice(home.length)}` : endpoint.path;
}

function setContext(key: string, value: string | undefined): Thenable<unknown> {
  return vscode.commands.executeCommand('setContext', key, value);
}
