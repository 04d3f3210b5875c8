import { watch } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/index.ts';
import type { ChosenEndpoint } from '../engine/index.ts';

/**
 * Tells when it is worth looking for an engine again: the window gains focus, the engine's socket comes or goes, the
 * Docker configuration changes. Signs come from the system; nothing is polled.
 */
export class EngineSigns implements Disposable {
  readonly #listener: () => void;
  readonly #home: string;
  readonly #focus: Disposable;
  #watched = new DisposableStore();

  constructor(home: string, listener: () => void) {
    this.#home = home;
    this.#listener = listener;
    this.#focus = vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) listener();
    });
  }

  /** Watches the folders that matter for this endpoint, and no others. */
  watch(chosen: ChosenEndpoint | undefined): void {
    this.#watched.dispose();
    this.#watched = new DisposableStore();
    const configuration = process.env.DOCKER_CONFIG ?? path.join(this.#home, '.docker');
    this.#watchFile(path.join(configuration, 'config.json'));
    if (chosen?.endpoint.kind === 'unix') this.#watchFile(chosen.endpoint.path);
  }

  dispose(): void {
    this.#focus.dispose();
    this.#watched.dispose();
  }

  #watchFile(file: string): void {
    const name = path.basename(file);
    try {
      // The folder, as the file itself may not be there yet, or be replaced.
      const watcher = watch(path.dirname(file), { persistent: false }, (_, changed) => {
        if (changed === null || changed === name) this.#listener();
      });
      // A folder that vanishes takes its watcher along; the window's focus is still a sign.
      watcher.on('error', () => watcher.close());
      this.#watched.add({ dispose: () => watcher.close() });
    } catch {
      // There is no such folder: then the window's focus is the sign.
    }
  }
}
