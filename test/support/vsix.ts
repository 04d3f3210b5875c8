import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { inflateRawSync } from 'node:zlib';

/**
 * Reads a zip archive's files from its central directory, as far as a packaged extension needs it:
 * stored and deflated entries, no ZIP64, no encryption; anything else is an error.
 * Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16.
 */
export function readZip(archive: Buffer): Map<string, Buffer> {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error('Not a zip archive: it has no end-of-central-directory record.');
  const files = new Map<string, Buffer>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (archive.readUInt32LE(at) !== 0x02014b50) throw new Error(`Damaged zip archive at byte ${at}.`);
    const method = archive.readUInt16LE(at + 10);
    const packedSize = archive.readUInt32LE(at + 20);
    const [nameSize, extraSize, commentSize] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    const nameEnd = at + 46 + nameSize!;
    const name = archive.toString('utf8', at + 46, nameEnd);
    const local = archive.readUInt32LE(at + 42);
    // The local header repeats name and extra field, and its extra field may have another length.
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const packed = archive.subarray(start, start + packedSize);
    if (!name.endsWith('/')) files.set(name, unpack(name, method, packed));
    at = nameEnd + extraSize! + commentSize!;
  }
  return files;
}

function unpack(name: string, method: number, packed: Buffer): Buffer {
  if (method === 0) return packed;
  if (method === 8) return inflateRawSync(packed);
  throw new Error(`${name} is packed by method ${method}, which is neither stored nor deflated.`);
}

/**
 * Unpacks a .vsix as an editor does: its `extension/` folder becomes `into/PUBLISHER.NAME-VERSION`.
 * Returns that folder's path.
 */
export async function unpackVsix(vsix: string, into: string): Promise<string> {
  const files = readZip(await readFile(vsix));
  const manifest = files.get('extension/package.json');
  if (!manifest) throw new Error(`${vsix} holds no extension/package.json.`);
  const { publisher, name, version } = JSON.parse(manifest.toString('utf8')) as Record<string, string>;
  const folder = join(into, `${publisher}.${name}-${version}`.toLowerCase());
  for (const [path, content] of files) {
    if (!path.startsWith('extension/')) continue;
    const target = normalize(join(folder, path.slice('extension/'.length)));
    if (!target.startsWith(folder + sep)) throw new Error(`${vsix} holds a path outside its folder: ${path}`);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  }
  return folder;
}
