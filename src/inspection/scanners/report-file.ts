import { mkdtemp, open, rm } from 'node:fs/promises';
import path from 'node:path';

/** Where a scanner writes its report that cannot write it to stdout. */
export interface ReportFile {
  readonly path: string;
  /** What is in it; undefined where it was not written. No more than the limit and one byte are read. */
  readonly read: (limit: number) => Promise<string | undefined>;
  readonly remove: () => Promise<void>;
}

/** In a new folder that only this user may open. */
export async function makeReportFile(temporaryFolder: string): Promise<ReportFile> {
  const folder = await mkdtemp(path.join(temporaryFolder, 'docker-push-scan-'));
  const file = path.join(folder, 'report.json');
  return {
    path: file,
    read: (limit) => readSome(file, limit),
    // A scanner on Windows may be gone a moment later than its end is known.
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }),
  };
}

async function readSome(file: string, limit: number): Promise<string | undefined> {
  const handle = await open(file).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of handle.createReadStream({ end: limit })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
