import * as vscode from 'vscode';
import { type Disposable, DisposableStore, type Log } from '../base/index.ts';
import type { RegistryOptions, Transport } from '../registry/index.ts';
import type { RegistryKey, Repository } from '../reference/index.ts';
import { registryOf, type RegistryConfig } from './registry-list.ts';

export interface RegistryContactParts {
  readonly registries: () => readonly RegistryConfig[];
  readonly log: Log;
  readonly userAgent: string;
}

/** How registries are contacted, and by which transport each was found in this window. */
export class RegistryContact implements Disposable {
  readonly #parts: RegistryContactParts;
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new vscode.EventEmitter<undefined>());
  readonly onDidChange = this.#changes.event;
  readonly #found = new Map<string, Transport>();

  constructor(parts: RegistryContactParts) {
    this.#parts = parts;
  }

  /** @param log another than that of the extension, as that of one push */
  optionsFor(place: Repository | RegistryKey, log = this.#parts.log): RegistryOptions {
    const { registry } = place;
    const transport = registryOf(place, this.#parts.registries())?.transport;
    const onFound = (found: Transport): void => {
      if (this.#found.get(registry) === found) return;
      this.#found.set(registry, found);
      this.#changes.fire(undefined);
    };
    return { log, userAgent: this.#parts.userAgent, onFound, ...(transport && { transport }) };
  }

  /** By which transport a registry was found where none is set; undefined before that. */
  transportOf(registry: string): Transport | undefined {
    return this.#found.get(registry);
  }

  dispose(): void {
    this.#store.dispose();
  }
}
