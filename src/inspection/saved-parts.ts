import path from 'node:path';
import type { Header } from 'tar-stream';
import { ArchivePart } from './archive-part.ts';
import { compressionOf } from './compression.ts';
import { InspectionError } from './errors.ts';
import { Allowance, type ImageReading, type ListedLayer, recallLayer } from './image.ts';
import { limits } from './limits.ts';
import { lookThroughLayer } from './look-through-layer.ts';
import { parseDocument } from './remote-image.ts';
import type { Bytes } from './unpack.ts';

/** A name of 64 hexadecimal digits is the digest of what has it; of an unpacked layer that is what the cache goes by. */
const digestName = /^(?:blobs\/sha256\/)?([0-9a-f]{64})(?:\.tar)?$/u;
/** Old Docker gives a layer that it wrote before as a link to it; a link to a link it never gives. */
const mostLinks = 2;

/**
 * The parts of an engine's archive, by their names. What a part is shows in its first bytes, as which of them are layers
 * is said at the archive's end.
 */
export class SavedParts {
  readonly #reading: ImageReading;
  readonly #allowance = new Allowance();
  readonly #documents = new Map<string, Buffer>();
  #documentBytes = 0;
  /** Or why it could not be read: no image may want it. */
  readonly #layers = new Map<string, ListedLayer | InspectionError>();
  readonly #links = new Map<string, string>();

  constructor(reading: ImageReading) {
    this.#reading = reading;
  }

  /** Reads a part to its end. */
  async add(header: Header, content: AsyncIterable<unknown>): Promise<undefined> {
    const name = path.posix.normalize(header.name);
    if (header.type === 'symlink' || header.type === 'link') {
      const from = header.type === 'symlink' ? path.posix.dirname(name) : '.';
      this.#links.set(name, path.posix.join(from, header.linkname));
    }
    const part = new ArchivePart(content as Bytes);
    const head = await part.head();
    if (isJson(head) && header.size <= limits.documentBytes) await this.#keep(name, part);
    else if (compressionOf(head) !== undefined) this.#layers.set(name, await this.#list(name, part));
    await part.passOver();
  }

  /** @returns undefined where there is none; @throws InspectionError `image-damaged` where it is no JSON */
  document(name: string): unknown {
    const bytes = this.#documents.get(this.#target(name));
    return bytes && parseDocument(bytes);
  }

  hasLayer(name: string): boolean {
    return this.#layers.has(this.#target(name));
  }

  /** @throws InspectionError where it could not be read */
  layer(name: string): ListedLayer {
    const layer = this.#layers.get(this.#target(name));
    if (layer instanceof InspectionError) throw layer;
    if (!layer) throw new InspectionError('image-damaged', 'The archive lacks a layer of its image.');
    return layer;
  }

  async #list(name: string, part: ArchivePart): Promise<ListedLayer | InspectionError> {
    this.#reading.onLayer?.(this.#layers.size + 1);
    const digest = digestName.exec(name)?.[1];
    const known = digest === undefined ? undefined : await recallLayer(`sha256:${digest}`, this.#reading);
    if (known) return this.#allowance.take(known);
    try {
      return this.#allowance.take(await lookThroughLayer(part.bytes(), this.#reading));
    } catch (error) {
      // The limit is the whole image's.
      if (error instanceof InspectionError && error.code !== 'layer-limit') return error;
      throw error;
    }
  }

  async #keep(name: string, part: ArchivePart): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of part.bytes()) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    this.#documentBytes += bytes.length;
    if (this.#documentBytes > 4 * limits.documentBytes)
      throw new InspectionError('image-damaged', 'The archive of the image has too many documents.');
    this.#documents.set(name, bytes);
  }

  #target(name: string): string {
    let target = path.posix.normalize(name);
    for (let count = 0; count < mostLinks; count++) target = this.#links.get(target) ?? target;
    return target;
  }
}

function isJson(head: Uint8Array): boolean {
  return /^\s*[[{]/u.test(Buffer.from(head).toString('latin1'));
}
