import path from 'node:path';
import type { Uri } from 'vscode';
import type { Log } from '../base/index.ts';
import type { DestinationMemory } from '../push/index.ts';

/** The memory of where images went, in the storage of this extension; loaded when it is first wanted. */
export function destinationMemory(storage: Uri, log: Log): () => Promise<DestinationMemory> {
  return async () => {
    const { DestinationMemory } = await import('../push/index.ts');
    return new DestinationMemory(path.join(storage.fsPath, 'destinations'), log);
  };
}
