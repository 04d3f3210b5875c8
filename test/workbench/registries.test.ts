import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { engineRequest, removeImage } from '../support/images.ts';
import { putImage } from '../support/registry-content.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { until } from '../support/until.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, digestAt, endings, type Scene, startScene } from './scene.ts';

const numbered = Array.from({ length: 130 }, (_, index) => `v${String(index + 1).padStart(3, '0')}`);

describe('looking through a registry', () => {
  let scene: Scene;
  let registry: RunningRegistry;
  let workbench: Workbench;

  before(async () => {
    [scene, registry] = await Promise.all([startScene('containerd'), startRegistry({ delete: true })]);
    await putImage(registry, 'team/api', ['1.0', 'latest']);
    await putImage(registry, 'team/many', numbered);
    const web = `${registry.host}/team/web:1`;
    await buildTestImage(scene.engine, web);
    const pushed = await engineRequest(scene.engine.socketPath, 'POST', `/images/${web}/push`, undefined, {
      'x-registry-auth': 'e30=',
    });
    assert.equal(pushed.status, 200);
    await removeImage(scene.engine.socketPath, web);
    workbench = await scene.open();
    await workbench.runCommand('Docker Push: Add Registry…');
    await workbench.quickInput.waitForTitle('Add Registry');
    await workbench.quickInput.fill(registry.host);
    await workbench.quickInput.accept();
    await workbench.row(registry.host).waitFor();
  });
  after(async () => {
    await workbench.close();
    await registry.stop();
    await scene.stop();
  });

  const unfold = async (label: string): Promise<void> => {
    const row = workbench.row(label);
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) !== 'true') await row.locator('.monaco-tl-twistie').click();
  };
  /** By the keyboard, as rows out of sight are not drawn. */
  const atTheEnd = async (row: Locator): Promise<void> => {
    await workbench.page.keyboard.press('End');
    await until('the row is in sight', async () => {
      if (await row.isVisible()) return true;
      await workbench.page.keyboard.press('ArrowUp');
      return row.isVisible();
    });
  };
  const tag = (repository: string, name: string) => workbench.row(`${registry.host}/team/${repository}:${name}`);

  it('shows its repositories, and their tags', async () => {
    await unfold(registry.host);
    for (const name of ['api', 'many', 'web']) await workbench.row(`${registry.host}/team/${name}`).waitFor();
    await unfold(`${registry.host}/team/api`);
    await tag('api', '1.0').waitFor();
    await tag('api', 'latest').waitFor();
  });

  it('copies what others pull it with', async () => {
    await workbench.contextMenu(`${registry.host}/team/api:1.0`, 'Copy Pull Command');
    await until('it is in the clipboard', async () =>
      (await workbench.clipboard()).includes(`docker pull ${registry.host}/team/api:1.0`),
    );
    await workbench.contextMenu(`${registry.host}/team/api:1.0`, 'Copy Digest');
    const digest = await digestAt(registry, 'team/api', '1.0');
    await until('the digest is', async () => (await workbench.clipboard()) === digest);
  });

  it('loads long lists in parts, the next with a click', async () => {
    const many = `${registry.host}/team/many`;
    await unfold(many);
    await workbench.row(`${many}:v130`).click();
    const more = workbench.page.getByRole('treeitem', { name: 'Load more (100 of 130)' });
    await atTheEnd(more);
    await more.click();
    await more.waitFor({ state: 'detached' });
    await atTheEnd(tag('many', 'v001'));
    await workbench.page.keyboard.press('Home');
    await workbench.row(many).locator('.monaco-tl-twistie').click();
  });

  it('pulls a tag through the engine', async () => {
    const web = `${registry.host}/team/web`;
    await unfold(web);
    await workbench.contextMenu(`${web}:1`, 'Pull');
    await workbench.row(`${web}:1`, 'Images').waitFor();
    await workbench.waitUntilProgressIsGone();
    assert.equal((await endings(workbench)).length, 0);
  });

  it('gives an image another tag without an upload', async () => {
    const api = `${registry.host}/team/api`;
    await workbench.contextMenu(`${api}:1.0`, 'Add Tag…');
    await workbench.quickInput.waitForTitle(`Add a tag to ${api}:1.0`);
    await workbench.quickInput.fill('no tag');
    await workbench.quickInput.waitForValidation(/“no tag”/u);
    await workbench.quickInput.fill('1.0');
    await workbench.quickInput.waitForValidation(/the tag that it has/u);
    await workbench.quickInput.fill('1.0.1');
    await workbench.quickInput.accept();
    await tag('api', '1.0.1').waitFor();
    assert.equal(await digestAt(registry, 'team/api', '1.0.1'), await digestAt(registry, 'team/api', '1.0'));
  });

  it('deletes after naming every tag that goes with it, and nothing without a yes', async () => {
    const api = `${registry.host}/team/api:1.0`;
    await workbench.contextMenu(api, 'Delete Tag…');
    assert.match((await workbench.dialog()).text, new RegExp(`Delete ${api}\\?`, 'u'));
    await workbench.clickDialogButton('Cancel');
    assert.ok(await digestAt(registry, 'team/api', '1.0'));

    await workbench.contextMenu(api, 'Delete Tag…');
    await workbench.clickDialogButton('Delete');
    await until('it names what goes with it', async () =>
      /deletes no tag by itself[\s\S]*(?:1\.0\.1, latest|latest, 1\.0\.1)\./u.test((await workbench.dialog()).text),
    );
    await workbench.clickDialogButton('Delete');
    await tag('api', 'latest').waitFor({ state: 'detached' });
    assert.equal(await digestAt(registry, 'team/api', 'latest'), undefined);
  });
});
