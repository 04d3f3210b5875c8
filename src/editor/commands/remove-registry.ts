import * as vscode from 'vscode';
import { SidedError } from '../../base/index.ts';
import { formatRegistryKey, parseRegistryKey } from '../../reference/index.ts';
import { registryList } from '../registry-list.ts';

/** “Remove Registry”: takes a row of the view, `{registry}`, or asks which. Nothing at the registry changes. */
export async function removeRegistry(argument: unknown): Promise<void> {
  const registry = await chosenRegistry(argument, 'Remove Registry');
  if (registry !== undefined) await registryList.remove(registry);
}

/**
 * The key of the registry that a command is about.
 *
 * @throws SidedError (`reference`, `argument-invalid`) for one that is not in the list
 */
export async function chosenRegistry(argument: unknown, title: string): Promise<string | undefined> {
  const all = registryList.all();
  if (argument === undefined || argument === null) {
    const items = all.map(({ registry, name }) => ({ label: registry, description: name ?? '' }));
    const picked = await vscode.window.showQuickPick(items, { title, placeHolder: 'Choose a registry' });
    return picked?.label;
  }
  const { registry, config } = argument as { registry?: unknown; config?: { registry?: unknown } };
  const named = registry ?? config?.registry;
  const key = typeof named === 'string' ? formatRegistryKey(parseRegistryKey(named)) : undefined;
  if (key !== undefined && all.some((known) => known.registry === key)) return key;
  throw new SidedError(
    'reference',
    'argument-invalid',
    `${key ?? 'What was passed'} is not among the registries of dockerPush.registries.`,
  );
}
