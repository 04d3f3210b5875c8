import { gzipSync } from 'node:zlib';
import { buffer } from 'node:stream/consumers';
import { type Header, pack as packer } from 'tar-stream';
import { readLayer, type LayerEntry, type LayerReading } from '../../../src/inspection/index.ts';

/** A file by its content, or any entry by its header. */
export type Part = readonly [name: string, content?: string | Buffer | Partial<Header>];

/** A tar archive of these parts; a name that ends with a slash is a folder. */
export async function archive(...parts: readonly Part[]): Promise<Buffer> {
  const pack = packer();
  for (const [name, content = ''] of parts) {
    const isContent = typeof content === 'string' || Buffer.isBuffer(content);
    const type = name.endsWith('/') ? 'directory' : 'file';
    if (isContent) pack.entry({ name, type }, content);
    else if (type === 'file' && (content.type ?? type) === 'file') pack.entry({ name, type, ...content }, '');
    else pack.entry({ name, type, ...content });
  }
  pack.finalize();
  return buffer(pack);
}

/** Each piece has memory of its own, as what is given may pass to another thread. */
export async function* inPieces(bytes: Uint8Array, size = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size)
    yield await Promise.resolve(new Uint8Array(bytes.subarray(at, at + size)));
}

export async function entriesOf(bytes: Uint8Array, reading?: LayerReading, size?: number): Promise<LayerEntry[]> {
  return all(readLayer(inPieces(bytes, size), reading));
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

export const gzip = (bytes: Buffer): Buffer => gzipSync(bytes, { level: 1 });
