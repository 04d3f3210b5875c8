import type * as vscode from 'vscode';
import { formatRepository, parseRepository, type Repository } from '../reference/index.ts';

const prefix = 'pushed:';
const last = 'last-request';

/**
 * What was pushed from this workspace: where images went, one entry for each local repository, and the last request. It
 * is this workspace's alone.
 */
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

  /** What was remembered last as a request; whoever reads it checks it. */
  lastRequest(): unknown {
    return this.#memory.get(last);
  }

  /** @param request JSON, and no secret in it */
  async rememberRequest(request: unknown): Promise<void> {
    await this.#memory.update(last, request);
  }

  async remember(source: string, repository: Repository): Promise<void> {
    await this.#memory.update(prefix + source, formatRepository(repository));
  }
}
