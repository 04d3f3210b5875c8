import path from 'node:path';
import type { Uri } from 'vscode';
import { type Log, systemClock } from '../base/index.ts';
import type { PushHistory, PushRecord, PushResult } from '../push/index.ts';
import { readCanonical } from '../reference/index.ts';
import type { RegistryDoor } from './registry-door.ts';
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
}

/** What became of a push that was cut off, by the registry that knows. */
export function concludeBy({ door, engineIsLocal }: CutParts): (record: PushRecord) => Promise<PushResult> {
  return async (record) => {
    const { concludeCut } = await import('../push/index.ts');
    const { repository } = readCanonical(record.target);
    const isHere = isSameHere(repository.registry, await engineIsLocal());
    const opened = isHere ? await door.open(repository, { answers: new Map() }).catch(() => undefined) : undefined;
    return concludeCut(record, opened?.client, systemClock);
  };
}
