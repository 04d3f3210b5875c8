import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/index.ts';
import { viewIds } from '../ids.ts';
import type { PushesModel } from '../pushes-model.ts';
import { layerItem, pushItem } from './push-items.ts';
import { type PushNode, pushNodes, type PushRowNode } from './push-nodes.ts';

/** Drawn at most this often while a push runs, in milliseconds. */
const drawEvery = 250;

/** The view “Pushes”: what runs, with its layers, what waits, and what has ended. */
export class PushesView implements vscode.TreeDataProvider<PushNode>, Disposable {
  readonly #model: PushesModel;
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new vscode.EventEmitter<PushNode[] | undefined>());
  readonly onDidChangeTreeData = this.#changes.event;
  readonly #view: vscode.TreeView<PushNode>;
  #rows: readonly PushRowNode[] = [];
  /** What they said when they were drawn, by their ids. */
  readonly #drawn = new Map<string, string>();
  /** Those that went on since they were drawn. */
  readonly #wentOn = new Set<string>();
  /** Whether others may be there than before. */
  #mayDiffer = false;
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
    if (node) return node.kind === 'push' ? layersOf(node) : [];
    // The tree asks before it tells that it is visible.
    this.#model.look(true);
    if (!this.#loaded) await this.#model.load();
    this.#loaded = true;
    this.#rows = this.#now();
    this.#drawn.clear();
    return [...this.#rows];
  }

  getTreeItem(node: PushNode): vscode.TreeItem {
    if (node.kind === 'push-layer') return layerItem(node);
    const item = pushItem(node);
    this.#drawn.set(node.id, JSON.stringify(item));
    return item;
  }

  dispose(): void {
    this.#store.dispose();
  }

  #later(id: string | undefined): void {
    if (id === undefined) this.#mayDiffer = true;
    else this.#wentOn.add(id);
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
    const [mayDiffer, wentOn] = [this.#mayDiffer, new Set(this.#wentOn)];
    this.#mayDiffer = false;
    this.#wentOn.clear();
    const rows = mayDiffer ? this.#now() : this.#rows;
    // While all rows are made anew the editor knows none of them, and what is chosen in a row's menu would be about
    // nothing. Each record that is written is read again, mostly to find what is shown already.
    if (rows.length !== this.#rows.length || rows.some((row, index) => row !== this.#rows[index])) {
      this.#changes.fire(undefined);
      return;
    }
    const saysElse = (row: PushRowNode): boolean => JSON.stringify(pushItem(row)) !== this.#drawn.get(row.id);
    // What goes on has layers that do, too.
    const changed = rows.filter((row) => wentOn.has(row.id) || (mayDiffer && saysElse(row)));
    if (changed.length > 0) this.#changes.fire(changed);
  }

  /** The rows as they are now. */
  #now(): PushRowNode[] {
    return pushNodes(this.#model.live, this.#model.past, this.#rows);
  }
}

function layersOf({ id, now }: PushRowNode): PushNode[] {
  if (now.kind !== 'live') return [];
  return now.push.layers().map((layer) => ({ kind: 'push-layer', push: id, layer }));
}
