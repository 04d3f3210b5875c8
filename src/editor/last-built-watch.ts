import path from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/index.ts';
import type { ImageEvent } from '../engine/index.ts';
import type { EngineSession } from './engine-session.ts';
import type { ImagesModel, ImagesState } from './images-model.ts';
import type { LastBuiltFinder } from './last-built.ts';
import type { LastBuiltItem } from './status-bar.ts';
import { settings } from './settings.ts';
import type { WorkspacePushes } from './workspace-pushes.ts';

export interface LastBuiltParts {
  readonly finder: LastBuiltFinder;
  readonly item: LastBuiltItem;
  readonly pushes: WorkspacePushes;
  readonly session: EngineSession;
  readonly images: ImagesModel;
}

/** By these a workspace is one where images are built. */
const buildFile = /^(?:(?:.+\.)?(?:Dockerfile|Containerfile)|(?:docker-)?compose(?:\..+)?\.ya?ml)$/iu;
const names = [
  ...['Dockerfile', 'Containerfile', '*.Dockerfile'],
  ...['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'],
];

/**
 * Keeps the status-bar item right. It is there only where images are built or were pushed from, and asks an engine by
 * itself only when that is on this machine; of another one it shows what the view brings.
 */
export class LastBuiltWatch implements Disposable {
  readonly #parts: LastBuiltParts;
  readonly #store = new DisposableStore();
  #wanted = false;

  constructor(parts: LastBuiltParts) {
    this.#parts = parts;
    this.#store.add(settings.onStatusBarItemChange(() => void this.start()));
    this.#store.add(
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (buildFile.test(path.posix.basename(uri.path))) void this.start();
      }),
    );
  }

  /** Finds out whether the item is wanted here, and looks for an engine if so. */
  async start(): Promise<void> {
    const { images, pushes, session } = this.#parts;
    this.#wanted = settings.showStatusBarItem() && (pushes.any() || (await hasBuildFile()));
    images.look('status bar', this.#wanted && (await session.isLocal()));
    this.changed(images.state);
  }

  heard(event: ImageEvent): void {
    this.#parts.finder.hear(event);
  }

  changed(state: ImagesState): void {
    const { finder, item } = this.#parts;
    item.show(this.#wanted && state.kind === 'ready' ? finder.find(state.images) : undefined);
  }

  dispose(): void {
    this.#store.dispose();
  }
}

async function hasBuildFile(): Promise<boolean> {
  // At the top and one folder below: where builds are, and nothing that takes long. Braces cannot be nested.
  const pattern = `{${[...names, ...names.map((name) => `*/${name}`)].join(',')}}`;
  const found = await vscode.workspace.findFiles(pattern, '**/node_modules/**', 1);
  return found.length > 0;
}
