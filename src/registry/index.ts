export {
  openRegistry,
  type ManifestReader,
  type ManifestResolver,
  type Pinger,
  type RegistryClient,
  type RegistryOptions,
} from './client.ts';
export type { RegistryCredential } from './credential.ts';
export { RegistryError, type Diagnostic, type RegistryErrorCode } from './errors.ts';
export type { Descriptor, ImageIndex, ImageManifest, Manifest, Platform } from './manifest.ts';
export type { Transport } from './wire.ts';
