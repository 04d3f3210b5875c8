import path from 'node:path';
import type { Uri } from 'vscode';
import { type Clock, type Log, systemClock } from '../base/index.ts';
import type { PushHistory, PushRecord, PushResult } from '../push/index.ts';
import { readCanonical } from '../reference/index.ts';
import type { RegistryClient } from '../registry/index.ts';
import type { OpenRegistry, RegistryDoor } from './registry-door.ts';
import { isSameHere } from './registry-side.ts';

/** The history of pushes in the storage of this extension; loaded when it is first wanted. */
export function pushHistory(storage: Uri, log: Log): () => Promise<PushHistory> {
  return async () => {
    const { PushHistory } = await import('../push/index.ts');
    return new PushHistory(path.join(storage.fsPath, 'pushes'), log);
  };
}

export interface CutParts {
  readonly door: Pick<RegistryDoor, 'open'>;
  readonly engineIsLocal: () => Promise<boolean>;
  readonly clock?: Clock;
}

/**
 * What became of a push that was cut off, by the registry that knows. As nobody asked, no program is run for a sign-in;
 * where the registry tells nothing without one, it is not known.
 */
export function concludeBy({
  door,
  engineIsLocal,
  clock = systemClock,
}: CutParts): (record: PushRecord) => Promise<PushResult> {
  return async (record) => {
    const { concludeCut } = await import('../push/index.ts');
    const { repository } = readCanonical(record.target);
    const isHere = record.registryIs
      ? record.registryIs === 'here'
      : isSameHere(repository.registry, await engineIsLocal());
    const opened = isHere ? await door.open(repository).catch(() => undefined) : undefined;
    return concludeCut(record, opened && witnessOf(opened), clock);
  };
}

/** To whoever is not signed in, some registries deny that there is what they hide. */
function witnessOf({
  account,
  client,
}: Pick<OpenRegistry, 'account' | 'client'>): Pick<RegistryClient, 'resolve' | 'manifest'> {
  const isSure = account.kind === 'found' || account.kind === 'none';
  return {
    manifest: (reference, signal) => client.manifest(reference, signal),
    resolve: async (reference, signal) => {
      const found = await client.resolve(reference, signal);
      if (found || isSure) return found;
      throw new Error('The registry shows none without a sign-in, and no program was run for one.');
    },
  };
}
