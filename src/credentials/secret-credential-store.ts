import { messageOf } from '../base/index.ts';
import { formatRegistryKey, InvalidReferenceError, parseRegistryKey, type RegistryKey } from '../reference/index.ts';
import { accountOf, type Credential } from './credential.ts';
import type { CredentialStore, StoredCredential } from './credential-store.ts';
import { CredentialsError } from './errors.ts';
import type { KeyIndex } from './key-index.ts';
import type { MachineSignInId } from './machine-sign-in.ts';
import { readSecretText, secretText } from './secret-text.ts';
import type { SecretVault } from './secret-vault.ts';

/**
 * Keeps credentials in a vault, and beside it an index of what is there. The vault's word counts; the index only tells a
 * secret that got lost from one that never was. A vault's failures are not quoted, as they may hold what it was given.
 */
export class SecretCredentialStore implements CredentialStore {
  readonly #vault: SecretVault;
  readonly #index: KeyIndex;

  constructor(vault: SecretVault, index: KeyIndex) {
    this.#vault = vault;
    this.#index = index;
  }

  async get(key: RegistryKey): Promise<StoredCredential> {
    const text = await this.#read(key);
    const credential = text === undefined ? undefined : readSecretText(text);
    if (credential) return { state: 'present', credential };
    const name = formatRegistryKey(key);
    const records = await this.#index.all().catch(() => []);
    const record = records.find((one) => one.key === name);
    if (record === undefined && text === undefined) return { state: 'none' };
    const whose = record?.account === undefined ? {} : { account: record.account };
    if (record?.machine !== undefined) return { state: 'machine', signIn: record.machine, ...whose };
    return { state: 'missing', ...whose };
  }

  async put(key: RegistryKey, credential: Credential): Promise<void> {
    const account = accountOf(credential);
    const name = formatRegistryKey(key);
    // First the record: a secret without one would outlive signing out of all.
    await this.#indexed(this.#index.put({ key: name, ...(account !== undefined && { account }) }));
    try {
      await this.#vault.store(secretName(key), secretText(credential));
    } catch {
      throw vaultFailed(`keep the sign-in to ${name}`);
    }
  }

  async putMachine(key: RegistryKey, signIn: MachineSignInId, account?: string): Promise<void> {
    // First the secret goes: as long as there is one, it would serve.
    await this.#erase(key);
    const record = { key: formatRegistryKey(key), machine: signIn, ...(account !== undefined && { account }) };
    await this.#indexed(this.#index.put(record));
  }

  async delete(key: RegistryKey): Promise<void> {
    await this.#erase(key);
    await this.#indexed(this.#index.delete(formatRegistryKey(key)));
  }

  async keys(): Promise<RegistryKey[]> {
    const records = await this.#indexed(this.#index.all());
    return records.map(({ key }) => parsedKey(key)).filter((key) => key !== undefined);
  }

  /** The index is given no secret, so its failure may be told. */
  async #indexed<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (cause) {
      const message = `The list of the sign-ins cannot be read or written: ${messageOf(cause)}.`;
      throw new CredentialsError('secret-store-failed', message, { cause });
    }
  }

  async #erase(key: RegistryKey): Promise<void> {
    try {
      await this.#vault.delete(secretName(key));
    } catch {
      throw vaultFailed(`remove the sign-in to ${formatRegistryKey(key)}`);
    }
  }

  async #read(key: RegistryKey): Promise<string | undefined> {
    try {
      return await this.#vault.get(secretName(key));
    } catch {
      // A keyring that is locked or gone: to the user the secret is lost.
      return undefined;
    }
  }
}

function secretName(key: RegistryKey): string {
  return `credential:${formatRegistryKey(key)}`;
}

function vaultFailed(what: string): CredentialsError {
  return new CredentialsError(
    'secret-store-failed',
    `The editor's secret storage could not ${what}. Check that this machine's keyring is unlocked, and try again.`,
  );
}

/** Undefined for what no version of ours can have written. */
function parsedKey(text: string): RegistryKey | undefined {
  try {
    return parseRegistryKey(text);
  } catch (error) {
    if (error instanceof InvalidReferenceError) return undefined;
    throw error;
  }
}
