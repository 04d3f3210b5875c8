import * as vscode from 'vscode';
import { hasProfiles } from './profiles-in-text.ts';

/** In bytes. Longer settings are not read: nothing is then said of profiles in them. */
const longestFile = 256 * 1024;

/**
 * Whether the files of the workspace have push profiles. The editor does not tell of a workspace that is not trusted, so
 * they are read here: as JSON, for this one answer.
 */
export async function definesProfiles(): Promise<boolean> {
  const { workspaceFile, workspaceFolders = [] } = vscode.workspace;
  const folders = await Promise.all(
    workspaceFolders.map(({ uri }) => textOf(vscode.Uri.joinPath(uri, '.vscode', 'settings.json'))),
  );
  const whole = workspaceFile && workspaceFile.scheme !== 'untitled' ? await textOf(workspaceFile) : '';
  return folders.some((text) => hasProfiles(text)) || hasProfiles(whole, 'settings');
}

async function textOf(file: vscode.Uri): Promise<string> {
  try {
    if ((await vscode.workspace.fs.stat(file)).size > longestFile) return '';
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  } catch {
    return '';
  }
}
