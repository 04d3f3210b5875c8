export type { EntryKind, FileEntry, LayerEntry, OtherEntry, Whiteout } from './entry.ts';
export { InspectionError, type InspectionErrorCode } from './errors.ts';
export { limits } from './limits.ts';
export { type LayerReading, readLayer } from './read-layer.ts';
export type { Bytes } from './unpack.ts';
export { LayerListing } from './layer-listing.ts';
export { listLayer } from './list-layer.ts';
export { isBelow, keyOf, type ListedEntry, type PathKey, pathOf } from './listed-entry.ts';
