import type { EntryKind } from './entry.ts';

/** The order among entries of one path: what takes away comes before what is put there. */
export const listedKinds = [
  'whiteout',
  'opaque',
  'folder',
  'file',
  'symbolic-link',
  'hard-link',
  'device',
  'pipe',
  'other',
] as const satisfies readonly EntryKind[];

/** An entry as a listing keeps it. */
export interface ListedEntry {
  readonly key: PathKey;
  readonly kind: EntryKind;
  /** Bytes; 0 for what is no file. */
  readonly size: number;
  readonly mode: number;
  readonly fingerprint?: string;
}

/**
 * A path in a form whose plain order is that of a tree: a folder, all below it, then what comes after it. It is the path's
 * UTF-8, a character a byte, with the lowest character for the slash, and empty for the root.
 */
export type PathKey = string & { readonly pathKey: never };

export function keyOf(path: string): PathKey {
  return Buffer.from(keyTextOf(path)).toString('latin1') as PathKey;
}

/** A key before it is made bytes. */
export function keyTextOf(path: string): string {
  return path === '/' ? '' : path.replaceAll('/', '\0');
}

export function pathOf(key: PathKey): string {
  return key === '' ? '/' : Buffer.from(key.replaceAll('\0', '/'), 'latin1').toString();
}

export function isBelow(key: PathKey, folder: PathKey): boolean {
  return key.length > folder.length && key.charCodeAt(folder.length) === 0 && key.startsWith(folder);
}
