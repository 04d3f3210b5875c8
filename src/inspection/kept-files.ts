import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { type Log, messageOf } from '../base/index.ts';
import { limits } from './limits.ts';

const digest = /^sha256:([0-9a-f]{64})$/u;

/** How a thing that is known of a layer is kept. */
export interface Kept<T> {
  /** Of the files, with the version of what is in them: what is older is not read and soon forgotten. */
  readonly ending: string;
  readonly encode: (known: T) => Buffer;
  /** Throws where it is none: a file may hold anything. */
  readonly decode: (encoded: Buffer) => T;
}

/**
 * Something that is known of layers, by all windows: a file for each, named by the layer's digest, written under a
 * temporary name and renamed. Packed with gzip, which also tells damage. When there is too much in the folder, what was
 * not wanted for longest goes.
 */
export class KeptFiles<T> {
  readonly #folder: string;
  readonly #log: Log;
  readonly #capBytes: number;
  readonly #kept: Kept<T>;
  #writes = 0;

  constructor(folder: string, log: Log, capBytes: number, kept: Kept<T>) {
    this.#folder = folder;
    this.#log = log;
    this.#capBytes = capBytes;
    this.#kept = kept;
  }

  /** Never rejects: what cannot be read is read from the image anew. */
  async get(diffId: string): Promise<T | undefined> {
    const file = this.#fileOf(diffId);
    if (file === undefined) return undefined;
    try {
      const packed = await readFile(file);
      const known = this.#kept.decode(await promisify(gunzip)(packed, { maxOutputLength: limits.listingBytes }));
      await touched(file);
      return known;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      this.#log.debug(`What was known of the layer ${diffId} could not be read: ${messageOf(error)}`);
      await rm(file, { force: true }).catch(() => undefined);
      return undefined;
    }
  }

  /** Never rejects: no inspection is spoiled by a full disk. */
  async put(diffId: string, known: T): Promise<void> {
    const file = this.#fileOf(diffId);
    if (file === undefined) return;
    // What is there already is the same.
    if (await touched(file)) return;
    const temporary = `${file}.${process.pid}.${++this.#writes}.new`;
    try {
      const packed = await promisify(gzip)(this.#kept.encode(known), { level: 1 });
      if (packed.length > this.#capBytes) return;
      await mkdir(this.#folder, { recursive: true });
      await writeFile(temporary, packed);
      await rename(temporary, file);
      await this.#forgetOldest();
    } catch (error) {
      this.#log.warn(`What is known of the layer ${diffId} could not be kept: ${messageOf(error)}`);
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  #fileOf(diffId: string): string | undefined {
    const hex = digest.exec(diffId)?.[1];
    return hex === undefined ? undefined : path.join(this.#folder, hex + this.#kept.ending);
  }

  /** Also what another version, or a window that went away while it wrote, has left. */
  async #forgetOldest(): Promise<void> {
    const names = await readdir(this.#folder);
    const files = await Promise.all(
      names.map(async (name) => {
        const file = path.join(this.#folder, name);
        // Another window may have taken it away just now.
        const facts = await stat(file).catch(() => undefined);
        return { file, bytes: facts?.size ?? 0, usedMs: facts?.mtimeMs ?? 0 };
      }),
    );
    let bytes = 0;
    for (const one of files.sort((a, b) => b.usedMs - a.usedMs))
      if ((bytes += one.bytes) > this.#capBytes) await rm(one.file, { force: true });
  }
}

/** Marks a file as wanted just now; false where there is none. */
async function touched(file: string): Promise<boolean> {
  const now = new Date();
  return utimes(file, now, now).then(
    () => true,
    () => false,
  );
}
