import * as vscode from 'vscode';
import { plainText } from '../../base/index.ts';
import type { EngineInfo } from '../../engine/index.ts';
import { parseRegistryKey } from '../../reference/index.ts';
import { objectionTo } from '../engine-objection.ts';
import { askRegistryPlace } from '../flow/registry-place.ts';
import type { RegistryChanges } from '../registry-changes.ts';
import { readRegistryArgument, registryList, type RegistryConfig } from '../registry-list.ts';
import { isPersonsCall } from '../persons-call.ts';
import type { SignIn } from '../sign-in.ts';

export interface AddRegistryParts {
  readonly changes: RegistryChanges;
  readonly signIn: Pick<SignIn, 'isMissing' | 'ask'>;
}

/**
 * “Add Registry…”: asks for one and for the sign-in there, or takes a RegistryConfig. A caller is not trusted: what would
 * change a registry that is known, or make the way to one less safe, is confirmed in a dialog that names the change.
 *
 * @param product of the engine in use, where that is known
 * @returns the registry's key, or undefined when it was closed or declined
 * @throws SidedError (`reference`, `argument-invalid`)
 */
export async function addRegistry(
  parts: AddRegistryParts,
  argument: unknown,
  product: EngineInfo['product'] | undefined,
): Promise<string | undefined> {
  if (isPersonsCall(argument)) return askRegistry(parts);
  return putRegistry(parts.changes, await registryArgument(argument), product);
}

/** @throws SidedError (`reference`, `argument-invalid`) */
export async function registryArgument(argument: unknown): Promise<RegistryConfig> {
  const { providers } = await import('../../registry/index.ts');
  return readRegistryArgument(
    argument,
    providers.map(({ id }) => id),
  );
}

/** Adds or changes a registry for a caller; undefined when that was declined. */
export async function putRegistry(
  changes: RegistryChanges,
  config: RegistryConfig,
  product: EngineInfo['product'] | undefined,
): Promise<string | undefined> {
  const known = registryList.all().find(({ registry }) => registry === config.registry);
  if (known && sameConfig(known, config)) return config.registry;
  const differences = [
    known && config.name !== known.name
      ? `${config.registry} would be called ${config.name ?? 'nothing'} instead of ${known.name ?? 'nothing'}.`
      : undefined,
    known && config.provider !== known.provider
      ? `${config.registry} would be taken for one of ${config.provider ?? 'nobody'} instead of ${known.provider ?? 'nobody'}.`
      : undefined,
    ...(config.transport === known?.transport
      ? []
      : [
          `${config.registry} would be reached by ${config.transport ?? 'https'}${known ? ` instead of ${known.transport ?? 'https'}` : ''}.`,
          await objectionTo(parseRegistryKey(config.registry), config.transport, product),
        ]),
  ].filter((change) => change !== undefined);
  if (differences.length > 0 && !(await confirmed(differences.map((change) => plainText(change))))) return undefined;
  await changes.put(config, known);
  return config.registry;
}

async function askRegistry({ changes, signIn }: AddRegistryParts): Promise<string | undefined> {
  const { providerOf, providers } = await import('../../registry/index.ts');
  const known = registryList.all().map(({ registry }) => registry);
  const config = await askRegistryPlace(providers, known);
  if (!config) return undefined;
  await changes.put(config);
  const key = parseRegistryKey(config.registry);
  // What kind it is says that it wants a sign-in; any other asks for one when it is pushed to.
  if (providerOf(key.registry, config.provider) && (await signIn.isMissing(key))) await signIn.ask(key);
  return config.registry;
}

function sameConfig(a: RegistryConfig, b: RegistryConfig): boolean {
  return a.name === b.name && a.provider === b.provider && a.transport === b.transport;
}

async function confirmed(changes: readonly string[]): Promise<boolean> {
  const change = 'Change';
  const chosen = await vscode.window.showWarningMessage(
    'Change the list of registries?',
    { modal: true, detail: changes.join('\n') },
    change,
  );
  return chosen === change;
}
