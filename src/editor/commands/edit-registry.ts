import * as vscode from 'vscode';
import type { EngineInfo } from '../../engine/index.ts';
import { formatRegistryKey, parseRegistryKey } from '../../reference/index.ts';
import { objectionTo } from '../engine-objection.ts';
import type { RegistryChanges } from '../registry-changes.ts';
import { registryList, type RegistryConfig, type Transport } from '../registry-list.ts';
import { putRegistry, registryArgument } from './add-registry.ts';
import { isPersonsCall } from '../persons-call.ts';
import { askedRegistry } from './registry-argument.ts';

const ways: Record<Transport, string> = {
  https: 'over TLS, with a certificate that this machine trusts',
  'https-unverified': 'over TLS, whatever the certificate: anyone on the way could pose as the registry',
  http: 'in plain text: anyone on the way can read the password',
};

/**
 * “Edit Registry…”: its name in lists, and how it is reached. A RegistryConfig from a caller is taken as by `addRegistry`,
 * which confirms what changes.
 *
 * @param product of the engine in use, where that is known
 * @returns the registry's key, or undefined when it was closed
 */
export async function editRegistry(
  changes: RegistryChanges,
  argument: unknown,
  product: EngineInfo['product'] | undefined,
): Promise<string | undefined> {
  if (!isPersonsCall(argument)) {
    const given = await registryArgument(argument);
    // A registry alone says which; what about it is to be asked.
    if (Object.keys(given).length > 1) return putRegistry(changes, given, product);
  }
  const key = await askedRegistry(argument, 'Edit Registry');
  if (!key) return undefined;
  const registry = formatRegistryKey(key);
  const config = registryList.all().find((known) => known.registry === registry) ?? { registry };
  const edited = await askConfig(config, product);
  if (edited) await changes.put(edited, config);
  return edited?.registry;
}

async function askConfig(
  config: RegistryConfig,
  product: EngineInfo['product'] | undefined,
): Promise<RegistryConfig | undefined> {
  const { registry } = config;
  const typed = await vscode.window.showInputBox({
    title: `Edit ${registry} (1/2)`,
    prompt: 'What it is called in lists. It may be empty.',
    value: config.name ?? '',
    ignoreFocusOut: true,
  });
  if (typed === undefined) return undefined;
  const choices = [
    { label: 'Detected', description: 'HTTPS; on this machine, whatever the registry speaks', transport: undefined },
    ...Object.entries(ways).map(([label, description]) => ({ label, description, transport: label as Transport })),
  ];
  const items = await Promise.all(
    choices.map(async (item) => {
      const detail = await objectionTo(parseRegistryKey(registry), item.transport, product);
      const label = item.transport === config.transport ? `$(check) ${item.label}` : item.label;
      return { ...item, label, ...(detail && { detail }) };
    }),
  );
  const title = `Edit ${registry} (2/2)`;
  const way = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: 'How it is reached, to confirm a push and to sign in',
    ignoreFocusOut: true,
  });
  if (!way) return undefined;
  const name = typed.trim();
  return {
    registry,
    ...(name !== '' && { name }),
    ...(config.provider !== undefined && { provider: config.provider }),
    ...(way.transport && { transport: way.transport }),
  };
}
