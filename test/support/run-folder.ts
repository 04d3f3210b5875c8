import { rmSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { own } from './cleanup.ts';
import { processExists } from './process.ts';

export interface RunFolder {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

const prefix = 'docker-push-run-';

/**
 * A folder of this run alone, under the system's temporary folder. It goes with this process at the latest; the
 * next run removes what a killed one left.
 */
export async function makeRunFolder(): Promise<RunFolder> {
  await removeAbandoned();
  const path = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  const removal = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 } as const;
  const remove = async (): Promise<void> => {
    await rm(path, removal);
    forget();
  };
  const forget = own({
    stop: remove,
    stopNow: () => {
      try {
        rmSync(path, removal);
      } catch {
        // The next run removes it.
      }
    },
  });
  return { path, remove };
}

async function removeAbandoned(): Promise<void> {
  for (const entry of await readdir(tmpdir())) {
    if (!entry.startsWith(prefix)) continue;
    const pid = Number(entry.slice(prefix.length).split('-')[0]);
    if (!processExists(pid)) await rm(join(tmpdir(), entry), { recursive: true, force: true });
  }
}
