import { Readable, Transform } from 'node:stream';
import { type Compression, compressionOf, decompressor, headBytes } from './compression.ts';
import { InspectionError } from './errors.ts';
import { limits } from './limits.ts';

/** Bytes as they come from an engine, a registry or a file. */
export type Bytes = AsyncIterable<Uint8Array>;

/** The streams that make a layer's tar archive of its bytes, in their order, for a pipeline. */
export interface Unpacking {
  readonly compression: Compression;
  readonly packed: Readable;
  readonly through: readonly Transform[];
}

/**
 * Finds out how a layer is packed.
 *
 * @throws InspectionError `layer-damaged` where it is neither a tar archive nor a packed one, `layer-compression`
 */
export async function unpack(source: Bytes): Promise<Unpacking> {
  const iterator = source[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let length = 0;
  try {
    while (length < headBytes) {
      const next = await iterator.next();
      if (next.done) break;
      head.push(next.value);
      length += next.value.length;
    }
    const compression = compressionOf(Buffer.concat(head));
    if (compression === undefined)
      throw new InspectionError(
        'layer-damaged',
        'The layer is neither a tar archive nor one packed with gzip or zstd.',
      );
    const packed = Readable.from(rejoined(head, iterator), { objectMode: false });
    if (compression === 'none') return { compression, packed, through: [] };
    const packer = decompressor(compression);
    return { compression, packed, through: [packer, new Growth(packer)] };
  } catch (error) {
    await iterator.return?.();
    throw error;
  }
}

async function* rejoined(head: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** Ends what unpacks to far more than it is: a sparse file of many gigabytes is packed into some megabytes. */
class Growth extends Transform {
  readonly #packer: Transform;
  #unpacked = 0;

  constructor(packer: Transform) {
    super();
    this.#packer = packer;
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: (error: Error | null, chunk?: Buffer) => void): void {
    this.#unpacked += chunk.length;
    const packed = (this.#packer as { bytesWritten?: number }).bytesWritten ?? 0;
    if (this.#unpacked <= limits.freeBytes || this.#unpacked <= packed * limits.packingRatio) done(null, chunk);
    else
      done(
        new InspectionError(
          'layer-limit',
          `The layer unpacks to more than ${limits.packingRatio} times its size: it holds a huge file of nothing, or is meant to harm.`,
        ),
      );
  }
}
