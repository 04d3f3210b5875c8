import * as vscode from 'vscode';

/** The folders that are open and are on this machine. */
export function localFolders(): string[] {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
  return folders.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => fsPath);
}
