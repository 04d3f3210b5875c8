import { generateKeyPairSync } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { stopEverything } from '../test/support/cleanup.ts';
import { startEngine } from '../test/support/engine.ts';
import { buildImage, incompressible } from '../test/support/images.ts';
import { startPush } from '../test/support/main-job.ts';
import { startRegistry } from '../test/support/registry.ts';
import { makeRunFolder } from '../test/support/run-folder.ts';
import { startProxy } from '../test/support/slow-proxy.ts';
import { until } from '../test/support/until.ts';
import { startServer } from '../test/support/vscode-server.ts';
import { openWorkbench } from '../test/support/workbench.ts';
import { packageExtension } from './package-extension.ts';

/** `npm run pictures`: takes the pictures of the README from the real workbench, into media/. */
const engine = await startEngine({ kind: 'classic' });
const registry = await startRegistry();
const proxy = await startProxy({ target: registry.host });
const layers = [8_000_000, 3_000_000, 1_000_000].map((bytes, index) => ({
  path: `/layer${index}`,
  content: incompressible(bytes, index),
}));
await buildImage(engine.socketPath, 'api:dev', layers);
await buildImage(engine.socketPath, 'api:1.4.2', [
  ...layers,
  { path: '/app', content: incompressible(30_000_000, 'app') },
]);
const { privateKey } = generateKeyPairSync('rsa', {
  ...{ modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' } },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
await buildImage(engine.socketPath, 'web:2.0', [
  ...layers.slice(1),
  { path: '/app/bundle.js', content: incompressible(9_000_000, 'first') },
  { path: '/app/bundle.js', content: incompressible(8_000_000, 'second') },
  { path: '/root/.ssh/id_rsa', content: Buffer.from(privateKey) },
]);
const folder = path.join((await makeRunFolder()).path, 'shop');
await mkdir(folder);
const userSettings = { 'dockerPush.registries': [{ registry: proxy.host, name: 'Local registry' }] };
const server = await startServer({
  mode: 'workbench',
  vsix: await packageExtension(),
  userSettings,
  env: { DOCKER_HOST: engine.endpoint },
});
const workbench = await openWorkbench(server, { folder, viewport: { width: 1000, height: 560 }, scale: 2 });
await workbench.openDockerPush();
const job = { image: 'api:dev', destination: proxy.host, name: 'team/api:dev' };
await startPush(workbench, job);
await workbench.waitForNotification(/^Pushed/u);
await workbench.page.locator('.notifications-toasts .codicon-notifications-clear').first().click();
proxy.throttle(4_000_000);
await startPush(workbench, { ...job, image: 'api:1.4.2', name: 'team/api:1.4.2' });
await workbench.page.mouse.move(700, 250);
await workbench.waitForNotification(/ [3-8]\d %.*\/s/u);
await workbench.screenshot(path.resolve('media', 'push.png'));
console.log('media/push.png');
await workbench.waitForNotification(/^Pushed/u);
await workbench.clearNotifications();
// All rows are to be seen.
await workbench.page.setViewportSize({ width: 1000, height: 800 });
await workbench.contextMenu('web:2.0', 'Inspect Image');
const page = workbench.page.frameLocator('iframe.webview.ready').frameLocator('iframe[title]');
await page.getByText('1 file that a later layer hides').waitFor();
await until('its layers are read', async () => (await workbench.page.locator('.notification-toast').count()) === 0);
await workbench.screenshot(path.resolve('media', 'inspect.png'));
console.log('media/inspect.png');
await workbench.close();
await stopEverything();
process.exit(0);
