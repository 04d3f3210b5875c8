import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/index.ts';
import { registryItem, viewIds } from '../ids.ts';
import { registryList, type RegistryConfig } from '../registry-list.ts';

export interface RegistryNode {
  readonly kind: 'registry';
  readonly config: RegistryConfig;
}

/** The view “Registries”: where one can push. */
export class RegistriesView implements vscode.TreeDataProvider<RegistryNode>, Disposable {
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new vscode.EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.#changes.event;

  constructor() {
    this.#store.add(vscode.window.createTreeView(viewIds.registries, { treeDataProvider: this }));
    this.#store.add(registryList.onChange(() => this.refresh()));
  }

  refresh(): void {
    this.#changes.fire(undefined);
  }

  getChildren(node?: RegistryNode): RegistryNode[] {
    return node ? [] : registryList.all().map((config) => ({ kind: 'registry', config }));
  }

  getTreeItem({ config }: RegistryNode): vscode.TreeItem {
    const { registry, name, transport } = config;
    const item = new vscode.TreeItem(registry);
    const facts = [name, transport === undefined || transport === 'https' ? undefined : transport].filter(Boolean);
    item.id = `registry ${registry}`;
    item.description = facts.join(' · ');
    item.iconPath = new vscode.ThemeIcon('server');
    item.contextValue = registryItem;
    item.accessibilityInformation = { label: [registry, ...facts].join(', ') };
    return item;
  }

  dispose(): void {
    this.#store.dispose();
  }
}
