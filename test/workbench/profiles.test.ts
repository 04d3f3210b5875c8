import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { QuickInputItem } from '../support/quick-input.ts';
import { until } from '../support/until.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, digestAt, endings, type Scene, startScene } from './scene.ts';

const example = 'registry.example.com';

/** Writes the settings of the workspace. */
async function writeSettings({ folder }: Scene, settings: Record<string, unknown>): Promise<void> {
  await mkdir(path.join(folder, '.vscode'), { recursive: true });
  await writeFile(path.join(folder, '.vscode', 'settings.json'), JSON.stringify(settings, undefined, 2));
}

/** Chooses Push to Registry… on a row, and waits for what is offered. */
async function offered(workbench: Workbench, row: string, what = row): Promise<QuickInputItem[]> {
  const { quickInput } = workbench;
  await workbench.contextMenu(row, 'Push to Registry…');
  await quickInput.waitForTitle(`Push ${what} to…`);
  return until('there is a row', async () => {
    const items = await quickInput.items();
    return items.length > 0 ? items : undefined;
  });
}

describe('push profiles', () => {
  let scene: Scene;
  let workbench: Workbench;

  before(async () => {
    scene = await startScene('classic', { 'dockerPush.registries': [{ registry: example }] });
    const { host } = scene.registry;
    await writeSettings(scene, {
      'dockerPush.profiles': [
        {
          name: 'staging',
          image: '{api,web}',
          targets: [`${host}/team/\${imageName}:\${tag}`, `${host}/team/\${imageName}:latest`],
        },
        { name: 'release', image: 'api', targets: [`${host}/release/api:\${release}`] },
        { name: 'broken', image: 'api', target: [`${host}/broken/api:1`] },
        { name: 'other', image: 'shop/*', targets: [`${host}/other/\${imageName}:\${packageVersion}-\${tag}`] },
      ],
    });
    await writeFile(path.join(scene.folder, 'package.json'), JSON.stringify({ version: '3.1.0' }));
    for (const name of ['api:dev', 'web:1', 'shop/cart:2']) await buildTestImage(scene.engine, name);
    const command = 'dockerPush.push';
    const keys = [
      { key: 'ctrl+alt+p', command, args: { image: 'shop/cart:2', profile: 'other' } },
      { key: 'ctrl+alt+o', command, args: { image: 'web:1', profile: 'other' } },
    ];
    await writeFile(path.join(scene.server.dataDir, 'data/User/keybindings.json'), JSON.stringify(keys));
    workbench = await scene.open();
    for (const name of ['api:dev', 'web:1', 'shop/cart:2']) await workbench.row(name).waitFor();
  });
  after(async () => {
    await workbench.close();
    await scene.stop();
  });
  beforeEach(() => workbench.clearNotifications());
  afterEach(async () => {
    const { quickInput } = workbench;
    if (await quickInput.isOpen()) await quickInput.escape();
  });

  it('stand first, with their targets; what cannot be used says why, in its place', async () => {
    const { host } = scene.registry;
    const items = await offered(workbench, 'api:dev');
    assert.deepEqual(
      // What is known of them may be there already.
      items.map(({ label, description, separator }) => [label.trim(), description.split(' · ')[0], separator]),
      [
        ['staging', `${host}/team/api:dev, ${host}/team/api:latest`, 'Profiles'],
        ['release', '', ''],
        ['Mend the profile “broken”', 'in settings.json', ''],
        [example, '', 'Registries'],
      ],
    );
    assert.match(items[1]?.detail ?? '', /^\$\{release\} in “.*” is not known/u);
    assert.match(items[2]?.detail ?? '', /“target”/u);
  });

  it('send an image to all targets at Enter, in one request with one notification', async () => {
    const { host } = scene.registry;
    const { quickInput } = workbench;
    const told = (await endings(workbench)).length;
    const inputs = await workbench.inputsDuring(async () => {
      await offered(workbench, 'api:dev');
      await quickInput.accept();
      await quickInput.waitUntilClosed();
    });
    const { text, severity } = await workbench.waitForNotification(/^Pushed \d/u);
    assert.equal(text, `Pushed 2 of 2: ${host}/team/api:dev, ${host}/team/api:latest.`);
    assert.equal(severity, 'info');
    assert.deepEqual(inputs, ['right-click', 'Enter', 'Enter']);
    assert.equal((await endings(workbench)).length, told + 1);
    const digest = await digestAt(scene.registry, 'team/api', 'dev');
    assert.ok(digest);
    assert.equal(await digestAt(scene.registry, 'team/api', 'latest'), digest);
  });

  it('are repeated by Push Again with all their targets', async () => {
    await workbench.runCommand('Docker Push: Push Again');
    await workbench.waitForNotification(/^Pushed 2 of 2/u);
  });

  it('do nothing at Enter where they cannot be expanded now', async () => {
    const { keyboard } = workbench.page;
    const { quickInput } = workbench;
    await offered(workbench, 'api:dev');
    await keyboard.press('ArrowDown');
    await quickInput.accept();
    // The key after it finds the same list.
    await quickInput.fill('rel');
    await until('one profile is left', async () =>
      (await quickInput.items()).some(({ label }) => label.trim() === 'release'),
    );
    await quickInput.accept();
    assert.match(await quickInput.title(), /to… \(1\/2\)$/u);
    assert.equal(await digestAt(scene.registry, 'release/api', 'dev'), undefined);
  });

  it('are found by their names, and not by a part of where they go', async () => {
    const { quickInput } = workbench;
    const { host } = scene.registry;
    const labels = async (): Promise<string[]> => (await quickInput.items()).map(({ label }) => label.trim());
    await offered(workbench, 'api:dev');
    await quickInput.fill('stag');
    await until('it is found', async () => (await labels())[0] === 'staging');
    await quickInput.fill(host);
    await until('it is not', async () => !(await labels()).includes('staging') && (await labels())[0] === host);
    await quickInput.accept();
    await quickInput.waitForTitle(`Push api:dev to ${host} (2/2)`);
  });

  it('say what they would do there, as soon as it is known', async () => {
    const { host } = scene.registry;
    const { quickInput } = workbench;
    await offered(workbench, 'api:dev');
    const told = `${host}/team/api:dev, ${host}/team/api:latest · 2 hold this image`;
    await until('it is said', async () => (await quickInput.items())[0]?.description === told);
    await quickInput.escape();
    await offered(workbench, 'web:1');
    await until('it is said of what is new', async () =>
      (await quickInput.items())[0]?.description.endsWith('web:latest · 2 new tags'),
    );
  });

  it('send several images to the targets of each, where one is for all of them', async () => {
    const { host } = scene.registry;
    const { quickInput } = workbench;
    await workbench.row('api:dev').click();
    await workbench.row('web:1').click({ modifiers: ['ControlOrMeta'] });
    const [first] = await offered(workbench, 'web:1', '2 images');
    assert.equal(first?.label.trim(), 'staging');
    assert.match(
      `${first.description} ${first.detail}`,
      new RegExp(`${host}/team/web:1.*${host}/team/web:latest`, 'u'),
    );
    await quickInput.accept();
    const { text } = await workbench.waitForNotification(/^Pushed \d/u);
    assert.match(text, /^Pushed 4 of 4/u);
    for (const tag of ['1', 'latest']) assert.ok(await digestAt(scene.registry, 'team/web', tag), tag);
    // The names that it made come into the list, and are marked, a moment after.
    await until('each row has come', async () => {
      const rows = await workbench.rows('Images');
      return rows.filter((row) => /^(?:1|latest) .* · ✓$/u.test(row)).length === 4;
    });
    await workbench.row('api:dev').click();
    await workbench.row('shop/cart:2').click({ modifiers: ['ControlOrMeta'] });
    const items = await offered(workbench, 'api:dev', '2 images');
    assert.ok(!items.some(({ label }) => ['staging', 'other'].includes(label.trim())));
    await quickInput.escape();
    await workbench.row('web:1').click();
  });

  it('serve a key by their names, and refuse an image that they are not for', async () => {
    const { host } = scene.registry;
    await workbench.page.keyboard.press('Control+Alt+p');
    await workbench.waitForNotification(`Pushed ${host}/other/cart:3.1.0-2`);
    assert.ok(await digestAt(scene.registry, 'other/cart', '3.1.0-2'));
    await workbench.page.keyboard.press('Control+Alt+o');
    await workbench.waitForNotification(/The profile “other” is for images like “shop\/\*”, not for web:1/u);
    assert.equal(await digestAt(scene.registry, 'other/web', '1'), undefined);
  });

  it('lead to settings.json where one is written wrongly', async () => {
    const { quickInput, page } = workbench;
    await offered(workbench, 'api:dev');
    await quickInput.pick('Mend the profile “broken”');
    await quickInput.waitUntilClosed();
    await page.locator('.monaco-editor .view-lines', { hasText: '"dockerPush.profiles"' }).waitFor();
  });
});

describe('push profiles in a workspace that is not trusted', () => {
  let scene: Scene;
  let workbench: Workbench;

  before(async () => {
    const settings = {
      'dockerPush.registries': [{ registry: example }],
      'security.workspace.trust.startupPrompt': 'never',
      // Its coming moves what is below it, and closes a menu that is open.
      'security.workspace.trust.banner': 'never',
      // Else the editor of trust stands before all the rest.
      'workbench.editor.useModal': 'off',
    };
    scene = await startScene('classic', settings, {}, {}, { trust: false });
    await buildTestImage(scene.engine, 'api:dev');
  });
  after(() => scene.stop());
  afterEach(() => workbench.close());

  const profiles = [{ name: 'staging', image: 'api', targets: [`${example}/team/api:1`] }];
  const open = async (workspace: Record<string, unknown>): Promise<QuickInputItem[]> => {
    await writeSettings(scene, workspace);
    workbench = await scene.open();
    await workbench.row('api:dev').waitFor();
    await workbench.statusBarItem(/Restricted Mode/u).waitFor();
    return offered(workbench, 'api:dev');
  };
  const note = 'This workspace has push profiles. They are ignored until it is trusted.';

  it('are not spoken of where there are none', async () => {
    const items = await open({ 'editor.tabSize': 4 });
    assert.deepEqual(
      items.map(({ label }) => label),
      [example],
    );
  });

  for (const [how, workspace] of [
    ['', { 'dockerPush.profiles': profiles }],
    [', however they are written', { dockerPush: { profiles } }],
  ] as const)
    it(`are not offered, and that is said${how}`, async () => {
      const items = await open(workspace);
      assert.deepEqual(
        items.map(({ label, detail }) => [label.trim(), detail]),
        [
          ['Manage Workspace Trust', note],
          [example, ''],
        ],
      );
      // What needs no trust needs no more keys for it.
      await workbench.quickInput.accept();
      await workbench.quickInput.waitForTitle(`Push api:dev to ${example} (2/2)`);
      await workbench.quickInput.escape();
    });

  it('are offered when the row has led to trust, and it was given', async () => {
    await open({ 'dockerPush.profiles': profiles });
    const { page, quickInput } = workbench;
    await quickInput.pick('Manage Workspace Trust');
    await quickInput.waitUntilClosed();
    await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    await page.locator('.workspace-trust-editor', { hasText: 'You trust this folder' }).waitFor();
    const [first] = await offered(workbench, 'api:dev');
    assert.equal(first?.label.trim(), 'staging');
  });
});
