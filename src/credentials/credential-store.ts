import type { RegistryKey } from '../reference/index.ts';
import type { Credential } from './credential.ts';
import type { MachineSignInId } from './machine-sign-in.ts';

/** What a store has under a key. That a secret was lost is a state, not a failure: the user signs in again. */
export type StoredCredential =
  | { readonly state: 'present'; readonly credential: Credential }
  /** There was one; the account is whose, where that is known. */
  | { readonly state: 'missing'; readonly account?: string }
  /** No secret: a sign-in of this machine serves, and its account is whose it was when that was chosen. */
  | { readonly state: 'machine'; readonly signIn: MachineSignInId; readonly account?: string }
  | { readonly state: 'none' };

/** Keeps a credential for each registry, or for each namespace at one. */
export interface CredentialStore {
  /** Never rejects: a store that cannot be read has lost its secrets, to the user. */
  get(key: RegistryKey): Promise<StoredCredential>;
  /**
   * Keeps a credential in place of the one that was there.
   *
   * @throws CredentialsError `secret-store-failed`
   */
  put(key: RegistryKey, credential: Credential): Promise<void>;
  /**
   * Notes that a sign-in of this machine serves there, in place of what was kept. It is no secret, and none is kept.
   *
   * @param account whose it is, where that is known
   * @throws CredentialsError `secret-store-failed`
   */
  putMachine(key: RegistryKey, signIn: MachineSignInId, account?: string): Promise<void>;
  /**
   * Forgets a credential; there need be none.
   *
   * @throws CredentialsError `secret-store-failed`
   */
  delete(key: RegistryKey): Promise<void>;
  /**
   * All keys under which there is a credential, or was one that got lost.
   *
   * @throws CredentialsError `secret-store-failed`
   */
  keys(): Promise<RegistryKey[]>;
}
