import { watch } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Disposable, type Log, messageOf } from '../base/index.ts';
import { type PushRecord, readRecord } from './record.ts';

/** So many pushes are kept, the newest. */
const cap = 200;
const burstMs = 100;

/**
 * What was pushed from this machine, by all windows. One file for each push, written under a temporary name and renamed,
 * so that windows that push at the same time lose nothing of each other's. What has ended is read once.
 */
export class PushHistory {
  readonly #folder: string;
  readonly #log: Log;
  readonly #known = new Map<string, PushRecord | undefined>();
  #writes = 0;

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  get folder(): string {
    return this.#folder;
  }

  /** Puts a record in its place, or in that of its earlier state. Never rejects: no push is spoiled by a full disk. */
  async write(record: PushRecord): Promise<void> {
    const name = nameOf(record);
    const temporary = path.join(this.#folder, `${name}.${process.pid}.${++this.#writes}.new`);
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(temporary, JSON.stringify(record));
      await rename(temporary, path.join(this.#folder, name));
      if (record.result) await this.#forgetOldest();
    } catch (error) {
      this.#log.warn(`The push ${record.id} could not be kept in the history: ${messageOf(error)}`);
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  /** All that are kept, the newest first. A damaged record is passed over. */
  async all(): Promise<readonly PushRecord[]> {
    const names = await this.#names();
    for (const name of this.#known.keys()) if (!names.includes(name)) this.#known.delete(name);
    await Promise.all(
      names
        .filter((name) => this.#known.get(name)?.result === undefined && !this.#isDamaged(name))
        .map((name) => this.#read(name)),
    );
    return names.toReversed().flatMap((name) => this.#known.get(name) ?? []);
  }

  /** Forgets what has ended. What runs stays. */
  async clear(): Promise<void> {
    const ended = (await this.all()).filter(({ result }) => result);
    await Promise.all(ended.map((record) => rm(path.join(this.#folder, nameOf(record)), { force: true })));
  }

  /** Tells of every change to the folder, by this window or another; several at once are told once. */
  async watch(changed: () => void): Promise<Disposable | undefined> {
    try {
      await mkdir(this.#folder, { recursive: true });
      let pending: NodeJS.Timeout | undefined;
      const watcher = watch(this.#folder, { persistent: false }, (_, name) => {
        if (name?.endsWith('.json') !== false)
          pending ??= setTimeout(() => {
            pending = undefined;
            changed();
          }, burstMs);
      });
      watcher.on('error', (error) => this.#log.debug(`The history is not watched any more: ${messageOf(error)}`));
      return {
        dispose: () => {
          clearTimeout(pending);
          watcher.close();
        },
      };
    } catch (error) {
      this.#log.debug(`The history is not watched: ${messageOf(error)}`);
      return undefined;
    }
  }

  #isDamaged(name: string): boolean {
    return this.#known.has(name) && this.#known.get(name) === undefined;
  }

  async #read(name: string): Promise<void> {
    try {
      const record = readRecord(JSON.parse(await readFile(path.join(this.#folder, name), 'utf8')));
      if (!record) this.#log.debug(`A record of the history is not one: ${name}`);
      this.#known.set(name, record);
    } catch (error) {
      // Another window may have taken it away just now.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      this.#log.debug(`A record of the history could not be read (${name}): ${messageOf(error)}`);
      this.#known.set(name, undefined);
    }
  }

  /** In the order of time, which their names begin with. */
  async #names(): Promise<readonly string[]> {
    const files = await readdir(this.#folder).catch(() => []);
    return files.filter((file) => file.endsWith('.json')).sort();
  }

  async #forgetOldest(): Promise<void> {
    const names = await this.#names();
    const old = names.slice(0, Math.max(0, names.length - cap));
    await Promise.all(old.map((name) => rm(path.join(this.#folder, name), { force: true })));
  }
}

function nameOf({ at, id }: PushRecord): string {
  return `${String(Math.round(at)).padStart(15, '0')}-${id}.json`;
}
