import * as vscode from 'vscode';
import { type Disposable, DisposableStore, isOfSignIn, type SidedError } from '../base/index.ts';
import type { PushError, PushResult } from '../push/index.ts';
import { formatRegistryKey, parseTarget, type RegistryKey, type Repository } from '../reference/index.ts';
import type { Accounts } from './accounts.ts';
import { registryOf, type RegistryConfig } from './registry-list.ts';
import type { RegistryTest } from './registry-test.ts';

export interface RegistryFault {
  /** As in the result of a push. */
  readonly code: string;
  /** A few words, for a row. */
  readonly words: string;
  /** As it was told when it was found. */
  readonly message: string;
}

export interface RegistryFaultsParts {
  readonly registries: () => readonly RegistryConfig[];
  readonly onRegistriesChange: (listener: () => void) => Disposable;
  readonly accounts: Pick<Accounts, 'onDidChange'>;
}

/** What else an engine says of a registry than that its side failed. */
const enginesWord = new Set(['certificate-untrusted', 'plain-http-refused']);
const ofReach = new Set(['registry-unreachable', 'not-a-registry']);

/**
 * What is wrong with each registry, as the pushes, tests and lists of this window have found it, until it is mended: by a push
 * or a test that goes well, a list's by a list, or by another sign-in; removing the registry from the list forgets it.
 */
export class RegistryFaults implements Disposable {
  readonly #parts: RegistryFaultsParts;
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new vscode.EventEmitter<string>());
  /** Told the key of the configured registry, or its host where that is not configured. */
  readonly onDidChange = this.#changes.event;
  /** By the key of the configured registry, or by the host where that is not configured yet. */
  readonly #faults = new Map<string, RegistryFault>();
  /** Those that were found by looking through the registry. */
  readonly #ofLists = new WeakSet<RegistryFault>();

  #configured: ReadonlySet<string>;

  constructor(parts: RegistryFaultsParts) {
    this.#parts = parts;
    this.#configured = this.#keys();
    this.#store.add(parts.onRegistriesChange(() => this.#otherList()));
    this.#store.add(parts.accounts.onDidChange((key) => key && this.#otherSignIn(formatRegistryKey(key))));
  }

  of({ registry }: RegistryConfig): RegistryFault | undefined {
    return this.#faults.get(registry);
  }

  afterPush(result: PushResult): void {
    if (result.outcome !== 'pushed' && result.outcome !== 'failed') return;
    if (result.outcome === 'failed' && !isOfRegistry(result.error)) return;
    const repository = repositoryOf(result.target);
    if (!repository) return;
    const name = registryOf(repository, this.#parts.registries())?.registry ?? repository.registry;
    this.#set(name, result.outcome === 'failed' ? faultOf(result.error, repository.path) : undefined);
  }

  /** The registry refused the credential for a list, or took it. */
  afterList({ registry }: RegistryConfig, refusal: SidedError | undefined): void {
    const known = this.#faults.get(registry);
    if (refusal) {
      const fault = faultOf({ side: 'credentials', code: refusal.code, message: refusal.message }, '');
      this.#ofLists.add(fault);
      this.#set(registry, fault);
    } else if (known && this.#ofLists.has(known)) this.#set(registry, undefined);
  }

  afterTest(key: RegistryKey, { reach, signIn }: RegistryTest): void {
    const name = formatRegistryKey(key);
    const known = this.#faults.get(name)?.code ?? '';
    if (reach.verdict === 'no')
      this.#set(name, { code: 'registry-unreachable', words: unreachedWords(reach.code), message: reach.line });
    else if (signIn.verdict === 'no')
      this.#set(name, faultOf({ side: 'credentials', code: 'unauthorized', message: signIn.line }, ''));
    else if (ofReach.has(known) || (known !== 'denied' && isOfSignIn(known) && signIn.verdict === 'ok'))
      this.#set(name, undefined);
  }

  dispose(): void {
    this.#store.dispose();
  }

  /** What is not in the list yet may have its fault before it comes: only what was there and is gone is forgotten. */
  #otherList(): void {
    const before = this.#configured;
    this.#configured = this.#keys();
    for (const name of before) if (!this.#configured.has(name)) this.#set(name, undefined);
  }

  #keys(): ReadonlySet<string> {
    return new Set(this.#parts.registries().map(({ registry }) => registry));
  }

  /** A sign-in serves for all namespaces of its host that have none of their own. */
  #otherSignIn(key: string): void {
    for (const [name, { code }] of this.#faults)
      if (`${name}/`.startsWith(`${key}/`) && isOfSignIn(code)) this.#set(name, undefined);
  }

  #set(name: string, fault: RegistryFault | undefined): void {
    if (fault) this.#faults.set(name, fault);
    else if (!this.#faults.delete(name)) return;
    this.#changes.fire(name);
  }
}

function isOfRegistry({ side, code }: PushError): boolean {
  // A tag that must stay is no fault.
  if (code === 'tag-immutable') return false;
  return side === 'registry' || isOfSignIn(code) || enginesWord.has(code);
}

/** Undefined for a target that is no reference, as one that was cut for being too long. */
function repositoryOf(target: string): Repository | undefined {
  try {
    return parseTarget(target).repository;
  } catch {
    return undefined;
  }
}

/** Why a test did not get to the registry from this machine. */
function unreachedWords(code: string | undefined): string {
  switch (code) {
    case 'certificate-untrusted':
      return 'certificate not trusted here';
    case 'certificate-file-invalid':
      return 'certificate file cannot be used';
    case 'plain-http':
      return 'speaks plain HTTP';
    case 'not-a-registry':
      return 'no registry there';
    default:
      return 'not reached from here';
  }
}

function faultOf({ code, message }: PushError, path: string): RegistryFault {
  return { code, message, words: wordsFor(code, path) };
}

function wordsFor(code: string, path: string): string {
  switch (code) {
    case 'unauthorized':
      return 'refused, sign in again';
    case 'token-expired':
      return 'expired, sign in again';
    case 'credential-helper-failed':
      return 'that helper failed';
    case 'machine-sign-in-failed':
      return 'sign in again';
    case 'denied':
      return `may not push to ${path}`;
    case 'repository-missing':
      return `no repository ${path}`;
    case 'certificate-untrusted':
      return 'certificate not trusted by the engine';
    case 'plain-http-refused':
      return 'plain HTTP refused by the engine';
    case 'registry-unreachable':
      return 'does not answer the engine';
    case 'not-a-registry':
      return 'no registry there';
    default:
      return 'failed the last push';
  }
}
