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
  /** What the rows say that are there; empty where one was drawn for itself since. */
  #drawn = '';
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
    this.#nodes = pushNodes(this.#model.live, this.#model.past);
    this.#drawn = this.#told(this.#nodes);
    return [...this.#nodes];
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
    // While all rows are made anew the editor knows none of them, and a click on one, or a menu that is open, would be
    // about nothing. Each record that is written is read again, mostly to find what is shown already.
    if (changed === 'all') {
      if (this.#told(pushNodes(this.#model.live, this.#model.past)) !== this.#drawn) this.#changes.fire(undefined);
      return;
    }
    for (const node of this.#nodes) {
      if (node.kind !== 'push-live' || !changed.has(node.id)) continue;
      this.#drawn = '';
      this.#changes.fire(node);
    }
  }

  /** All that the rows say, and that their commands go by. */
  #told(nodes: readonly PushNode[]): string {
    return JSON.stringify(
      nodes.map((node) => [this.getTreeItem(node), node.kind === 'push-record' ? node.record : undefined]),
    );
  }
}
