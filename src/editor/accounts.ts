import { homedir } from 'node:os';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore, type Log, systemClock } from '../base/index.ts';
import type {
  AskHelpers,
  Credential,
  DockerSignInList,
  GrantedCredential,
  Keychain,
  KeychainAnswer,
  MachineSignIn,
  MachineSignInId,
  MachineSignIns,
  SecretCredentialStore,
} from '../credentials/index.ts';
import type { RegistryKey, Repository } from '../reference/index.ts';
import { localFolders } from './local-folders.ts';

export interface AccountsParts {
  readonly secrets: vscode.SecretStorage;
  /** Of this extension, for what is not secret: which keys there are. */
  readonly storage: vscode.Uri;
  readonly useDockerConfig: () => boolean;
  /** Those that are asked here and not by a program. */
  readonly editorSignIns: () => readonly MachineSignIn[];
  readonly log: Log;
}

interface Opened {
  readonly store: SecretCredentialStore;
  readonly keychain: Keychain;
  readonly machine: MachineSignIns;
  readonly listDockerSignIns: (signal: AbortSignal) => Promise<DockerSignInList>;
}

/** Who is signed in where. Secrets are in VS Code's SecretStorage and nowhere else. */
export class Accounts implements Disposable {
  readonly #parts: AccountsParts;
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new vscode.EventEmitter<RegistryKey | undefined>());
  /** A sign-in came or went: in this window for this key, or in whichever. */
  readonly onDidChange = this.#changes.event;
  #opened: Promise<Opened> | undefined;

  constructor(parts: AccountsParts) {
    this.#parts = parts;
    this.#store.add(parts.secrets.onDidChange(() => this.#changes.fire(undefined)));
  }

  /**
   * Docker's credential helpers are programs, and run only with `ask`; nor is a sign-in of this machine asked without.
   *
   * @throws CredentialsError when the Docker configuration cannot be read and nothing is stored here
   */
  async find(place: Repository | RegistryKey, ask?: AskHelpers): Promise<KeychainAnswer> {
    return (await this.#open()).keychain.find(place, ask);
  }

  /** The key under which the sign-in is stored here that serves for a place, or is lost; undefined where none is. */
  async stored(place: Repository | RegistryKey): Promise<RegistryKey | undefined> {
    const answer = await this.find(place).catch(() => undefined);
    if (answer?.kind === 'missing-secret') return answer.key;
    if (answer === undefined || answer.kind === 'none') return undefined;
    return answer.source === 'stored' || answer.source === 'machine' ? answer.key : undefined;
  }

  /** What Docker's configuration and its helpers hold. */
  async ofDocker(signal: AbortSignal): Promise<DockerSignInList> {
    return (await this.#open()).listDockerSignIns(signal);
  }

  async keep(key: RegistryKey, credential: Credential): Promise<void> {
    const { machine, store } = await this.#open();
    machine.forget(key);
    await store.put(key, credential);
    this.#changes.fire(key);
  }

  /**
   * Asks a sign-in of this machine for a credential, as somebody has just chosen it.
   *
   * @throws CredentialsError `machine-sign-in-failed`; CancelledError
   */
  async grant(signIn: MachineSignInId, key: RegistryKey, signal: AbortSignal): Promise<GrantedCredential> {
    return (await this.#open()).machine.grant(signIn, key, { interactive: true, signal });
  }

  /** From now on that sign-in of this machine serves there. What it grants is not stored. */
  async keepMachine(key: RegistryKey, signIn: MachineSignInId, account: string | undefined): Promise<void> {
    const { machine, store } = await this.#open();
    machine.forget(key);
    await store.putMachine(key, signIn, account);
    this.#changes.fire(key);
  }

  /**
   * A registry refused the credential that served there.
   *
   * @returns whether another will serve there now: one that a sign-in of this machine makes anew
   */
  async refused(answer: KeychainAnswer): Promise<boolean> {
    if (answer.kind !== 'found' || answer.source !== 'machine') return false;
    return (await this.#open()).machine.forget(answer.key);
  }

  async forget(key: RegistryKey): Promise<void> {
    const { machine, store } = await this.#open();
    machine.forget(key);
    await store.delete(key);
    this.#changes.fire(key);
  }

  /** The registries, or namespaces at them, for which a sign-in is stored here. */
  async keys(): Promise<RegistryKey[]> {
    return (await this.#open()).store.keys();
  }

  dispose(): void {
    this.#store.dispose();
  }

  #open(): Promise<Opened> {
    const { secrets, storage, useDockerConfig, editorSignIns, log } = this.#parts;
    this.#opened ??= import('../credentials/index.ts').then((room) => {
      const index = new room.KeyRecordFolder(path.join(storage.fsPath, 'credentials'));
      const store = new room.SecretCredentialStore(secrets, index);
      const read = (file: string): Promise<string> => readFile(file, 'utf8');
      const { env, platform } = process;
      const home = homedir();
      const dockerConfig = new room.DockerConfigCredentials({ env, home, readFile: read });
      const programs = { env, platform, home, workspaceFolders: localFolders, clock: systemClock };
      const helpers = new room.CredentialHelpers(programs);
      const machine: MachineSignIns = new room.MachineSignIns([...editorSignIns(), room.gcloudSignIn(programs)]);
      // Who signs out in VS Code means it here too.
      this.#store.add(vscode.authentication.onDidChangeSessions(() => machine.forgetAll()));
      return {
        store,
        machine,
        keychain: new room.Keychain({ store, dockerConfig, helpers, machine, useDockerConfig, log }),
        listDockerSignIns: (signal) => room.listDockerSignIns({ dockerConfig, helpers }, signal),
      };
    });
    return this.#opened;
  }
}
