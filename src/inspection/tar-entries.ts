import { pipeline } from 'node:stream/promises';
import { extract as extractor, type Header } from 'tar-stream';
import { CancelledError, messageOf } from '../base/index.ts';
import { InspectionError } from './errors.ts';
import { type Bytes, unpack } from './unpack.ts';

/** One entry of an archive. It is to be read to its end or passed over. */
export interface TarEntry extends AsyncIterable<unknown> {
  readonly header: Header;
  /** Passes over its content. */
  resume(): unknown;
}

export interface TarReading {
  readonly signal?: AbortSignal | undefined;
  readonly mostEntries: number;
  /** What the archive is, for messages. */
  readonly of: 'layer' | 'image';
}

/**
 * What is read of the entries of a tar archive, packed or not, as its bytes come.
 *
 * @param read reads an entry; here, so that what fails the archive within one is told as such. What it has nothing to say
 * of is passed over
 * @throws InspectionError of what the archive is, CancelledError, and what the source throws as it is
 */
export async function* tarEntries<T>(
  source: Bytes,
  reading: TarReading,
  read: (entry: TarEntry) => Promise<T | undefined>,
): AsyncGenerator<T, void> {
  const { signal, mostEntries, of } = reading;
  if (signal?.aborted) throw new CancelledError();
  const fault: { ofSource?: unknown } = {};
  const extract = extractor();
  let entries = 0;
  try {
    const { packed, through } = await unpack(watched(source, fault), of);
    const flow = pipeline([packed, ...through, extract], { ...(signal && { signal }) });
    // The loop tells it, too, and nobody else waits for it where the loop is left.
    flow.catch(() => undefined);
    for await (const entry of extract) {
      if (++entries > mostEntries)
        throw new InspectionError(`${of}-limit`, `The ${of} has more than ${mostEntries} entries.`);
      const what = await read(entry);
      if (what !== undefined) yield what;
    }
    await flow;
  } catch (error) {
    if (signal?.aborted) throw new CancelledError();
    if ('ofSource' in fault) throw fault.ofSource;
    if (error instanceof InspectionError) throw error;
    throw new InspectionError(`${of}-damaged`, `The ${of} is damaged: ${messageOf(error)}.`, { cause: error });
  } finally {
    extract.destroy();
  }
}

/** What fails the source is no fault of the archive. */
async function* watched(source: Bytes, fault: { ofSource?: unknown }): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    fault.ofSource = error;
    throw error;
  }
}
