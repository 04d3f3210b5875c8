import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../src/base/index.ts';
import { stopEverything } from '../test/support/cleanup.ts';
import { startServer } from '../test/support/vscode-server.ts';
import { openDesktop } from './desktop.ts';
import { doMainJob } from './main-job.ts';
import { openInBrowser } from './open-in-browser.ts';
import { packageExtension } from './package-extension.ts';
import { sample } from './sample.ts';
import { makeSurroundings } from './surroundings.ts';
import { makeRunFolder } from '../test/support/run-folder.ts';

/**
 * `npm start`: VS Code with the extension, an engine with a sample image and a registry to push it to.
 * With `--headless` the main job is then done in it as a person would, and this ends.
 */
const headless = process.argv.includes('--headless');
let code = 0;
try {
  const vsix = await packageExtension();
  const { endpoint, registry } = await makeSurroundings();
  const workspace = path.join((await makeRunFolder()).path, 'hello-push');
  await mkdir(workspace);
  const userSettings =
    registry === undefined ? {} : { 'dockerPush.registries': [{ registry, name: 'Local registry' }] };
  const env = { DOCKER_HOST: endpoint };

  if (headless) {
    if (registry === undefined) throw new Error('The main job needs a registry.');
    const server = await startServer({ mode: 'workbench', vsix, userSettings, env });
    await doMainJob({ server, registry, workspace, pictures: path.resolve('out', 'start') });
  } else {
    const desktop = await openDesktop({ vsix, userSettings, env, workspace });
    if (desktop) await desktop.ended;
    else {
      const server = await startServer({ mode: 'workbench', vsix, userSettings, env });
      const address = `${server.url}/?folder=${encodeURIComponent(workspace)}`;
      console.log(`\nVS Code with Docker Push: ${address}`);
      console.log(
        `In Docker Push, right-click ${sample.reference} → Push to Registry…${registry === undefined ? '' : ` → ${registry}`}`,
      );
      console.log('Ctrl-C stops and removes all of it.');
      openInBrowser(address);
      await server.exited;
    }
  }
} catch (error) {
  console.error(messageOf(error));
  code = 1;
}
await stopEverything();
process.exit(code);
