import { createHash } from 'node:crypto';
import type { FileEntry, LayerEntry, OtherEntry } from './entry.ts';
import { readEntryPath } from './entry-path.ts';
import { limits } from './limits.ts';
import { type TarEntry, tarEntries } from './tar-entries.ts';
import type { Bytes } from './unpack.ts';

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
export function readLayer(source: Bytes, reading: LayerReading = {}): AsyncGenerator<LayerEntry, void> {
  const { signal, mostEntries = limits.entries } = reading;
  return tarEntries(source, { signal, mostEntries, of: 'layer' }, (entry) => readEntry(entry, reading));
}

const kinds: Readonly<Partial<Record<string, OtherEntry['kind']>>> = {
  directory: 'folder',
  symlink: 'symbolic-link',
  link: 'hard-link',
  'character-device': 'device',
  'block-device': 'device',
  fifo: 'pipe',
};

async function readEntry(entry: TarEntry, reading: LayerReading): Promise<LayerEntry | undefined> {
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
