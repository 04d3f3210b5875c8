import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { engineRequest, imageId } from '../support/images.ts';
import { chooseDestination, typeAccount } from '../support/main-job.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { makeRunFolder, type RunFolder } from '../support/run-folder.ts';
import { until } from '../support/until.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, digestAt, endings, type Scene, startScene } from './scene.ts';

const mira = { user: 'mira', password: 'planted-7f3a9c51' };

describe('commands, by a person and by a script', () => {
  let scene: Scene;
  let locked: RunningRegistry;
  /** Docker's configuration, which has the sign-in to the registry. */
  let docker: RunFolder;
  let workbench: Workbench;

  before(async () => {
    [locked, docker] = await Promise.all([startRegistry({ tls: true, htpasswd: mira }), makeRunFolder()]);
    const auth = Buffer.from(`${mira.user}:${mira.password}`).toString('base64');
    await writeFile(path.join(docker.path, 'config.json'), JSON.stringify({ auths: { [locked.host]: { auth } } }));
    scene = await startScene('classic', {}, { DOCKER_CONFIG: docker.path });
    await buildTestImage(scene.engine, 'api:1');
    const editRegistry = 'dockerPush.editRegistry';
    const keys = [
      { key: 'ctrl+alt+u', command: editRegistry, args: { registry: locked.host, transport: 'https-unverified' } },
      { key: 'ctrl+alt+h', command: editRegistry, args: { registry: locked.host, transport: 'https' } },
      { key: 'ctrl+alt+w', command: editRegistry, args: { registry: locked.host, password: mira.password } },
      { key: 'ctrl+alt+e', command: 'dockerPush.selectEngine', args: { endpoint: 'tcp://127.0.0.1:9' } },
      { key: 'ctrl+alt+d', command: 'dockerPush.selectEngine', args: { endpoint: '' } },
      { key: 'ctrl+alt+t', command: 'dockerPush.tag', args: { image: 'api:1', reference: 'api:2' } },
    ];
    await writeFile(path.join(scene.server.dataDir, 'data/User/keybindings.json'), JSON.stringify(keys));
    workbench = await scene.open();
    await workbench.row('api:1').waitFor();
  });
  after(async () => {
    await workbench.close();
    await scene.stop();
    await Promise.all([locked.stop(), docker.remove()]);
  });
  beforeEach(() => workbench.clearNotifications());

  const registryRow = (facts: string): Promise<void> =>
    workbench.page.getByRole('treeitem', { name: `${locked.host}, ${facts}`, exact: true }).waitFor();
  const press = (letter: string): Promise<void> => workbench.page.keyboard.press(`Control+Alt+${letter}`);
  const addRegistry = async (): Promise<void> => {
    const { quickInput } = workbench;
    await workbench.clickWelcome('Registries', 'Add Registry');
    await quickInput.waitForTitle('Add Registry');
    await quickInput.fill(locked.host);
    await quickInput.accept();
    await quickInput.waitUntilClosed();
  };
  /** Those of the engine, whoever shows them. */
  const names = async (): Promise<string[]> => {
    const images = (await engineRequest(scene.engine.socketPath, 'GET', '/images/json')).json() as {
      RepoTags: string[] | null;
    }[];
    return images.flatMap(({ RepoTags }) => RepoTags ?? []).sort();
  };

  describe('about registries', () => {
    const addFromTitle = async (): Promise<void> => {
      const title = workbench.page.locator('.pane-header', { hasText: 'Registries' });
      await title.hover();
      await title.getByRole('button', { name: 'Add Registry…' }).click();
      await workbench.quickInput.waitForTitle('Add Registry');
      await workbench.quickInput.escape();
    };

    it('add the first one from the title of the view, where no row has the focus', () => addFromTitle());

    it('add the first one from the empty view', async () => {
      assert.deepEqual((await workbench.welcome('Registries')).buttons, ['Add Registry']);
      await addRegistry();
      await registryRow('mira (Docker configuration)');
    });

    it('add another from the title of the view, whichever row has the focus', async () => {
      await workbench.row(locked.host).locator('.label-name').click();
      await addFromTitle();
    });

    it('push with the sign-in of Docker’s configuration, which the list of destinations shows', async () => {
      const { quickInput } = workbench;
      await workbench.contextMenu('api:1', 'Push to Registry…');
      await quickInput.waitForTitle('Push api:1 to…');
      await quickInput.waitForItem(locked.host);
      const item = (await quickInput.items()).find(({ label }) => label === locked.host);
      assert.equal(item?.description, 'mira (Docker configuration)');
      await quickInput.escape();
      await chooseDestination(workbench, { image: 'api:1', destination: locked.host });
      await quickInput.waitForTitle(`Push api:1 to ${locked.host} (2/2)`);
      await quickInput.fill('team/api:1');
      await quickInput.waitForValidation(/Enter pushes/u);
      await quickInput.accept();
      const { text } = await workbench.waitForNotification(/^(?!Pushing)/u);
      assert.match(text, new RegExp(`^Pushed ${locked.host}/team/api:1 — .*confirmed by the registry`, 'u'));
      assert.ok(await digestAt(locked, 'team/api', '1', mira));
      const log = await scene.server.extensionLog();
      assert.match(log, /as mira \(Docker configuration\)/u);
      assert.ok(!log.includes(mira.password));
    });

    it('sign out of all only after a yes', async () => {
      await workbench.contextMenu(locked.host, 'Sign In…');
      await typeAccount(workbench, locked.host, mira);
      await registryRow('mira (stored here)');
      for (const [button, facts] of [
        ['Cancel', 'mira (stored here)'],
        ['Sign Out', 'mira (Docker configuration)'],
      ] as const) {
        await workbench.runCommand('Docker Push: Sign Out of All Registries…');
        const { text } = await workbench.dialog();
        assert.match(text, /Sign out of all registries\?/u);
        assert.ok(text.includes(locked.host), text);
        await workbench.clickDialogButton(button);
        await registryRow(facts);
      }
    });

    it('weaken a transport only after a yes to a dialog that names it', async () => {
      for (const [button, facts] of [
        ['Cancel', 'mira (Docker configuration)'],
        ['Change', 'mira (Docker configuration), https-unverified'],
      ] as const) {
        await press('u');
        const { text } = await workbench.dialog();
        assert.ok(text.includes(`${locked.host} would be reached by https-unverified instead of https.`), text);
        await workbench.clickDialogButton(button);
        await registryRow(facts);
      }
    });

    it('refuse what they would pass over', async () => {
      await press('w');
      const { text } = await workbench.waitForNotification(/“password” is not known/u);
      assert.ok(!text.includes(mira.password));
      assert.equal(await workbench.quickInput.isOpen(), false);
    });

    it('forget with a registry what was wrong with it', async () => {
      await press('h');
      await workbench.dialog();
      await workbench.clickDialogButton('Change');
      await registryRow('mira (Docker configuration)');
      await workbench.contextMenu(locked.host, 'Test Registry…');
      await registryRow('mira (Docker configuration), certificate not trusted here');
      await workbench.contextMenu(locked.host, 'Remove Registry…');
      await workbench.welcome('Registries');
      await addRegistry();
      await registryRow('mira (Docker configuration)');
    });
  });

  describe('about images', () => {
    it('tag the one that was clicked', async () => {
      const { quickInput } = workbench;
      await workbench.contextMenu('api:1', 'Tag…');
      await quickInput.waitForTitle('Tag api:1');
      await quickInput.fill('web:1');
      await quickInput.accept();
      await workbench.row('web:1').waitFor();
      const { socketPath } = scene.engine;
      assert.equal(await imageId(socketPath, 'web:1'), await imageId(socketPath, 'api:1'));
    });

    it('untag without a question while it has another name, and ask for the last', async () => {
      await buildTestImage(scene.engine, 'old:1');
      await workbench.row('old:1').waitFor();
      await workbench.contextMenu('web:1', 'Untag…');
      await workbench.row('web:1').waitFor({ state: 'detached' });
      assert.ok((await names()).includes('api:1'));

      await workbench.contextMenu('old:1', 'Untag…');
      const { text, buttons } = await workbench.dialog();
      assert.match(text, /Remove old:1\?[\s\S]*last name of this image/u);
      assert.deepEqual(buttons.toSorted(), ['Cancel', 'Remove Image']);
      await workbench.clickDialogButton('Cancel');
      assert.ok((await names()).includes('old:1'));
      await workbench.contextMenu('old:1', 'Untag…');
      await workbench.dialog();
      await workbench.clickDialogButton('Remove Image');
      await until('it is gone', async () => !(await names()).includes('old:1'));
    });
  });

  describe('about the engine', () => {
    it('choose one that this machine does not name only after a yes to a dialog that names it', async () => {
      await press('e');
      assert.match((await workbench.dialog()).text, /tcp:\/\/127\.0\.0\.1:9\b/u);
      await workbench.clickDialogButton('Cancel');
      await workbench.row('api:1').waitFor();
      await press('e');
      await workbench.dialog();
      await workbench.clickDialogButton('Change');
      await workbench.welcome('Images');
      await press('d');
      await workbench.row('api:1').waitFor();
    });

    it('that is gone tell a person once, with what helps, and reject to a script', async () => {
      await workbench.reload();
      await workbench.openDockerPush();
      await workbench.row('api:1').waitFor();
      await scene.engine.kill();
      await workbench.welcome('Images');
      await workbench.runCommand('Docker Push: Tag…');
      const told = await workbench.waitForNotification(/is not running/u);
      assert.equal(told.severity, 'error');
      assert.deepEqual(told.buttons, ['Select Engine', 'Show Log']);
      assert.equal((await endings(workbench)).length, 1);
      await workbench.clickNotificationButton('Select Engine');
      await workbench.quickInput.waitForTitle('Select Engine');
      await workbench.quickInput.escape();

      await press('t');
      // The editor's own way to show what a key's command rejects with.
      const rejected = await workbench.waitForNotification(/is not running/u);
      assert.deepEqual([rejected.severity, rejected.buttons], ['warning', []]);
      assert.equal((await endings(workbench)).length, 2);
    });
  });
});
