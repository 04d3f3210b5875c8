export type { BlobReader, WantedBlob } from './blob-request.ts';
export { CertificateFile } from './certificate-file.ts';
export { openRegistry, type Pinger, type RegistryClient, type SignInAsker } from './client.ts';
export type { ConfigReader } from './config-request.ts';
export type { RegistryOptions } from './connection.ts';
export type { ManifestDeleter, TagDeleter } from './deletion.ts';
export { RegistryError, type Diagnostic, type RegistryErrorCode } from './errors.ts';
export type { HistoryEntry, ImageConfig } from './image-config.ts';
export type { Descriptor, ImageIndex, ImageManifest, Manifest, Platform } from './manifest.ts';
export type { ManifestReader, ManifestResolver } from './manifest-request.ts';
export type { Page, PageRequest } from './paging.ts';
export type { Referrer, ReferrerLister } from './referrers.ts';
export type { CatalogRequest, RepositoryLister } from './repository-list.ts';
export type { PushRight, PushRightProbe } from './push-right.ts';
export type { Retagger } from './retag.ts';
export type { SiblingFinder, SiblingSearch } from './sibling-tags.ts';
export { checkSignIn, type SignInCheck, type SignInOptions } from './sign-in.ts';
export { readTagDetails, type TagDetails } from './tag-details.ts';
export type { TagLister } from './tag-list.ts';
export type { NamedAuthority } from './trust.ts';
export type { RegistryScan, Vulnerability } from './vulnerability.ts';
export type { Transport } from './wire.ts';
export type { Browser, RemoteRepository, RemoteTag, RepositoryBrowser, TagBrowser } from './browser.ts';
export { protocolBrowser } from './protocol-browser.ts';
export { openApi } from './providers/api.ts';
export type { EcrApi, EcrPublicApi } from './providers/aws.ts';
export { ecrCredential, ecrPlaceOf, type EcrPlace } from './providers/ecr.ts';
export { ecrPublicCredential } from './providers/ecr-public.ts';
export { azureCredential } from './providers/azure-token.ts';
export { browserOf, providerOf, providers } from './providers/index.ts';
export type {
  Creation,
  CredentialForm,
  Explanation,
  Mutability,
  OfferedSignIn,
  Provider,
  ProviderId,
  ProviderParts,
  ProviderPlace,
  PushedImage,
} from './providers/provider.ts';
