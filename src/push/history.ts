import { watch } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Disposable, type Log, messageOf } from '../base/index.ts';
import { type PushRecord, readRecord } from './record.ts';

/** So many pushes are kept, the newest. */
const cap = 200;
/** So many older ones besides, each the last that reached its target, or may have: by them one knows one's own. */
const capOfLast = 200;
/** What was being written so long ago, in milliseconds, was left behind by a process that was killed. */
const abandoned = 24 * 60 * 60 * 1_000;
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
    return (await this.#kept()).toReversed().flatMap(({ record }) => record ?? []);
  }

  /** Forgets what has ended, and what is damaged. What runs stays. */
  async clear(): Promise<void> {
    // What could not be read once may have been one that runs.
    for (const [name, record] of this.#known) if (!record) this.#known.delete(name);
    const kept = await this.#kept();
    await this.#remove(kept.filter(({ record }) => !record || record.result).map(({ name }) => name));
    await this.#removeAbandoned();
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

  /** Oldest first. What was damaged has no record. */
  async #kept(): Promise<readonly Kept[]> {
    const names = await this.#names();
    for (const name of this.#known.keys()) if (!names.includes(name)) this.#known.delete(name);
    const read = names.map((name) =>
      this.#known.has(name) ? Promise.resolve({ name, record: this.#known.get(name) }) : this.#read(name),
    );
    return (await Promise.all(read)).filter((kept) => kept !== undefined);
  }

  /** What has not ended is read each time, as its own state now is what others go by. */
  async #read(name: string): Promise<Kept | undefined> {
    try {
      const record = readRecord(jsonIn(await readFile(path.join(this.#folder, name), 'utf8')));
      if (!record) this.#log.debug(`A record of the history is not one: ${name}`);
      if (!record || record.result) this.#known.set(name, record);
      return { name, record };
    } catch (error) {
      // Another window may have taken it away just now.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      // The next look may find it.
      this.#log.debug(`A record of the history could not be read (${name}): ${messageOf(error)}`);
      return { name, record: undefined };
    }
  }

  /** In the order of time, which their names begin with. */
  async #names(): Promise<readonly string[]> {
    return (await this.#files()).filter((file) => file.endsWith('.json')).sort();
  }

  async #files(): Promise<readonly string[]> {
    return readdir(this.#folder).catch(() => []);
  }

  async #forgetOldest(): Promise<void> {
    await this.#removeAbandoned();
    if ((await this.#names()).length <= cap) return;
    const kept = (await this.#kept()).filter(({ record }) => record);
    const old = kept.slice(0, Math.max(0, kept.length - cap));
    const last = new Map<string, string>();
    for (const { name, record } of kept) {
      if (!record?.result) continue;
      const { result, target } = record;
      if (result.outcome === 'unknown' && result.engineDigest !== undefined) last.set(`unknown ${target}`, name);
      if (result.outcome !== 'pushed') continue;
      last.set(`pushed ${target}`, name);
      last.delete(`unknown ${target}`);
    }
    const needed = new Set(
      old
        .map(({ name }) => name)
        .filter((name) => [...last.values()].includes(name))
        .slice(-capOfLast),
    );
    // What runs is what other windows go by.
    await this.#remove(old.filter(({ name, record }) => record?.result && !needed.has(name)).map(({ name }) => name));
  }

  async #removeAbandoned(): Promise<void> {
    const before = Date.now() - abandoned;
    const temporary = (await this.#files()).filter((file) => file.endsWith('.new'));
    const old = temporary.map(async (name) => {
      const written = await stat(path.join(this.#folder, name)).catch(() => undefined);
      return written && written.mtimeMs < before ? [name] : [];
    });
    await this.#remove((await Promise.all(old)).flat());
  }

  async #remove(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => rm(path.join(this.#folder, name), { recursive: true, force: true })));
  }
}

interface Kept {
  /** Of its file, which begins with the time. */
  readonly name: string;
  readonly record: PushRecord | undefined;
}

function nameOf({ at, id }: PushRecord): string {
  return `${String(Math.round(at)).padStart(15, '0')}-${id}.json`;
}

/** Undefined for what is none. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
