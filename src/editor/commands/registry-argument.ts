import * as vscode from 'vscode';
import { SidedError } from '../../base/index.ts';
import { parseRegistryKey, type RegistryKey } from '../../reference/index.ts';
import { registryList } from '../registry-list.ts';

/**
 * The registry that a command is about: a row of the view Registries, `{registry}` from a caller, or the one that is
 * chosen from the list. Undefined when that was closed.
 *
 * @throws SidedError (`reference`) for what is no registry
 */
export async function askedRegistry(argument: unknown, title: string): Promise<RegistryKey | undefined> {
  if (argument !== undefined && argument !== null) {
    const { registry, config } = argument as { registry?: unknown; config?: { registry?: unknown } };
    const named = registry ?? config?.registry;
    if (typeof named === 'string') return parseRegistryKey(named);
    throw new SidedError('reference', 'argument-invalid', '“registry” takes a registry, as registry.example.com/team.');
  }
  const items = registryList.all().map(({ registry, name }) => ({ label: registry, description: name ?? '' }));
  const placeHolder = 'Choose a registry';
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder, ignoreFocusOut: true });
  return picked && parseRegistryKey(picked.label);
}
