export type { EntryKind, FileEntry, LayerEntry, OtherEntry, Whiteout } from './entry.ts';
export { InspectionError, type InspectionErrorCode } from './errors.ts';
export { limits } from './limits.ts';
export { type LayerReading, readLayer } from './read-layer.ts';
export type { Bytes } from './unpack.ts';
