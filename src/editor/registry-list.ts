import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { RegistryChanges, type RegistrySetting } from './registry-changes.ts';
import { readRegistryConfig, type RegistryConfig } from './registry-config.ts';
import { settingIn } from './settings-text.ts';
import { WindowLock } from './window-lock.ts';

export {
  readRegistryArgument,
  readRegistryConfig,
  registryOf,
  transports,
  type RegistryConfig,
  type Transport,
} from './registry-config.ts';

const section = 'dockerPush';
const key = 'registries';

/** The registries that are configured, as this window knows them. */
export const registryList = {
  /** What is written wrongly is passed over; settings.json underlines it. */
  all: (): RegistryConfig[] => {
    const found = new Map<string, RegistryConfig>();
    for (const entry of known()) {
      const config = readRegistryConfig(entry);
      if (config && !found.has(config.registry)) found.set(config.registry, config);
    }
    return [...found.values()];
  },

  onChange(listener: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${section}.${key}`)) listener();
    });
  },
};

/** What the setting holds, right or wrong: an entry with a slip of the pen is the user's to mend, not ours to drop. */
function known(): readonly unknown[] {
  return listOf(vscode.workspace.getConfiguration(section).get(key));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/**
 * @param storage of this extension. The default profile, whose settings count for the whole application, has it in
 *   User/globalStorage and its settings.json in User, on the desktop as on a server that keeps its browsers' settings. On
 *   a machine that the desktop is connected to there is no such file, or one that is not the desktop's.
 */
export function registryChanges(storage: vscode.Uri): RegistryChanges {
  const user = path.resolve(storage.fsPath, '../..');
  const setting: RegistrySetting = {
    known,
    stored: async () => {
      const { remoteName, uiKind } = vscode.env;
      const elsewhere = uiKind === vscode.UIKind.Desktop && remoteName !== undefined;
      if (elsewhere || path.basename(user) !== 'User') return undefined;
      const text = await readFile(path.join(user, 'settings.json'), 'utf8');
      return listOf(settingIn(text, `${section}.${key}`));
    },
    write: async (registries) => {
      await vscode.workspace.getConfiguration(section).update(key, registries, vscode.ConfigurationTarget.Global);
    },
  };
  return new RegistryChanges(setting, new WindowLock(path.join(storage.fsPath, 'registries.lock')));
}
