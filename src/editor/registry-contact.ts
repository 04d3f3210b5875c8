import * as vscode from 'vscode';
import { type Disposable, DisposableStore, type Log } from '../base/index.ts';
import type { RegistryOptions, Transport } from '../registry/index.ts';
import type { RegistryKey, Repository } from '../reference/index.ts';
import type { RegistryCertificates } from './registry-certificates.ts';
import { registryOf, type RegistryConfig } from './registry-list.ts';

export interface RegistryContactParts {
  readonly registries: () => readonly RegistryConfig[];
  readonly certificates: Pick<RegistryCertificates, 'certificatesFor' | 'fileFor'>;
  readonly onCertificatesChange: (listener: () => void) => Disposable;
  readonly log: Log;
  readonly userAgent: string;
}

/** How registries are contacted, and by which transport each was found in this window. */
export class RegistryContact implements Disposable {
  readonly #parts: RegistryContactParts;
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new vscode.EventEmitter<string | undefined>());
  /** Told the host that was found by another transport; undefined where the certificates changed, of whichever. */
  readonly onDidChange = this.#changes.event;
  readonly #found = new Map<string, Transport>();

  constructor(parts: RegistryContactParts) {
    this.#parts = parts;
    this.#store.add(parts.onCertificatesChange(() => this.#changes.fire(undefined)));
  }

  /** @param log another than that of the extension, as that of one push */
  optionsFor(place: Repository | RegistryKey, log = this.#parts.log): RegistryOptions {
    const { registry } = place;
    const { certificates, registries, userAgent } = this.#parts;
    const set = registryOf(place, registries())?.transport;
    // Who names a certificate for a registry on this machine wants it checked, too.
    const transport = set ?? (certificates.fileFor(place) === undefined ? undefined : 'https');
    const ca = (): Promise<string | undefined> => certificates.certificatesFor(place);
    const onFound = (found: Transport): void => {
      if (this.#found.get(registry) === found) return;
      this.#found.set(registry, found);
      this.#changes.fire(registry);
    };
    return { log, userAgent, onFound, ca, ...(transport && { transport }) };
  }

  /** The file with which a registry's certificate is trusted; undefined where none is named. */
  certificateFile(place: Repository | RegistryKey): string | undefined {
    return this.#parts.certificates.fileFor(place);
  }

  /** By which transport a registry was found where none is set; undefined before that. */
  transportOf(registry: string): Transport | undefined {
    return this.#found.get(registry);
  }

  dispose(): void {
    this.#store.dispose();
  }
}
