import { Readable, Transform } from 'node:stream';
import { type Compression, compressionOf, decompressors, headBytes } from './compression.ts';
import { InspectionError } from './errors.ts';
import { limits } from './limits.ts';

/** Bytes as they come from an engine, a registry or a file. */
export type Bytes = AsyncIterable<Uint8Array>;

/** The streams that make a tar archive of packed bytes, in their order, for a pipeline. */
export interface Unpacking {
  readonly compression: Compression;
  readonly packed: Readable;
  readonly through: readonly Transform[];
}

/**
 * Finds out how an archive is packed.
 *
 * @param of what it is, for messages
 * @throws InspectionError where it is neither a tar archive nor a packed one, or packed in a way that Node does not know
 */
export async function unpack(source: Bytes, of: 'layer' | 'image'): Promise<Unpacking> {
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
        `${of}-damaged`,
        `The ${of} is neither a tar archive nor one packed with gzip or zstd.`,
      );
    const through = decompressors(compression);
    const count = { packed: 0 };
    const packed = Readable.from(rejoined(head, iterator, count), { objectMode: false });
    return { compression, packed, through: through.length === 0 ? [] : [...through, new Growth(count)] };
  } catch (error) {
    await iterator.return?.();
    throw error;
  }
}

async function* rejoined(
  head: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
  count: { packed: number },
): AsyncGenerator<Uint8Array> {
  try {
    for (const chunk of head) {
      count.packed += chunk.length;
      yield chunk;
    }
    for (let next = await rest.next(); !next.done; next = await rest.next()) {
      count.packed += next.value.length;
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}

/** Ends what unpacks to far more than it is: a sparse file of many gigabytes is packed into some megabytes. */
class Growth extends Transform {
  readonly #count: { readonly packed: number };
  #unpacked = 0;

  constructor(count: { readonly packed: number }) {
    super();
    this.#count = count;
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: (error: Error | null, chunk?: Buffer) => void): void {
    this.#unpacked += chunk.length;
    const { packed } = this.#count;
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
