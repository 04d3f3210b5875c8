import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { extract as extractor, type Header } from 'tar-stream';
import { CancelledError, messageOf } from '../base/index.ts';
import type { FileEntry, LayerEntry, OtherEntry } from './entry.ts';
import { readEntryPath } from './entry-path.ts';
import { InspectionError } from './errors.ts';
import { limits } from './limits.ts';
import { type Bytes, unpack } from './unpack.ts';

export interface LayerReading {
  readonly signal?: AbortSignal;
  /** Files of so many bytes or more get a fingerprint of their content; none where it is absent. */
  readonly fingerprintFrom?: number;
  /** How many entries are read at most; `limits.entries` where it is absent. */
  readonly mostEntries?: number;
  /** Whether a file's content is wanted, too. It is not asked about files beyond `limits.contentBytes`. */
  readonly wantsContent?: (file: FileEntry) => boolean;
}

/**
 * Reads a layer, packed or not, and gives its entries in the archive's order while the bytes come. Nothing of it is kept,
 * so memory stays flat.
 *
 * @throws InspectionError, CancelledError, and what the source throws
 */
export async function* readLayer(source: Bytes, reading: LayerReading = {}): AsyncGenerator<LayerEntry, void> {
  const { signal, mostEntries = limits.entries } = reading;
  if (signal?.aborted) throw new CancelledError();
  const fault: { ofSource?: unknown } = {};
  const extract = extractor();
  let entries = 0;
  try {
    const { packed, through } = await unpack(watched(source, fault));
    const flow = pipeline([packed, ...through, extract], { ...(signal && { signal }) });
    // It is told by the loop, too, and nobody else waits for it where the loop is left.
    flow.catch(() => undefined);
    for await (const entry of extract) {
      if (++entries > mostEntries)
        throw new InspectionError('layer-limit', `The layer has more than ${mostEntries} entries.`);
      const read = await readEntry(entry, reading);
      if (read) yield read;
    }
    await flow;
  } catch (error) {
    if (signal?.aborted) throw new CancelledError();
    if ('ofSource' in fault) throw fault.ofSource;
    if (error instanceof InspectionError || error instanceof CancelledError) throw error;
    throw new InspectionError('layer-damaged', `The layer is damaged: ${messageOf(error)}.`, { cause: error });
  } finally {
    extract.destroy();
  }
}

/** What fails the source is no fault of the layer. */
async function* watched(source: Bytes, fault: { ofSource?: unknown }): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    fault.ofSource = error;
    throw error;
  }
}

/** One entry as the tar reader gives it. */
interface ArchivedEntry extends AsyncIterable<unknown> {
  readonly header: Header;
  /** Passes over its content. */
  resume(): unknown;
}

const kinds: Readonly<Partial<Record<string, OtherEntry['kind']>>> = {
  directory: 'folder',
  symlink: 'symbolic-link',
  link: 'hard-link',
  'character-device': 'device',
  'block-device': 'device',
  fifo: 'pipe',
};

async function readEntry(entry: ArchivedEntry, reading: LayerReading): Promise<LayerEntry | undefined> {
  const { header } = entry;
  const { size } = header;
  const mode = header.mode & 0o7777;
  const read = readEntryPath(header.name);
  const isFile = header.type === 'file' || header.type === 'contiguous-file';
  if (!isFile || read.kind !== 'present') {
    entry.resume();
    if (read.kind === 'bookkeeping') return undefined;
    if (read.kind !== 'present') return { kind: read.kind, path: read.path };
    return { kind: kinds[header.type] ?? 'other', path: read.path, mode };
  }
  const file: FileEntry = { kind: 'file', path: read.path, size, mode };
  const hash = size >= (reading.fingerprintFrom ?? Infinity) ? createHash('sha1') : undefined;
  const chunks = size <= limits.contentBytes && reading.wantsContent?.(file) ? ([] as Buffer[]) : undefined;
  if (!hash && !chunks) {
    entry.resume();
    return file;
  }
  for await (const chunk of entry as AsyncIterable<Buffer>) {
    hash?.update(chunk);
    chunks?.push(chunk);
  }
  return {
    ...file,
    ...(hash && { fingerprint: hash.digest('hex').slice(0, 16) }),
    ...(chunks && { content: Buffer.concat(chunks) }),
  };
}
