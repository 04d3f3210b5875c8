import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { makeRunFolder } from '../support/run-folder.ts';
import { until } from '../support/until.ts';
import { calm, quiet } from './host.ts';
import type { VSCodeServer } from '../support/vscode-server.ts';
import { openWorkbench, type Workbench } from '../support/workbench.ts';

/** The windows of one person, one after the other. */
export interface Windows {
  /** Opens a window on an empty folder of its own, and waits until an extension has been started in it and it has come to rest. */
  readonly open: () => Promise<Workbench>;
  readonly close: () => Promise<void>;
}

/**
 * Opens a first window, which stays: the others find the editor's files in its browser's cache.
 *
 * @param extension the id of one that is started with the editor
 */
export async function openWindows(server: VSCodeServer, extension: string): Promise<Windows> {
  await calm(server);
  const folders = await makeRunFolder();
  let opened = 0;
  const open = async (beside?: Workbench): Promise<Workbench> => {
    // A folder that was open before would open with the views that it had.
    const folder = path.join(folders.path, String(opened++));
    await mkdir(folder);
    const before = await starts();
    const workbench = await openWorkbench(server, { folder, ...(beside && { beside }) });
    await until(`${extension} is started`, async () => (await starts()) > before, 60_000);
    // What comes with the editor has its own start to do, in the same host.
    await quiet((await server.extensionHosts()).at(-1) ?? 0);
    return workbench;
  };
  const starts = async (): Promise<number> =>
    (await server.logs()).split(`_doActivateExtension ${extension},`).length - 1;
  const first = await open();
  return {
    open: () => open(first),
    close: async () => {
      await first.close();
      await folders.remove();
    },
  };
}
