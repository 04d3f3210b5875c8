import zlib from 'node:zlib';
import type { Transform } from 'node:stream';
import { InspectionError } from './errors.ts';
import { ZstdFrames } from './zstd-frames.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

/** So many bytes tell what a layer is: a tar archive's first block. */
export const headBytes = 512;
const tarMagic = { at: 257, text: 'ustar' };
/** Larger pieces than Node's 16 KiB, as each costs a turn of the event loop; larger still ones cost memory and gain nothing. */
const chunkSize = 64 * 1024;

/**
 * How a layer is packed, by its first bytes, as media types are missing in an engine's archive and wrong in some registries.
 *
 * @returns undefined where it is no layer at all
 */
export function compressionOf(head: Uint8Array): Compression | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (bytes.length < 4) return undefined;
  if (bytes.readUInt16BE() === 0x1f8b) return 'gzip';
  // A frame, or one of those to skip, with which zstd:chunked may begin (RFC 8878, 3.1).
  const magic = bytes.readUInt32LE();
  if (magic === 0xfd2fb528 || (magic & 0xfffffff0) >>> 0 === 0x184d2a50) return 'zstd';
  if (bytes.length < headBytes) return undefined;
  const isEmpty = bytes.subarray(0, headBytes).every((byte) => byte === 0);
  return isEmpty || bytes.toString('latin1', tarMagic.at, tarMagic.at + 5) === tarMagic.text ? 'none' : undefined;
}

/** Node has zstd since 22.15; the oldest editor that is supported brings 20. */
type ZstdOfNode = { createZstdDecompress?: (options: { chunkSize: number }) => Transform };

/**
 * What unpacks a layer, one stream after another.
 *
 * @throws InspectionError `layer-compression` where this Node does not know it
 */
export function decompressors(compression: Compression): Transform[] {
  if (compression === 'none') return [];
  if (compression === 'gzip') return [zlib.createGunzip({ chunkSize })];
  const create = (zlib as ZstdOfNode).createZstdDecompress;
  if (create) return [new ZstdFrames(), create({ chunkSize })];
  throw new InspectionError(
    'layer-compression',
    'The layer is packed with zstd, which this version of the editor cannot read.',
  );
}
