import * as vscode from 'vscode';
import type { ChosenEndpoint, Endpoint } from '../engine/index.ts';
import { isLoopback } from '../reference/index.ts';

/**
 * Whether a credential may be sent to an engine. Over a socket, SSH, TLS or the loopback it may; over plain TCP others
 * could read it, so the user is asked, once for each endpoint.
 */
export class EngineTrust {
  readonly #memory: vscode.Memento;
  readonly #asking = new Map<string, Promise<boolean>>();

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  async mayTrust({ endpoint, address }: ChosenEndpoint): Promise<boolean> {
    if (isPrivate(endpoint)) return true;
    // Of several pushes at once, one asks.
    const asking = (this.#asking.get(address) ?? this.#ask(address)).finally(() => this.#asking.delete(address));
    this.#asking.set(address, asking);
    return asking;
  }

  async #ask(address: string): Promise<boolean> {
    // One entry for each endpoint, so that windows do not overwrite each other's.
    const key = `engine-trusted:${address}`;
    if (this.#memory.get(key) === true) return true;
    const send = 'Send';
    const detail = `The way to ${address} is not encrypted: whoever is on it can read the password. Without it, the push goes on with nobody signed in.`;
    const message = 'Send the registry’s password to this engine?';
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, send)) !== send) return false;
    await this.#memory.update(key, true);
    return true;
  }
}

function isPrivate(endpoint: Endpoint): boolean {
  if (endpoint.kind !== 'tcp') return true;
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  return endpoint.tls !== undefined || isLoopback(host);
}
