import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { KeyIndex, KeyRecord } from './key-index.ts';
import { machineSignInIds } from './machine-sign-in.ts';

const recordFile = v.object({
  key: v.string(),
  account: v.exactOptional(v.string()),
  machine: v.exactOptional(v.picklist(machineSignInIds)),
});

/** The index as a folder with one file for each key, written under a temporary name and renamed. */
export class KeyRecordFolder implements KeyIndex {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A damaged record is passed over. Rejects as `fs.readdir` does when the folder is there and cannot be read. */
  async all(): Promise<KeyRecord[]> {
    let files: string[];
    try {
      files = await readdir(this.#folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
    const records = await Promise.all(files.filter((file) => file.endsWith('.json')).map((file) => this.#read(file)));
    return records.filter((record) => record !== undefined).sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async put(record: KeyRecord): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const file = this.#file(record.key);
    const temporary = `${file}.${randomUUID()}.new`;
    try {
      await writeFile(temporary, JSON.stringify(record));
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    await rm(this.#file(key), { force: true });
  }

  async #read(file: string): Promise<KeyRecord | undefined> {
    try {
      const record: unknown = JSON.parse(await readFile(path.join(this.#folder, file), 'utf8'));
      return v.is(recordFile, record) ? record : undefined;
    } catch {
      // Damaged, or another window has just removed it.
      return undefined;
    }
  }

  /** A key has characters that no file's name takes everywhere. */
  #file(key: string): string {
    return path.join(this.#folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
  }
}
