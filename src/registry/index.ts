export {
  openRegistry,
  type ManifestReader,
  type ManifestResolver,
  type Pinger,
  type RegistryClient,
  type SignInAsker,
} from './client.ts';
export type { RegistryOptions } from './connection.ts';
export { RegistryError, type Diagnostic, type RegistryErrorCode } from './errors.ts';
export type { Descriptor, ImageIndex, ImageManifest, Manifest, Platform } from './manifest.ts';
export { checkSignIn, type SignInCheck, type SignInOptions } from './sign-in.ts';
export type { Transport } from './wire.ts';
