/**
 * What one entry of a layer says (https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md). Paths are absolute,
 * with `/` between names, none of which is `.` or `..`.
 */
export type LayerEntry = FileEntry | OtherEntry | Whiteout;

export interface FileEntry {
  readonly kind: 'file';
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Permissions, with the bits for set-user-ID, set-group-ID and sticky. */
  readonly mode: number;
  /** The first eight bytes of the content's SHA-1 as hexadecimal digits: it finds duplicates and proves nothing, and is three times as fast as SHA-256; absent for a small file, or where not asked for. */
  readonly fingerprint?: string;
  /** What is in it, where that was asked for. */
  readonly content?: Buffer;
}

/** What holds no bytes of its own. Where a link leads is not followed, so no loop of links can hold up anybody. */
export interface OtherEntry {
  readonly kind: 'folder' | 'symbolic-link' | 'hard-link' | 'device' | 'pipe' | 'other';
  readonly path: string;
  readonly mode: number;
}

/**
 * What takes away from the layers below. `whiteout`: what is at this path, with all below it. `opaque`: all below this
 * folder, not the folder.
 */
export interface Whiteout {
  readonly kind: 'whiteout' | 'opaque';
  readonly path: string;
}

export type EntryKind = LayerEntry['kind'];
