export type { EntryKind, FileEntry, LayerEntry, OtherEntry, Whiteout } from './entry.ts';
export { InspectionError, type InspectionErrorCode } from './errors.ts';
export { limits } from './limits.ts';
export { type LayerReading, readLayer } from './read-layer.ts';
export type { Bytes } from './unpack.ts';
export { LayerListing } from './layer-listing.ts';
export { listLayer } from './list-layer.ts';
export { isBelow, keyOf, type ListedEntry, type PathKey, pathOf } from './listed-entry.ts';
export {
  type ImageReading,
  type KnownLayers,
  type KnownSecrets,
  type ListedLayer,
  type ReadImage,
  type ReadLayer,
  recallImage,
} from './image.ts';
export { lookThroughLayer } from './look-through-layer.ts';
export { type Healthcheck, type HistoryStep, type ImageConfig, readImageConfig } from './image-config.ts';
export { type BlobOpener, readRemoteConfig, readRemoteImage } from './remote-image.ts';
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
export { type InspectedImage, inspectedImage, type InspectedLayer } from './inspected-image.ts';
export type { LayerSecret } from './secrets/layer-secrets.ts';
export type { SecretFinding, SecretInConfig, SecretInFile } from './secrets/secret-finding.ts';
export { holdsSecret, secretsInConfig } from './secrets/config-secrets.ts';
export { shownConfig } from './secrets/shown-config.ts';
export { withoutSecret } from './layer-names.ts';
export { recallSecrets } from './secrets/recall-secrets.ts';
export { secretsInLayers } from './secrets/image-secrets.ts';
export { wantsContent } from './secrets/looked-at.ts';
export { ScanError, type ScanErrorCode } from './scanners/errors.ts';
export { type FindProgram, findScanner, type FoundScanner } from './scanners/find-scanner.ts';
export { pluginFolders, type PluginPlaces } from './scanners/plugin-folders.ts';
export type { RunProgram, ScannerEnd, ScannerRun } from './scanners/run-program.ts';
export { type ScannedImage, toSarif } from './scanners/sarif.ts';
export type { SarifLog } from './scanners/sarif-log.ts';
export { scanImage, type ScanParts } from './scanners/scan-image.ts';
export { registryReport, type ScanReport } from './scanners/scan-report.ts';
export type { ScanSubject } from './scanners/scan-subject.ts';
export { type Scanner, type ScannerId, scanners } from './scanners/scanner.ts';
export { countBySeverity } from './scanners/severity.ts';
