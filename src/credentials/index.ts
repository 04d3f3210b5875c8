export { authConfigOf, type AuthConfig } from './auth-config.ts';
export { accountOf, type Credential, type IdentityToken, type PasswordCredential } from './credential.ts';
export type { CredentialStore, StoredCredential } from './credential-store.ts';
export { askProgram, type ProgramPlace } from './ask-program.ts';
export { CredentialHelpers } from './credential-helpers.ts';
export { describeSource, sourceName } from './describe-source.ts';
export { type DockerConfigOptions, DockerConfigCredentials } from './docker-config-credentials.ts';
export type { DockerConfigEntry } from './docker-config.ts';
export { type DockerSignIn, type DockerSignInList, isShortLived, listDockerSignIns } from './docker-sign-ins.ts';
export { CredentialsError, type CredentialsErrorCode } from './errors.ts';
export type { KeyIndex, KeyRecord } from './key-index.ts';
export { KeyRecordFolder } from './key-record-folder.ts';
export type { HelperAnswer, HelperAnswers } from './helper-answers.ts';
export {
  type AskHelpers,
  type CredentialSource,
  Keychain,
  type KeychainAnswer,
  type KeychainOptions,
} from './keychain.ts';
export {
  type GrantedCredential,
  type GrantOptions,
  type MachineSignIn,
  type MachineSignInId,
  machineSignInName,
} from './machine-sign-in.ts';
export { gcloudSignIn } from './gcloud.ts';
export { MachineSignIns } from './machine-sign-ins.ts';
export { findProgram, type FoundProgram, type SearchPlaces } from './program-search.ts';
export { type ProgramEnd, type ProgramRun, runProgram } from './run-program.ts';
export { registryOfAddress } from './server-address.ts';
export { SecretCredentialStore } from './secret-credential-store.ts';
export { keyFileLimit, readServiceAccountKey } from './service-account-key.ts';
export type { SecretVault } from './secret-vault.ts';
