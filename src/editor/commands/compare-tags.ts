import * as vscode from 'vscode';
import { type Log, messageOf, plainText, redacted } from '../../base/index.ts';
import type { HelperAnswers } from '../../credentials/index.ts';
import { readCanonical } from '../../reference/index.ts';
import type { PushesModel } from '../pushes-model.ts';
import type { RegistryDoor } from '../registry-door.ts';
import { isSameHere } from '../registry-side.ts';
import { Standings } from '../standing.ts';

export interface ComparisonParts {
  readonly door: Pick<RegistryDoor, 'open'>;
  readonly pushes: Pick<PushesModel, 'load' | 'past' | 'seen' | 'see'>;
  readonly engineIsLocal: () => Promise<boolean>;
  readonly log: Log;
}

/** So many registries' tags are asked for at a time. */
const atATime = 4;

/** “Compare with Registry”: looks what the tags hold now that were pushed from here. Takes rows of Images, or looks at all. */
export async function compareTags(parts: ComparisonParts, argument: unknown, selection: unknown): Promise<void> {
  const { pushes } = parts;
  const past = await pushes.load();
  const rows = Array.isArray(selection) && selection.length > 0 ? (selection as unknown[]) : [argument];
  const standings = new Standings(past, pushes.seen);
  const named = rows.flatMap(referencesIn);
  const targets = named.length > 0 ? named.map((reference) => standings.targetOf(reference)) : standings.targets();
  const all = [...new Set(targets.filter((target) => target !== undefined))];
  if (all.length === 0) {
    void vscode.window.showInformationMessage('Nothing to compare: it was not pushed from here.');
    return;
  }
  const title = 'Comparing with the registries…';
  const failures = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
    lookAtAll(parts, all),
  );
  const [first] = failures;
  if (first === undefined) return;
  const count = failures.length === 1 ? 'One tag' : `${failures.length} tags`;
  void vscode.window.showWarningMessage(plainText(`${count} could not be looked up. ${first}`, 400));
}

async function lookAtAll(parts: ComparisonParts, targets: readonly string[]): Promise<readonly string[]> {
  const rest = [...targets];
  const failures: string[] = [];
  // A helper is asked once.
  const answers: HelperAnswers = new Map();
  const work = async (): Promise<void> => {
    for (let target = rest.shift(); target !== undefined; target = rest.shift()) {
      try {
        parts.pushes.see(target, await digestAt(parts, target, answers));
      } catch (error) {
        parts.log.warn(`${target} could not be compared: ${redacted(messageOf(error))}`);
        failures.push(messageOf(error));
      }
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return failures;
}

async function digestAt(
  { door, engineIsLocal }: ComparisonParts,
  target: string,
  answers: HelperAnswers,
): Promise<string | undefined> {
  const reference = readCanonical(target);
  const { registry } = reference.repository;
  if (!isSameHere(registry, await engineIsLocal()))
    throw new Error(`${registry} is on the engine's machine, which is not this one.`);
  const { client } = await door.open(reference.repository, { answers });
  return (await client.resolve(reference))?.digest;
}

/** The local names that rows of Images stand for. */
function referencesIn(row: unknown): string[] {
  const { kind, reference, tags } = (row ?? {}) as { kind?: unknown; reference?: unknown; tags?: unknown };
  if (kind === 'repository' && Array.isArray(tags)) return tags.flatMap(referencesIn);
  return kind === 'tag' && typeof reference === 'string' ? [reference] : [];
}
