import * as vscode from 'vscode';
import { CancelledError, type Log, messageOf, needsSignIn, plainText, SidedError } from '../base/index.ts';
import type { PushError, PushResult } from '../push/index.ts';
import { parseTarget, type Repository } from '../reference/index.ts';
import type { Creation } from '../registry/index.ts';
import type { RegistryDoor } from './registry-door.ts';
import { registryOf, type RegistryConfig } from './registry-list.ts';

/** What a registry lacks for a push, and its API can make. */
export interface MissingRepository {
  readonly repository: Repository;
  readonly creation: Creation;
  /** Of the result that told. */
  readonly result: PushResult;
}

export type Created =
  | { readonly kind: 'created' }
  | { readonly kind: 'declined' }
  /** By this registry; what was made before stays. */
  | { readonly kind: 'refused'; readonly missing: MissingRepository; readonly error: PushError };

export interface RepositoryCreationParts {
  readonly door: Pick<RegistryDoor, 'open'>;
  readonly registries: () => readonly RegistryConfig[];
  readonly log: Log;
}

/** Makes what a push did not find, where a person says so. */
export class RepositoryCreation {
  readonly #parts: RepositoryCreationParts;

  constructor(parts: RepositoryCreationParts) {
    this.#parts = parts;
  }

  /** What could be made for these results, each thing once: a project is one for all its repositories. Nothing is contacted. */
  async missingOf(results: readonly PushResult[]): Promise<readonly MissingRepository[]> {
    const found = new Map<string, MissingRepository>();
    for (const result of results) {
      if (result.outcome !== 'failed' || result.error.code !== 'repository-missing') continue;
      const { providerOf } = await import('../registry/index.ts');
      const { repository } = parseTarget(result.target);
      const { registry } = repository;
      const provider = providerOf(registry, registryOf(repository, this.#parts.registries())?.provider);
      const creation = provider?.createRepository && provider.creation?.(repository);
      if (!creation) continue;
      const key = `${registry} ${creation.what}`;
      if (!found.has(key)) found.set(key, { repository, creation, result });
    }
    return [...found.values()];
  }

  /** Asks once for all of them, with what each is and who will see it, then makes one after the other. */
  async create(all: readonly MissingRepository[]): Promise<Created> {
    const create = 'Create';
    const [first, ...more] = all;
    if (!first) return { kind: 'declined' };
    const question = more.length === 0 ? plainText(`Create ${nameOf(first)}?`, 400) : 'Create what the registry lacks?';
    // Who is signed in may be known by a program that takes its time.
    const detail = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: question }, () =>
      Promise.all(all.map((missing) => this.#detail(missing, more.length > 0))),
    );
    const options = { modal: true, detail: plainLines([...detail, 'Then the push goes on.']) };
    const answer = await vscode.window.showWarningMessage(question, options, create);
    if (answer !== create) return { kind: 'declined' };
    for (const missing of all) {
      try {
        await this.#createOne(missing);
      } catch (error) {
        if (error instanceof CancelledError) {
          const said = `Cancelled. Nothing was pushed; ${nameOf(missing)} may be there now.`;
          this.#parts.log.info(said);
          void vscode.window.showInformationMessage(plainText(said, 400));
          return { kind: 'declined' };
        }
        return { kind: 'refused', missing, error: this.#refusal(missing, error) };
      }
    }
    return { kind: 'created' };
  }

  async #detail({ repository, creation }: MissingRepository, isNamed: boolean): Promise<string> {
    const { describeSource } = await import('../credentials/index.ts');
    const { account } = await this.#parts.door.open(repository, { answers: new Map() });
    const who = creation.by ?? (account.kind === 'found' ? describeSource(account) : 'nobody who is signed in');
    const name = isNamed ? `${nameOf({ repository, creation })}. ` : '';
    return `${name}${creation.seenBy === undefined ? '' : `${creation.seenBy} `}It is created as ${who}.`;
  }

  async #createOne({ repository, creation }: MissingRepository): Promise<void> {
    const title = `Creating ${plainText(nameOf({ repository, creation }), 300)}`;
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (_, token) => {
        const cancel = new AbortController();
        token.onCancellationRequested(() => cancel.abort());
        const { createRepository } = await this.#parts.door.open(repository, {
          answers: new Map(),
          signal: cancel.signal,
        });
        await createRepository?.(repository.path, cancel.signal);
      },
    );
    this.#parts.log.info(`created ${nameOf({ repository, creation })}`);
  }

  #refusal(missing: MissingRepository, error: unknown): PushError {
    const why = messageOf(error);
    this.#parts.log.error(`${nameOf(missing)} was not created: ${why}`);
    const code = error instanceof SidedError ? error.code : 'registry-error';
    const remedy = code === 'denied' ? ' Ask for the right to create it, or have it created.' : '';
    return {
      code,
      side: needsSignIn(code) ? 'credentials' : 'registry',
      message: `Nothing was sent, as ${nameOf(missing)} was not created. ${why}${remedy}`,
    };
  }
}

function nameOf({ repository: { registry }, creation: { what } }: Pick<MissingRepository, 'repository' | 'creation'>) {
  return `${what} at ${registry}`;
}

function plainLines(lines: readonly string[]): string {
  return lines.map((line) => plainText(line, 400)).join('\n');
}
