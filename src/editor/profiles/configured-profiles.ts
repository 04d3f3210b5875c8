import * as vscode from 'vscode';
import { type ProfileEntry, profilesSetting, readProfiles } from './profile.ts';
import { definesProfiles } from './workspace-files.ts';

/** The push profiles of this window, and where they are written. */
export interface ConfiguredProfiles {
  /** In the order of the setting; of several folders one after the other. */
  readonly entries: readonly ProfileEntry[];
  /** The workspace has some, which count for nothing until it is trusted. */
  readonly ignored: boolean;
  /** The command that opens the settings.json they are in. */
  readonly openSettings: string;
}

/**
 * Reads the setting, of every folder that is open. In a workspace that is not trusted nothing but the person's own settings
 * is taken: the editor keeps what the workspace says from extensions there, and this does not lean on it.
 */
export async function configuredProfiles(): Promise<ConfiguredProfiles> {
  const { isTrusted, workspaceFile, workspaceFolders = [] } = vscode.workspace;
  const scopes = workspaceFolders.length > 0 ? workspaceFolders.map(({ uri }) => uri) : [undefined];
  const found = scopes.map((scope) => vscode.workspace.getConfiguration(undefined, scope).inspect(profilesSetting));
  const values = found.map((value) => {
    const own = value?.globalValue ?? value?.defaultValue;
    return isTrusted ? (value?.workspaceFolderValue ?? value?.workspaceValue ?? own) : own;
  });
  // What is set for all folders is found in each.
  const distinct = [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
  const ofWorkspace = found.some((value) => value?.workspaceValue !== undefined);
  const ofFolder = workspaceFile && found.some((value) => value?.workspaceFolderValue !== undefined);
  return {
    entries: distinct.flatMap(readProfiles),
    ignored: !isTrusted && (ofWorkspace || ofFolder === true || (await definesProfiles())),
    openSettings: `workbench.action.${ofFolder ? 'openFolderSettingsFile' : ofWorkspace ? 'openWorkspaceSettingsFile' : 'openSettingsJson'}`,
  };
}
