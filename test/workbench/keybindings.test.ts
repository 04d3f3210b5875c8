import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeRunFolder } from '../support/run-folder.ts';
import { openWorkbench, type Workbench } from '../support/workbench.ts';
import { buildTestImage, digestAt, endings, type Scene, startScene } from './scene.ts';

describe('dockerPush.push with arguments, on a key', () => {
  let scene: Scene;
  let workbench: Workbench;

  before(async () => {
    scene = await startScene('classic');
    await buildTestImage(scene.engine, 'api:dev');
    const at = (name: string): string => `${scene.registry.host}/team/api:${name}`;
    const command = 'dockerPush.push';
    const args = { image: 'api:dev', targets: [at('key'), at('second')] };
    const keys = [
      { key: 'ctrl+alt+p', command, args },
      { key: 'ctrl+alt+o', command, args: { ...args, targets: at('wrong') } },
      { key: 'ctrl+alt+i', command, args: { image: 'api:dev', targets: [at('wrong')], force: true } },
    ];
    await writeFile(path.join(scene.server.dataDir, 'data/User/keybindings.json'), JSON.stringify(keys));
    const folder = path.join((await makeRunFolder()).path, 'workspace');
    await mkdir(folder);
    workbench = await openWorkbench(scene.server, { folder });
    await workbench.openDockerPush();
    await workbench.row('api:dev').waitFor();
  });
  after(async () => {
    await workbench.close();
    await scene.stop();
  });

  it('pushes to every target and asks nothing', async () => {
    await workbench.page.keyboard.press('Control+Alt+p');
    await workbench.waitForNotification(/^Pushed/u);
    assert.equal(await workbench.quickInput.isOpen(), false);
    for (const tag of ['key', 'second']) assert.ok(await digestAt(scene.registry, 'team/api', tag), tag);
    assert.equal((await endings(workbench)).length, 1);
  });

  for (const [what, key, words] of [
    ['targets that are no list', 'o', /“targets” takes a list of references/u],
    ['an unknown field', 'i', /does not know “force”/u],
  ] as const) {
    it(`says what is wrong with ${what}, and sends nothing`, async () => {
      await workbench.page.keyboard.press(`Control+Alt+${key}`);
      const { severity } = await workbench.waitForNotification(words);
      assert.equal(severity, 'warning');
      assert.equal(await workbench.quickInput.isOpen(), false);
      assert.equal(await digestAt(scene.registry, 'team/api', 'wrong'), undefined);
    });
  }
});
