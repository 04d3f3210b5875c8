import type { EntryKind } from './entry.ts';
import { InspectionError } from './errors.ts';
import { limits } from './limits.ts';
import { type ListedEntry, listedKinds, type PathKey } from './listed-entry.ts';
import { NumberReader } from './varint.ts';

const fingerprintBytes = 8;
/** In the byte that tells the kind. */
export const fingerprintFlag = 0x40;

/**
 * What a layer holds, in the order of its tree and compact: of each path only what differs from the one before it is
 * kept, so a million entries take some 20 MB. It is kept in files as it is (`layer-cache.ts`).
 */
export class LayerListing {
  readonly encoded: Buffer;
  readonly entries: number;
  /** Bytes of all its files together. */
  readonly fileBytes: number;

  constructor(encoded: Buffer, entries: number, fileBytes: number) {
    this.encoded = encoded;
    this.entries = entries;
    this.fileBytes = fileBytes;
  }

  /** @throws InspectionError `layer-damaged` where it is not one: a file may hold anything */
  static read(encoded: Buffer): LayerListing {
    let [entries, fileBytes] = [0, 0];
    let before: ListedEntry | undefined;
    for (const entry of new LayerListing(encoded, 0, 0)) {
      if (before && compareListed(before, entry) >= 0) throw unreadable();
      if (++entries > limits.entries) throw unreadable();
      fileBytes += entry.size;
      before = entry;
    }
    return new LayerListing(encoded, entries, fileBytes);
  }

  *[Symbol.iterator](): Generator<ListedEntry, void> {
    const reader = new NumberReader(this.encoded);
    const path = Buffer.alloc(limits.pathBytes + 1);
    let length = 0;
    try {
      while (!reader.done) {
        const shared = reader.next();
        const rest = reader.take(reader.next());
        if (shared > length || shared + rest.length > path.length) throw unreadable();
        rest.copy(path, shared);
        length = shared + rest.length;
        const kindByte = reader.next();
        const kind = listedKinds[kindByte & ~fingerprintFlag];
        if (kind === undefined) throw unreadable();
        const mode = reader.next();
        const size = reader.next();
        const hasFingerprint = (kindByte & fingerprintFlag) !== 0;
        const key = path.toString('latin1', 0, length) as PathKey;
        yield {
          ...{ key, kind, mode, size },
          ...(hasFingerprint && { fingerprint: reader.take(fingerprintBytes).toString('hex') }),
        };
      }
    } catch (error) {
      throw error instanceof RangeError ? unreadable(error) : error;
    }
  }
}

export function compareListed(a: ListedEntry, b: ListedEntry): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return kindOrder(a.kind) - kindOrder(b.kind);
}

/** A path holds one thing at most, which a layer may also have taken away from those below. */
export function kindOrder(kind: EntryKind): number {
  return Math.min(listedKinds.indexOf(kind), listedKinds.indexOf('folder'));
}

function unreadable(cause?: unknown): InspectionError {
  return new InspectionError('layer-damaged', 'The list of a layer is damaged.', { cause });
}
