import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { type Log, messageOf } from '../base/index.ts';
import type { KnownLayers } from './image.ts';
import { LayerListing } from './layer-listing.ts';
import { limits } from './limits.ts';

/** Of all files together. A layer of 10,000 files takes some 100 kB. */
const defaultCapBytes = 64 * 1024 * 1024;
/** To be raised when listings are written, or layers read, in another way: what is older is not read and soon forgotten. */
const version = 1;
const ending = `.v${version}.gz`;
const digest = /^sha256:([0-9a-f]{64})$/u;

/**
 * Listings of layers that were read before, by all windows: a file for each, named by the layer's digest, written under a
 * temporary name and renamed. Packed with gzip, which also tells damage. A layer with a digest never changes, so what is
 * known of it stays true; when there is too much, what was not wanted for longest goes.
 */
export class LayerCache implements KnownLayers {
  readonly #folder: string;
  readonly #log: Log;
  readonly #capBytes: number;
  #writes = 0;

  constructor(folder: string, log: Log, capBytes = defaultCapBytes) {
    this.#folder = folder;
    this.#log = log;
    this.#capBytes = capBytes;
  }

  /** Never rejects: what cannot be read is read from the image anew. */
  async get(diffId: string): Promise<LayerListing | undefined> {
    const file = this.#fileOf(diffId);
    if (file === undefined) return undefined;
    try {
      const packed = await readFile(file);
      const listing = LayerListing.read(await promisify(gunzip)(packed, { maxOutputLength: limits.listingBytes }));
      await touched(file);
      return listing;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      this.#log.debug(`What was known of the layer ${diffId} could not be read: ${messageOf(error)}`);
      await rm(file, { force: true }).catch(() => undefined);
      return undefined;
    }
  }

  /** Never rejects: no inspection is spoiled by a full disk. */
  async put(diffId: string, { encoded }: LayerListing): Promise<void> {
    const file = this.#fileOf(diffId);
    if (file === undefined) return;
    // What is there already is the same.
    if (await touched(file)) return;
    const temporary = `${file}.${process.pid}.${++this.#writes}.new`;
    try {
      const packed = await promisify(gzip)(encoded, { level: 1 });
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
    return hex === undefined ? undefined : path.join(this.#folder, hex + ending);
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
