import type { ExtensionContext, LogOutputChannel } from 'vscode';
import type { Disposable, DisposableStore } from '../base/index.ts';
import { Accounts } from './accounts.ts';
import { type AwsApi, awsApiOf } from './machine/aws-apis.ts';
import { editorSignIns } from './machine/editor-sign-ins.ts';
import { RegistryCertificates } from './registry-certificates.ts';
import { RegistryContact } from './registry-contact.ts';
import { RegistryDoor } from './registry-door.ts';
import { RegistryFaults } from './registry-faults.ts';
import { registryList, type RegistryConfig } from './registry-list.ts';
import { settings } from './settings.ts';

/** What knows the registries: who is signed in there, how each is reached, and what is wrong with it. */
export interface RegistryServices {
  readonly registries: () => readonly RegistryConfig[];
  readonly accounts: Accounts;
  readonly contact: RegistryContact;
  readonly faults: RegistryFaults;
  readonly door: RegistryDoor;
  readonly log: LogOutputChannel;
  readonly engineIsLocal: () => Promise<boolean>;
}

/** Builds them; the store disposes of them. Nothing is contacted or read. */
export function registryServices(
  { secrets, globalStorageUri: storage, extension }: ExtensionContext,
  log: LogOutputChannel,
  store: DisposableStore,
  engineIsLocal: () => Promise<boolean>,
): RegistryServices {
  const userAgent = `docker-push/${(extension.packageJSON as { version: string }).version}`;
  const registries = registryList.all;
  const onRegistriesChange = (listener: () => void): Disposable => registryList.onChange(listener);
  const certificates = new RegistryCertificates(settings.registryCertificates);
  const onCertificatesChange = (listener: () => void): Disposable => settings.onRegistryCertificatesChange(listener);
  const contact = store.add(new RegistryContact({ registries, certificates, onCertificatesChange, log, userAgent }));
  const { useDockerConfig } = settings;
  const aws = { userAgent, log };
  const accounts = store.add(
    new Accounts({ secrets, storage, useDockerConfig, editorSignIns: () => editorSignIns(contact, aws), log }),
  );
  const faults = store.add(new RegistryFaults({ registries, onRegistriesChange, accounts }));
  const awsApi = (registry: string): Promise<AwsApi | undefined> => awsApiOf(registry, aws);
  const door = new RegistryDoor({ accounts, contact, registries, awsApi });
  return { registries, accounts, contact, faults, door, log, engineIsLocal };
}
