import { execFile, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import type { DockerPushExports } from '../../../docs/docker-push.d.ts';

interface Ground {
  readonly context: vscode.ExtensionContext;
  readonly exported: DockerPushExports;
  readonly received: unknown[];
}

const { window, workspace } = vscode;
const settings = (): vscode.WorkspaceConfiguration => workspace.getConfiguration('dockerPush');
const file = async (folder: string | undefined, text: string): Promise<void> => {
  if (folder === undefined) throw new Error('There is no such folder.');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'planted'), text);
};

/** Where an extension can leave a text, each in the way in which extensions do that. */
export const plants = {
  'a setting of the user': (text: string) =>
    settings().update('registries', [{ registry: 'x.example.com', name: text }], vscode.ConfigurationTarget.Global),
  'a setting of the machine': (text: string) =>
    settings().update('engine.endpoint', text, vscode.ConfigurationTarget.Global),
  'a setting of the workspace': (text: string) =>
    settings().update('showStatusBarItem', text, vscode.ConfigurationTarget.Workspace),
  'the global state': (text: string, { context }: Ground) => context.globalState.update('planted', text),
  'the state of a workspace': (text: string, { context }: Ground) => context.workspaceState.update('planted', text),
  'the global storage': (text: string, { context }: Ground) => file(context.globalStorageUri.fsPath, text),
  'the storage of a workspace': (text: string, { context }: Ground) => file(context.storageUri?.fsPath, text),
  'the home folder': (text: string) => file(path.join(homedir(), '.docker'), text),
  'the temporary folder': (text: string) => file(path.join(tmpdir(), 'x'), text),
  'the workspace': (text: string) => file(workspace.workspaceFolders?.[0]?.uri.fsPath, text),
  'the name of a file': (text: string) => file(path.join(tmpdir(), encodeURIComponent(text)), ''),
  'a log channel': (text: string) => {
    window.createOutputChannel('Planted log', { log: true }).info(text);
  },
  'an output channel': (text: string) => {
    window.createOutputChannel('Planted output').append(text);
  },
  'the folder for logs': (text: string, { context }: Ground) => file(context.logUri.fsPath, text),
  'the console': (text: string) => {
    console.log(text);
  },
  'a notification': (text: string) => {
    void window.showInformationMessage(`See ${text}`);
  },
  'a button': (text: string) => {
    void window.showWarningMessage('See the button', text);
  },
  'a progress notification': (text: string) =>
    window.withProgress({ location: vscode.ProgressLocation.Notification, title: 'See' }, (progress) => {
      progress.report({ message: text });
      return new Promise((resolve) => setTimeout(resolve, 2_000));
    }),
  'a message in the status bar': (text: string) => {
    window.setStatusBarMessage(text);
  },
  'the environment of the extension host': (text: string) => {
    process.env.PLANTED = text;
  },
  'the environment of a process': (text: string) => {
    spawn('sleep', ['600'], { env: { PATH: process.env.PATH, PLANTED: text }, stdio: 'ignore' });
  },
  'the command line of a process': (text: string) => {
    spawn('sh', ['-c', 'sleep 600; true', text], { env: { PATH: process.env.PATH }, stdio: 'ignore' });
  },
  'the environment of a process that has left': (text: string) =>
    promisify(execFile)('true', [], { env: { PATH: process.env.PATH, PLANTED: text } }),
  'what is exported': (text: string, { exported }: Ground) => {
    Object.assign(exported, { planted: { text } });
  },
  'a result': (text: string, { received }: Ground) => {
    received.push([{ error: new Error('x', { cause: text }) }]);
  },
} satisfies Record<string, (text: string, ground: Ground) => unknown>;

export type Plant = keyof typeof plants;
