import { type FSWatcher, watch } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Disposable } from '../base/index.ts';
import type { ChosenEndpoint } from '../engine/index.ts';

/**
 * Tells when it is worth looking for an engine again: the window gains focus, the engine's socket comes or goes, the
 * Docker configuration changes. Signs come from the system; nothing is polled.
 */
export class EngineSigns implements Disposable {
  readonly #listener: () => void;
  readonly #home: string;
  readonly #focus: Disposable;
  readonly #watched = new Map<string, FileWatch>();

  constructor(home: string, listener: () => void) {
    this.#home = home;
    this.#listener = listener;
    let before = vscode.window.state.focused;
    this.#focus = vscode.window.onDidChangeWindowState(({ focused }) => {
      // The event also tells whether the person is active.
      if (focused && !before) listener();
      before = focused;
    });
  }

  /** Watches the files that matter for this endpoint, and no others. */
  watch(chosen: ChosenEndpoint | undefined): void {
    const configuration = process.env.DOCKER_CONFIG || path.join(this.#home, '.docker');
    const files = new Set([path.join(configuration, 'config.json')]);
    if (chosen?.endpoint.kind === 'unix') files.add(chosen.endpoint.path);
    for (const [file, watch] of this.#watched)
      if (!files.has(file)) {
        watch.dispose();
        this.#watched.delete(file);
      }
    // What is watched already stays so: between an end and a new beginning a sign would be lost.
    for (const file of files)
      if (!this.#watched.has(file)) this.#watched.set(file, new FileWatch(file, this.#listener));
  }

  dispose(): void {
    this.#focus.dispose();
    for (const watch of this.#watched.values()) watch.dispose();
  }
}

/**
 * Tells when a file comes, goes or changes, be it there yet or not. What is watched is its folder, or the nearest one
 * above that exists, as an engine makes the folder of its socket when it starts.
 */
class FileWatch implements Disposable {
  readonly #file: string;
  readonly #listener: () => void;
  #watcher: FSWatcher | undefined;
  #disposed = false;

  constructor(file: string, listener: () => void) {
    this.#file = file;
    this.#listener = listener;
    this.#arm();
  }

  dispose(): void {
    this.#disposed = true;
    this.#watcher?.close();
  }

  #arm(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    let child = this.#file;
    for (let folder = path.dirname(child); folder !== child && !this.#watcher; folder = path.dirname(folder)) {
      this.#watcher = this.#tryWatch(folder, path.basename(child));
      child = folder;
    }
  }

  #tryWatch(folder: string, name: string): FSWatcher | undefined {
    try {
      const watcher = watch(folder, { persistent: false }, (_, changed) => {
        if (this.#disposed || watcher !== this.#watcher) return;
        if (changed !== null && changed !== name && changed !== path.basename(folder)) return;
        // A folder on the way may have come or gone.
        this.#arm();
        this.#listener();
      });
      watcher.on('error', () => watcher.close());
      return watcher;
    } catch {
      // There is no such folder yet, or it may not be watched.
      return undefined;
    }
  }
}
