export type { EntryKind, FileEntry, LayerEntry, OtherEntry, Whiteout } from './entry.ts';
export { InspectionError, type InspectionErrorCode } from './errors.ts';
export { limits } from './limits.ts';
export { type LayerReading, readLayer } from './read-layer.ts';
export type { Bytes } from './unpack.ts';
export { LayerListing } from './layer-listing.ts';
export { listLayer } from './list-layer.ts';
export { isBelow, keyOf, type ListedEntry, type PathKey, pathOf } from './listed-entry.ts';
export { type ImageReading, type KnownLayers, type ReadImage, type ReadLayer, recallImage } from './image.ts';
export { type Healthcheck, type HistoryStep, type ImageConfig, readImageConfig } from './image-config.ts';
export { type BlobOpener, readRemoteImage } from './remote-image.ts';
export { readSavedImage, type SavedImageReading } from './saved-image.ts';
export { comparedFrom } from './duplicate-files.ts';
export type {
  BuildTools,
  DuplicateFile,
  DuplicateFiles,
  Finding,
  HiddenFile,
  HiddenFiles,
  LatestBase,
  LayerName,
  ManySmallLayers,
  NoHealthcheck,
  PackageCache,
  RunsAsRoot,
  Sources,
} from './finding.ts';
export { dockerfileLine, type Instruction, readInstruction } from './instruction.ts';
export { type Leanness, leannessOf } from './leanness.ts';
export { LayerCache } from './layer-cache.ts';
export {
  ImageInspector,
  type Inspecting,
  type InspectingSaved,
  type InspectionProgress,
  type InspectorOptions,
} from './image-inspector.ts';
export type { InspectedImage, InspectedLayer } from './inspected-image.ts';
