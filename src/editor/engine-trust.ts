import type { Memento } from 'vscode';
import type { ChosenEndpoint, Endpoint } from '../engine/index.ts';
import { isLoopback } from '../reference/index.ts';

/**
 * Whether a credential may be sent to an engine. Over a socket, SSH, TLS or the loopback it may; over plain TCP others
 * could read it, so the user is asked. A yes counts for good, a no for the request in which it was asked.
 */
export class EngineTrust {
  readonly #memory: Memento;
  readonly #question: (address: string) => Promise<boolean>;
  readonly #asking = new Map<string, Promise<boolean>>();
  /** The engines that each request was refused for. */
  readonly #refused = new WeakMap<object, Set<string>>();

  /** @param question asks the user whether a password may go to an engine at this address */
  constructor(memory: Memento, question: (address: string) => Promise<boolean>) {
    this.#memory = memory;
    this.#question = question;
  }

  /** @param request what stands for it: the same object for all its pushes */
  async mayTrust({ endpoint, address }: ChosenEndpoint, request: object = {}): Promise<boolean> {
    if (isPrivate(endpoint)) return true;
    const refused = this.#refused.get(request) ?? new Set();
    this.#refused.set(request, refused);
    if (refused.has(address)) return false;
    // Of several pushes at once, one asks.
    const asking = (this.#asking.get(address) ?? this.#ask(address)).finally(() => this.#asking.delete(address));
    this.#asking.set(address, asking);
    const trusted = await asking;
    if (!trusted) refused.add(address);
    return trusted;
  }

  async #ask(address: string): Promise<boolean> {
    // One entry for each endpoint, so that windows do not overwrite each other's.
    const key = `engine-trusted:${address}`;
    if (this.#memory.get(key) === true) return true;
    if (!(await this.#question(address))) return false;
    await this.#memory.update(key, true);
    return true;
  }
}

function isPrivate(endpoint: Endpoint): boolean {
  if (endpoint.kind !== 'tcp') return true;
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  return endpoint.tls !== undefined || isLoopback(host);
}
