import type * as vscode from 'vscode';
import { formatRepository, parseRepository, type Repository } from '../reference/index.ts';

const prefix = 'pushed:';

/** Where images went from this workspace, one entry for each local repository. It is this workspace's alone. */
export class WorkspacePushes {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  /** The repository to which the images of a local one (canonical) went last. */
  destinationOf(source: string): Repository | undefined {
    const stored = this.#memory.get(prefix + source);
    try {
      return typeof stored === 'string' ? parseRepository(stored) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Whether anything was pushed from here. */
  any(): boolean {
    return this.#memory.keys().some((key) => key.startsWith(prefix));
  }

  async remember(source: string, repository: Repository): Promise<void> {
    await this.#memory.update(prefix + source, formatRepository(repository));
  }
}
