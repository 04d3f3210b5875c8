import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Log, messageOf } from '../base/index.ts';
import { formatRepository, parseRepository, type Repository } from '../reference/index.ts';

interface Destination {
  /** The local repository whose images went there, canonical. */
  readonly source: string;
  readonly repository: Repository;
  /** Milliseconds since 1970. */
  readonly pushedAt: number;
}

/**
 * Remembers where the images of each local repository were pushed last. One file for each, written under a temporary
 * name and renamed, so that windows that push at the same time lose nothing of each other's.
 */
export class DestinationMemory {
  readonly #folder: string;
  readonly #log: Log;

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  /** Never rejects: a push that went well is not spoiled by a full disk. */
  async remember(source: string, repository: Repository, now = Date.now()): Promise<void> {
    const name = createHash('sha256').update(source).digest('hex').slice(0, 32);
    const file = path.join(this.#folder, `${name}.json`);
    try {
      await mkdir(this.#folder, { recursive: true });
      const temporary = `${file}.${process.pid}.${now}.new`;
      await writeFile(temporary, JSON.stringify({ source, repository: formatRepository(repository), pushedAt: now }));
      await rename(temporary, file);
    } catch (error) {
      this.#log.warn(`The destination of ${source} could not be remembered: ${messageOf(error)}`);
    }
  }

  /** All that is remembered, last first. A damaged record is passed over. */
  async all(): Promise<Destination[]> {
    const files = await readdir(this.#folder).catch(() => []);
    const records = await Promise.all(files.filter((file) => file.endsWith('.json')).map((file) => this.#read(file)));
    return records.filter((record) => record !== undefined).sort((a, b) => b.pushedAt - a.pushedAt);
  }

  async #read(file: string): Promise<Destination | undefined> {
    try {
      const record = JSON.parse(await readFile(path.join(this.#folder, file), 'utf8')) as Record<string, unknown>;
      const { source, repository, pushedAt } = record;
      if (typeof source !== 'string' || typeof repository !== 'string' || typeof pushedAt !== 'number')
        return undefined;
      return { source, repository: parseRepository(repository), pushedAt };
    } catch (error) {
      this.#log.debug(`A remembered destination could not be read (${file}): ${messageOf(error)}`);
      return undefined;
    }
  }
}
