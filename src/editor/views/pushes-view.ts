import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/index.ts';
import { viewIds } from '../ids.ts';
import type { PushesModel } from '../pushes-model.ts';
import { layerItem, livePushItem, type PushNode, pushNodes, recordItem } from './push-nodes.ts';

/** Drawn at most this often while a push runs, in milliseconds. */
const drawEvery = 250;

/** The view “Pushes”: what runs, with its layers, what waits, and what has ended. */
export class PushesView implements vscode.TreeDataProvider<PushNode>, Disposable {
  readonly #model: PushesModel;
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new vscode.EventEmitter<PushNode | undefined>());
  readonly onDidChangeTreeData = this.#changes.event;
  readonly #view: vscode.TreeView<PushNode>;
  #nodes: readonly PushNode[] = [];
  /** Those that went on since they were drawn; `all`: others are there than before. */
  #changed: Set<string> | 'all' = new Set();
  #timer: NodeJS.Timeout | undefined;
  #drawnAt = -Infinity;
  #loaded = false;

  constructor(model: PushesModel) {
    this.#model = model;
    this.#view = this.#store.add(vscode.window.createTreeView(viewIds.pushes, { treeDataProvider: this }));
    this.#store.add(
      this.#view.onDidChangeVisibility(({ visible }) => {
        model.look(visible);
        if (visible) void model.refresh();
      }),
    );
    this.#store.add(model.onChange((push) => this.#later(push?.id)));
    this.#store.add({ dispose: () => clearTimeout(this.#timer) });
  }

  async getChildren(node?: PushNode): Promise<PushNode[]> {
    if (node)
      return node.kind === 'push-live'
        ? node.push.layers().map((layer) => ({ kind: 'push-layer', push: node.push.id, layer }))
        : [];
    // The tree asks before it tells that it is visible.
    this.#model.look(true);
    if (!this.#loaded) await this.#model.load();
    this.#loaded = true;
    return (this.#nodes = pushNodes(this.#model.live, this.#model.past));
  }

  getTreeItem(node: PushNode): vscode.TreeItem {
    switch (node.kind) {
      case 'push-live':
        return livePushItem(node.push);
      case 'push-layer':
        return layerItem(node);
      case 'push-record':
        return recordItem(node);
    }
  }

  dispose(): void {
    this.#store.dispose();
  }

  #later(id: string | undefined): void {
    if (id === undefined) this.#changed = 'all';
    else if (this.#changed !== 'all') this.#changed.add(id);
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#drawnAt = performance.now();
        this.#draw();
      },
      Math.max(0, this.#drawnAt + drawEvery - performance.now()),
    );
  }

  #draw(): void {
    const running = this.#model.live.filter(({ phase }) => phase !== 'queued').length;
    const words = running === 1 ? '1 push runs' : `${running} pushes run`;
    this.#view.badge = running === 0 ? undefined : { value: running, tooltip: words };
    const changed = this.#changed;
    this.#changed = new Set();
    // While all rows are made anew the editor knows none of them, and a click on one would be about nothing.
    if (changed === 'all') this.#changes.fire(undefined);
    else
      for (const node of this.#nodes) if (node.kind === 'push-live' && changed.has(node.id)) this.#changes.fire(node);
  }
}
