import { plainText } from '../base/index.ts';
import { InspectionError } from './errors.ts';
import { limits } from './limits.ts';

const whiteoutPrefix = '.wh.';
/** `.wh..wh..opq`, and names that old storage drivers kept for themselves, as `.wh..wh.plnk`. */
const markPrefix = '.wh..wh.';
const opaqueMark = '.wh..wh..opq';

export type EntryPath =
  | { readonly kind: 'present' | 'whiteout' | 'opaque'; readonly path: string }
  /** It says nothing of the image. */
  | { readonly kind: 'bookkeeping' };

/**
 * Reads an entry's name as an engine does when it unpacks the layer: from the image's root, whether it is written with a
 * slash or not, `.` and `..` resolved.
 *
 * @throws InspectionError `layer-path` where it leads out of the image, `layer-limit` where it is longer than Linux takes
 */
export function readEntryPath(name: string): EntryPath {
  const path = absolutePath(name);
  const last = path.slice(path.lastIndexOf('/') + 1);
  if (!last.startsWith(whiteoutPrefix) || last === whiteoutPrefix) return { kind: 'present', path };
  const folder = path.slice(0, -last.length - 1);
  if (last === opaqueMark) return { kind: 'opaque', path: folder || '/' };
  if (last.startsWith(markPrefix)) return { kind: 'bookkeeping' };
  const hidden = last.slice(whiteoutPrefix.length);
  if (hidden === '.' || hidden === '..') throw leadsOut(path);
  return { kind: 'whiteout', path: `${folder}/${hidden}` };
}

/** For nearly all names there is nothing to resolve. */
const plain = /^(?:\.?\/)?(?!\.{0,2}(?:\/|$))[^/\0]+(?:\/(?!\.{0,2}(?:\/|$))[^/\0]+)*\/?$/u;

function absolutePath(name: string): string {
  if (name.length > limits.pathBytes || Buffer.byteLength(name) > limits.pathBytes)
    throw new InspectionError('layer-limit', `A path in the layer is longer than ${limits.pathBytes} bytes.`);
  if (plain.test(name)) {
    const start = name.startsWith('./') ? 2 : name.startsWith('/') ? 1 : 0;
    return `/${name.slice(start, name.endsWith('/') ? -1 : undefined)}`;
  }
  const names: string[] = [];
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue;
    if (part.includes('\0')) throw new InspectionError('layer-damaged', 'A path in the layer holds a zero byte.');
    if (part !== '..') names.push(part);
    else if (names.pop() === undefined) throw leadsOut(name);
  }
  return `/${names.join('/')}`;
}

function leadsOut(name: string): InspectionError {
  const message = `A path in the layer leads out of the image: ${plainText(name, 200)}. Engines refuse to unpack it.`;
  return new InspectionError('layer-path', message);
}
