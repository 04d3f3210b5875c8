import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pushImage } from '../support/main-job.ts';
import { makeRunFolder } from '../support/run-folder.ts';
import { until } from '../support/until.ts';
import { openWorkbench, type Workbench } from '../support/workbench.ts';
import { buildTestImage, digestAt, endings, type Scene, startScene } from './scene.ts';

describe('the last-built image in the status bar', () => {
  let scene: Scene;
  let folder: string;
  let workbench: Workbench;
  /** The id of web:old at first. */
  let old: string;

  before(async () => {
    scene = await startScene('classic');
    folder = path.join((await makeRunFolder()).path, 'built-here');
    await mkdir(folder);
    await writeFile(path.join(folder, 'Dockerfile'), 'FROM scratch\n');
    old = await buildTestImage(scene.engine, 'web:old');
    // What a click passes, kept from before the image was built anew.
    const args = { image: { name: 'web:old', id: old }, target: `${scene.registry.host}/team/web:old` };
    const command = 'dockerPush.pushLastBuilt';
    const keys = [
      { key: 'ctrl+alt+p', command, args },
      { key: 'ctrl+alt+o', command, args: { image: 'web:old', target: args.target } },
    ];
    await writeFile(path.join(scene.server.dataDir, 'data/User/keybindings.json'), JSON.stringify(keys));
    // One profile for all: VS Code in a browser keeps a workspace's memory there.
    workbench = await openWorkbench(scene.server, { folder });
  });
  after(async () => {
    await workbench.close();
    await scene.stop();
  });

  const item = () => workbench.statusBarItem('dockerPush.lastBuilt');
  const shows = (text: string): Promise<void> => item().filter({ hasText: text }).waitFor();

  it('is not there where nothing is built and nothing was pushed', async () => {
    const elsewhere = await scene.open();
    await elsewhere.row('web:old').waitFor();
    assert.equal(await elsewhere.statusBarItem('dockerPush.lastBuilt').count(), 0);
    await elsewhere.close();
  });

  it('shows what was built last without any view, and the first click asks where to', async () => {
    await shows('web:old');
    await buildTestImage(scene.engine, 'api:dev', 0, 'first');
    await shows('api:dev');
    const job = { image: 'api:dev', destination: scene.registry.host, name: 'team/api:dev' };
    const { text } = await pushImage(workbench, { way: 'status bar', ...job });
    assert.match(text, /^Pushed .* 2 layers sent/u);
    await shows(`api:dev → ${scene.registry.host}/team`);
  });

  it('pushes with one click and no question from then on, exactly what it shows', async () => {
    const before = await digestAt(scene.registry, 'team/api', 'dev');
    await workbench.clearNotifications();
    const id = await buildTestImage(scene.engine, 'api:dev', 0, 'second');
    // The hover is made when it opens, so it is opened until it tells of the new image.
    await until('the item tells of the new image', async () => {
      await workbench.page.locator('.part.titlebar').hover();
      await item().hover();
      const hover = workbench.page.locator('.workbench-hover', { hasText: 'built or tagged last' });
      await hover.waitFor();
      return (await hover.innerText()).includes(id.slice(0, 19));
    });
    await item().click();
    const { text } = await workbench.waitForNotification(/^Pushed/u);
    const now = await digestAt(scene.registry, 'team/api', 'dev');
    assert.ok(now && now !== before);
    assert.ok(text.includes(now));
    assert.equal(await workbench.quickInput.isOpen(), false);
    // One for each of the two pushes.
    assert.equal((await endings(workbench)).length, 2);
  });

  it('takes nothing for what was shown that it did not show', async () => {
    await workbench.clearNotifications();
    await workbench.page.keyboard.press('Control+Alt+o');
    const { severity } = await workbench.waitForNotification(/“image” takes a name and an image ID/u);
    assert.equal(severity, 'warning');
    assert.equal(await digestAt(scene.registry, 'team/web', 'old'), undefined);
  });

  it('pushes what was shown when it was clicked, and says that something newer has the name', async () => {
    await workbench.clearNotifications();
    const newer = await buildTestImage(scene.engine, 'web:old', 0, 'newer');
    await workbench.page.keyboard.press('Control+Alt+p');
    const { severity, text } = await workbench.waitForNotification(/^Pushed/u);
    assert.equal(severity, 'warning');
    assert.ok(text.includes(`web:old has moved to ${newer.slice(0, 19)} since it was shown`), text);
    const manifest = `${scene.registry.url}/v2/team/web/manifests/old`;
    const answer = await fetch(manifest, {
      headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
    });
    const { config } = (await answer.json()) as { config: { digest: string } };
    assert.equal(config.digest, old);
  });
});
