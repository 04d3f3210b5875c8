import * as vscode from 'vscode';
import { formatRegistryKey } from '../../reference/index.ts';
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
 * @returns the registry's key, or undefined when it was closed
 */
export async function editRegistry(changes: RegistryChanges, argument: unknown): Promise<string | undefined> {
  if (!isPersonsCall(argument)) {
    const given = await registryArgument(argument);
    // A registry alone says which; what about it is to be asked.
    if (Object.keys(given).length > 1) return putRegistry(changes, given);
  }
  const key = await askedRegistry(argument, 'Edit Registry');
  if (!key) return undefined;
  const registry = formatRegistryKey(key);
  const config = registryList.all().find((known) => known.registry === registry) ?? { registry };
  const edited = await askConfig(config);
  if (edited) await changes.put(edited, config);
  return edited?.registry;
}

async function askConfig(config: RegistryConfig): Promise<RegistryConfig | undefined> {
  const { registry } = config;
  const typed = await vscode.window.showInputBox({
    title: `Edit ${registry} (1/2)`,
    prompt: 'What it is called in lists. It may be empty.',
    value: config.name ?? '',
    ignoreFocusOut: true,
  });
  if (typed === undefined) return undefined;
  const items = [
    { label: 'Detected', description: 'HTTPS; on this machine, whatever the registry speaks', transport: undefined },
    ...Object.entries(ways).map(([label, description]) => ({ label, description, transport: label as Transport })),
  ].map((item) => ({ ...item, label: item.transport === config.transport ? `$(check) ${item.label}` : item.label }));
  const title = `Edit ${registry} (2/2)`;
  const way = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: 'How it is reached, to confirm a push and to sign in',
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
