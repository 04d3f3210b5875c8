import assert from 'node:assert/strict';
import { removeImage, tagImage } from '../support/images.ts';
import { until } from '../support/until.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, digestAt, endings, type Scene, startScene } from './scene.ts';

describe('several selected images', () => {
  let scene: Scene;
  let workbench: Workbench;

  before(async () => {
    scene = await startScene('containerd');
    for (const name of ['api:1', 'api:2', 'shop/web:dev']) await buildTestImage(scene.engine, name);
  });
  after(() => scene.stop());
  beforeEach(async () => {
    workbench = await scene.open();
  });
  afterEach(() => workbench.close());

  const select = async (first: string, ...more: string[]): Promise<void> => {
    await workbench.row(first).click();
    for (const name of more) await workbench.row(name).click({ modifiers: ['ControlOrMeta'] });
  };
  /** Up to the namespace, with the registry chosen. */
  const start = async (row: string, count: number): Promise<void> => {
    const { quickInput } = workbench;
    await workbench.contextMenu(row, 'Push to Registry…');
    await quickInput.waitForTitle(`Push ${count} images to… (1/2)`);
    await quickInput.fill(scene.registry.host);
    await quickInput.waitForItem(scene.registry.host);
    await quickInput.accept();
    await quickInput.waitForTitle(`Push ${count} images to ${scene.registry.host} (2/2)`);
  };

  it('are pushed in one go: one destination, one namespace, one notification', async () => {
    const { quickInput } = workbench;
    const { host } = scene.registry;
    for (const name of ['api:1', 'api:2', 'shop/web:dev']) await workbench.row(name).waitFor();
    await select('api:1', 'api:2', 'shop/web:dev');
    const labels = await workbench.contextMenuItems('api:2');
    assert.ok(labels.includes('Push to Registry…') && !labels.some((label) => label.startsWith('Tag')), labels.join());
    await start('api:2', 3);
    await quickInput.fill('Team');
    await quickInput.waitForValidation(/lower case/u);
    await quickInput.fill('team');
    await quickInput.waitForValidation(`Enter pushes ${host}/team/api:1, ${host}/team/api:2, ${host}/team/web:dev`);
    await quickInput.waitForValidation(/team\/web:dev · 3 new tags$/u);
    await quickInput.accept();
    const end = await workbench.waitForNotification(/^Pushed \d/u);
    assert.equal(end.text, `Pushed 3 of 3: ${host}/team/api:1, ${host}/team/api:2, ${host}/team/web:dev.`);
    assert.equal(end.severity, 'info');
    assert.equal((await endings(workbench)).length, 1);
    for (const [name, tag] of [
      ['team/api', '1'],
      ['team/api', '2'],
      ['team/web', 'dev'],
    ] as const)
      assert.ok(await digestAt(scene.registry, name, tag), name);
  });

  it('say before Enter what that would do there', async () => {
    const { quickInput } = workbench;
    await buildTestImage(scene.engine, 'api:3');
    for (const name of ['api:1', 'api:2', 'api:3']) await workbench.row(name).waitFor();
    await select('api:1', 'api:2', 'api:3');
    await start('api:2', 3);
    await quickInput.fill('team');
    await quickInput.waitForValidation(/team\/api:3 · 1 new tag, 2 hold this image$/u);
    await buildTestImage(scene.engine, 'api:2', 0, 'anew');
    await quickInput.escape();
    // The one that was built is drawn: until then the editor may know no row.
    await until('it is ahead', async () => (await workbench.rows('Images')).some((row) => /^2 .* · ↑$/u.test(row)));
    await select('api:1', 'api:2');
    await start('api:2', 2);
    await quickInput.fill('team');
    await quickInput.waitForValidation(/team\/api:2 · 1 holds this image, 1 replaces your push$/u);
    await quickInput.escape();
  });

  it('are told apart when one fails: the others are pushed, and only that one again', async () => {
    const { quickInput } = workbench;
    const { host } = scene.registry;
    const { socketPath } = scene.engine;
    await buildTestImage(scene.engine, 'gone:1');
    // The image outlives its name.
    await tagImage(socketPath, 'gone:1', 'kept:1');
    // Both are there: a row that comes while others are being selected moves them under the mouse.
    for (const name of ['gone:1', 'kept:1']) await workbench.row(name).waitFor();
    await select('gone:1', 'shop/web:dev');
    await start('gone:1', 2);
    await quickInput.fill('again');
    await quickInput.waitForValidation(/Enter pushes/u);
    await removeImage(socketPath, 'gone:1');
    await quickInput.accept();
    const end = await workbench.waitForNotification(/^Pushed \d/u);
    assert.match(
      end.text,
      new RegExp(`^Pushed 1 of 2: ${host}/again/web:dev\\. ${host}/again/gone:1: Cannot push`, 'u'),
    );
    assert.deepEqual(end.buttons, ['Push Again', 'Remove Local Tag', 'Show Log']);
    assert.equal(end.severity, 'error');
    assert.equal((await endings(workbench)).length, 1);

    await tagImage(socketPath, 'kept:1', 'gone:1');
    await workbench.clickNotificationButton('Push Again');
    await workbench.waitForNotification(`Pushed ${host}/again/gone:1`);
  });
});
