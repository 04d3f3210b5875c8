import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { own } from '../test/support/cleanup.ts';
import { makeRunFolder } from '../test/support/run-folder.ts';
import { unpackVsix } from '../test/support/vsix.ts';

export interface DesktopOptions {
  readonly vsix: string;
  readonly userSettings: Record<string, unknown>;
  readonly env: Record<string, string>;
  readonly workspace: string;
}

/**
 * Opens the desktop VS Code, in a profile and with an extensions folder of its own, where there is a display and it can
 * be had. Answers undefined, with one line that says why, where not.
 */
export async function openDesktop(options: DesktopOptions): Promise<{ readonly ended: Promise<unknown> } | undefined> {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) {
    console.log('There is no display: opening the VS Code server instead of the desktop.');
    return undefined;
  }
  let program: string;
  try {
    program = await downloadAndUnzipVSCode('stable');
  } catch {
    console.log('The desktop VS Code cannot be had here: opening the VS Code server instead.');
    return undefined;
  }
  const { path: folder } = await makeRunFolder();
  const settings = path.join(folder, 'data', 'User', 'settings.json');
  await mkdir(path.dirname(settings), { recursive: true });
  await writeFile(
    settings,
    JSON.stringify({ 'workbench.startupEditor': 'none', ...options.userSettings }, undefined, 2),
  );
  await unpackVsix(options.vsix, path.join(folder, 'extensions'));
  const args = [
    options.workspace,
    '--user-data-dir',
    path.join(folder, 'data'),
    '--extensions-dir',
    path.join(folder, 'extensions'),
  ];
  const desktop = spawn(program, [...args, '--disable-workspace-trust', '--new-window', '--wait'], {
    env: { ...process.env, ...options.env },
    stdio: 'ignore',
  });
  own({
    stop: async () => {
      desktop.kill();
      if (desktop.exitCode === null && desktop.signalCode === null) await once(desktop, 'exit');
    },
    stopNow: () => void desktop.kill(),
  });
  console.log('VS Code is open. Close it, or press Ctrl-C, to stop and remove all of this.');
  return { ended: once(desktop, 'exit') };
}
