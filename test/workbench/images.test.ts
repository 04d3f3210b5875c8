import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type EngineDoor, openDoor } from '../support/engine-door.ts';
import { type RunningEngine, startEngine } from '../support/engine.ts';
import { buildImage, engineRequest, imageId, removeImage, tagImage } from '../support/images.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { makeRunFolder, type RunFolder } from '../support/run-folder.ts';
import { until } from '../support/until.ts';
import { startServer, type VSCodeServer } from '../support/vscode-server.ts';
import { openWorkbench, type Workbench } from '../support/workbench.ts';
import { buildTestImage } from './scene.ts';

const view = 'Images';

describe('the view Images', () => {
  let engine: RunningEngine;
  let registry: RunningRegistry;
  let folder: RunFolder;
  let server: VSCodeServer;
  let workbench: Workbench;
  let door: EngineDoor | undefined;

  /** Where the editors look for an engine that come without one. Its folder, too, is made later. */
  let socket: string;

  const startEditor = async (dockerHost: string): Promise<void> => {
    const vsix = process.env.DOCKER_PUSH_VSIX;
    assert.ok(vsix, 'DOCKER_PUSH_VSIX names the packaged extension: npm test sets it');
    server = await startServer({ mode: 'workbench', vsix, env: { DOCKER_HOST: `unix://${dockerHost}` } });
  };
  const rowsAre = (expected: string[]): Promise<boolean> =>
    until(`the rows are ${expected.join(', ')}`, async () => {
      const names = (await workbench.rows(view)).map((text) => text.split(' ')[0] ?? '');
      return names.join() === expected.join();
    });
  const nothingWasSaid = async (): Promise<void> => assert.deepEqual(await workbench.notificationHistory(), []);

  before(async () => {
    folder = await makeRunFolder();
    await mkdir(path.join(folder.path, 'workspace'));
    socket = path.join(folder.path, 'run', 'docker.sock');
    [engine, registry] = await Promise.all([startEngine({ kind: 'classic' }), startRegistry()]);
  });
  after(async () => {
    await Promise.all([engine.stop(), registry.stop()]);
    await folder.remove();
  });
  const openWindow = async (): Promise<void> => {
    workbench = await openWorkbench(server, { folder: path.join(folder.path, 'workspace') });
  };

  describe('of an engine', () => {
    before(async () => {
      await startEditor(engine.socketPath);
      await openWindow();
      await workbench.openDockerPush();
    });
    after(async () => {
      await workbench.close();
      await server.stop();
    });

    it('says so while there are none, and shows the first one when it is built', async () => {
      const { texts } = await workbench.welcome(view);
      assert.match(texts.join(' '), /^No images yet\. Build one/u);
      assert.match(await workbench.viewDescription(view), /^Docker \d+\.\d+ · DOCKER_HOST$/u);
      await buildTestImage(engine, 'web:1');
      await rowsAre(['web', '1']);
      await nothingWasSaid();
    });

    describe('that has some', () => {
      beforeEach(async () => {
        await buildTestImage(engine, 'api:1.4.2', 3_000_000);
        for (const reference of await tagsOf(engine))
          if (reference !== 'api:1.4.2') await removeImage(engine.socketPath, reference);
        await rowsAre(['api', '1.4.2']);
      });

      it('groups them by repository, with size and age, and says the whole reference to a screen reader', async () => {
        await tagImage(engine.socketPath, 'api:1.4.2', 'api:1.4.10');
        await tagImage(engine.socketPath, 'api:1.4.2', 'registry.example.com:5000/team/web:dev');
        const created = new Date();
        await buildImage(engine.socketPath, 'api:newest', [
          { path: '/x', content: Buffer.from(created.toISOString()) },
        ]);
        await rowsAre(['api', 'newest', '1.4.10', '1.4.2', 'registry.example.com:5000/team/web', 'dev']);
        const rows = await workbench.rowDetails(view);
        assert.deepEqual(
          rows.map(({ text, name, level }) => ({ text, name, level })),
          [
            { text: 'api', name: 'api, 3 tags', level: 1 },
            { text: 'newest 24 B · just now', name: 'api:newest, 24 B, just now', level: 2 },
            { text: '1.4.10 3.05 MB · just now', name: 'api:1.4.10, 3.05 MB, just now', level: 2 },
            { text: '1.4.2 3.05 MB · just now', name: 'api:1.4.2, 3.05 MB, just now', level: 2 },
            { text: 'registry.example.com:5000/team/web', name: 'registry.example.com:5000/team/web, 1 tag', level: 1 },
            {
              text: 'dev 3.05 MB · just now',
              name: 'registry.example.com:5000/team/web:dev, 3.05 MB, just now',
              level: 2,
            },
          ],
        );
      });

      it('tells in the tooltip what the engine knows: id, platform, date, and digests once there are some', async () => {
        const target = `${registry.host}/team/api:1.4.2`;
        await tagImage(engine.socketPath, 'api:1.4.2', target);
        const auth = { 'x-registry-auth': Buffer.from('{}').toString('base64url') };
        const name = target.slice(0, target.lastIndexOf(':'));
        await engineRequest(engine.socketPath, 'POST', `/images/${name}/push?tag=1.4.2`, undefined, auth);
        const { RepoDigests, Created, Architecture } = (
          await engineRequest(engine.socketPath, 'GET', '/images/api:1.4.2/json')
        ).json() as { RepoDigests: string[]; Created: string; Architecture: string };
        assert.equal(RepoDigests.length, 1);
        await rowsAre([`${registry.host}/team/api`, '1.4.2', 'api', '1.4.2']);
        const hover = workbench.page.locator('.workbench-hover .monaco-hover-content', { hasText: 'Image ID' });
        // A list that comes meanwhile draws the row anew, and takes the hover with it.
        const text = await until('the tooltip is there', async () => {
          await workbench.page.mouse.move(800, 600);
          await workbench.row('api:1.4.2', view).locator('.label-name').hover();
          return hover.innerText({ timeout: 3_000 });
        });
        const lines = text
          .replaceAll('\u00A0', ' ')
          .split('\n')
          .filter((line) => line !== '');
        assert.deepEqual(lines, [
          'api:1.4.2',
          `Image ID: ${await imageId(engine.socketPath, 'api:1.4.2')}`,
          'Size: 3.05 MB',
          `Platform: linux/${Architecture}`,
          `Created: ${Created.slice(0, 16).replace('T', ' ')} UTC, just now`,
          `Digest: ${RepoDigests[0] ?? ''}`,
        ]);
      });

      it('follows what is done elsewhere, without a click', async () => {
        await rowsAre(['api', '1.4.2']);
        await tagImage(engine.socketPath, 'api:1.4.2', 'web:1');
        await rowsAre(['api', '1.4.2', 'web', '1']);
        await buildTestImage(engine, 'web:2');
        await rowsAre(['api', '1.4.2', 'web', '2', '1']);
        await removeImage(engine.socketPath, 'web:1');
        await removeImage(engine.socketPath, 'web:2');
        await rowsAre(['api', '1.4.2']);
        await nothingWasSaid();
      });

      it('says that the engine is gone, and has the rows back, folded as they were, when it is back', async () => {
        await tagImage(engine.socketPath, 'api:1.4.2', 'web:1');
        await rowsAre(['api', '1.4.2', 'web', '1']);
        await workbench.row('api', view).locator('.monaco-tl-twistie').click();
        await rowsAre(['api', 'web', '1']);
        for (const texts of await welcomesDuring(workbench, async () => {
          await engine.kill();
          await workbench.welcome(view);
        }))
          assert.match(texts, /The connection is refused: Docker is not running\. Start it/u);
        // From here on the file system alone tells that there is an engine again.
        const shown = await welcomesDuring(workbench, async () => {
          await engine.restart();
          await rowsAre(['api', 'web', '1']);
        });
        for (const texts of shown) assert.match(texts, /No Docker engine answers/u);
        await workbench.expand('api', view);
        await rowsAre(['api', '1.4.2', 'web', '1']);
        await nothingWasSaid();
      });
    });
  });

  describe('without an engine', () => {
    before(() => startEditor(socket));
    after(() => server.stop());
    beforeEach(openWindow);
    afterEach(async () => {
      await workbench.close();
      await door?.close();
      door = undefined;
    });

    it('says where it looked and what to do, offers three ways on, and is silent otherwise', async () => {
      await workbench.openDockerPush();
      const { texts, buttons } = await workbench.welcome(view);
      assert.deepEqual(texts, [
        `No Docker engine answers at the address beside this view's title.`,
        'There is no socket: Docker is not running, or it listens elsewhere. Start it, or choose another engine.',
      ]);
      assert.deepEqual(buttons, ['Select Engine', 'Retry', 'Show Log']);
      assert.equal(await workbench.viewDescription(view), socket);
      assert.match(await server.extensionLog(), new RegExp(`no engine: There is no engine at unix://${socket} `, 'u'));

      await workbench.clickWelcome(view, 'Show Log');
      await workbench.page.locator('.part.panel .view-line', { hasText: 'There is no engine at' }).waitFor();
      await workbench.clickWelcome(view, 'Select Engine');
      await workbench.quickInput.waitForTitle('Select Engine');
      await until('it offers the engines', async () =>
        (await workbench.quickInput.items()).some(({ label }) => label.endsWith('As the Docker CLI chooses')),
      );
      await workbench.quickInput.escape();
      await nothingWasSaid();
    });

    it('asks nothing while it is not shown, and once for every sign when it is', async () => {
      const mute = await openDoor(socket);
      door = mute;
      await until('the extension is active', async () => /_doActivateExtension slipway/u.test(await server.logs()));
      assert.equal(mute.connections, 0);
      await workbench.openDockerPush();
      const { texts } = await workbench.welcome(view);
      assert.match(texts[1] ?? '', /The log says why/u);
      assert.equal(mute.connections, 1);
      // Anything that goes on by itself would be counted with the next sign.
      for (const expected of [2, 3]) {
        await leaveAndReturn(workbench);
        await until(`attempt ${expected} is made`, () => mute.connections >= expected);
        assert.equal(mute.connections, expected);
      }
      await workbench.clickWelcome(view, 'Retry');
      await until('the click is obeyed', () => mute.connections >= 4);
      assert.equal(mute.connections, 4);
      const log = await server.extensionLog();
      assert.equal(log.match(/\[warning\] no engine: The connection .* was lost/gu)?.length, 1, log);
      await nothingWasSaid();
    });

    it('finds an engine that is started later, without a click', async () => {
      await workbench.openDockerPush();
      await workbench.welcome(view);
      await buildTestImage(engine, 'api:1.4.2', 3_000_000);
      door = await openDoor(socket, engine.socketPath);
      await workbench.row('api:1.4.2', view).waitFor();
      await nothingWasSaid();
    });

    it('shows also what came while it was reading what is known of pushes', async () => {
      await buildTestImage(engine, 'api:1.4.2');
      const seen = await openDoor(socket, engine.socketPath);
      door = seen;
      const history = path.join(server.dataDir, 'data/User/globalStorage/slipway.docker-push/pushes');
      await mkdir(history, { recursive: true });
      // Whoever opens it to read waits until somebody opens it to write.
      const record = path.join(history, 'slow.json');
      await promisify(execFile)('mkfifo', [record]);
      try {
        await workbench.openDockerPush();
        await until('the images are known', () => seen.lists === 1);
        await buildTestImage(engine, 'late:1');
        await until('another list was given', () => seen.lists > 1);
        // Whoever answers this has taken that list before.
        await workbench.runCommand('Docker Push: Select Engine…');
        await workbench.quickInput.waitForTitle('Select Engine');
        await workbench.quickInput.escape();
        assert.equal(await workbench.row('api:1.4.2', view).count(), 0);
      } finally {
        const writer = await open(record, 'w');
        await rm(record);
        await writer.close();
      }
      await workbench.row('api:1.4.2', view).waitFor();
      await workbench.row('late:1', view).waitFor();
      await removeImage(engine.socketPath, 'late:1');
    });

    it('closes its stream of events while it is not shown, and opens it again when it is', async () => {
      await buildTestImage(engine, 'api:1.4.2', 3_000_000);
      const seen = await openDoor(socket, engine.socketPath);
      door = seen;
      await workbench.openDockerPush();
      await workbench.row('api:1.4.2', view).waitFor();
      await until('the events are followed', () => seen.streams === 1);
      for (const elsewhere of ['Explorer', 'Search']) {
        await workbench.page.locator(`.activitybar a.action-label[aria-label^="${elsewhere}"]`).click();
        await until('the stream is closed', () => seen.streams === 0);
        const before = seen.connections;
        await tagImage(engine.socketPath, 'api:1.4.2', `web:${elsewhere.toLowerCase()}`);
        await workbench.openDockerPush();
        await workbench.row(`web:${elsewhere.toLowerCase()}`).waitFor();
        await until('the events are followed again', () => seen.streams === 1);
        assert.ok(seen.connections > before);
        await removeImage(engine.socketPath, `web:${elsewhere.toLowerCase()}`);
        await workbench.row(`web:${elsewhere.toLowerCase()}`).waitFor({ state: 'detached' });
      }
      assert.equal(seen.streams, 1);
      await workbench.close();
      await until('the window’s stream is closed with it', () => seen.streams === 0);
    });
  });
});

async function tagsOf({ socketPath }: RunningEngine): Promise<string[]> {
  const images = (await engineRequest(socketPath, 'GET', '/images/json')).json() as { RepoTags: string[] | null }[];
  return images.flatMap(({ RepoTags }) => RepoTags ?? []);
}

/** The editor sees its window lose the focus if a part of it had it, and after one turn of the page. */
async function leaveAndReturn(workbench: Workbench): Promise<void> {
  await workbench.page.locator('.welcome-view-content .monaco-button').first().focus();
  await workbench.loseFocus();
  await workbench.page.evaluate('new Promise((resolve) => setTimeout(resolve, 0))');
  await workbench.gainFocus();
}

/** All that the empty view said while something was done, each state of it once. */
async function welcomesDuring(workbench: Workbench, act: () => Promise<void>): Promise<string[]> {
  const { page } = workbench;
  await page.evaluate(`{
    globalThis.saidWelcomes = new Set();
    const look = () => {
      for (const content of document.querySelectorAll('.pane:has(.pane-header[aria-label^="Images"]) .welcome-view-content'))
        if (content.checkVisibility() && content.textContent !== '')
          globalThis.saidWelcomes.add([...content.querySelectorAll('p')].map((p) => p.textContent).join(' '));
    };
    globalThis.welcomeObserver = new MutationObserver(look);
    globalThis.welcomeObserver.observe(document.querySelector('.part.sidebar'), { subtree: true, childList: true, attributes: true });
    look();
  }`);
  await act();
  return page.evaluate<string[]>('globalThis.welcomeObserver.disconnect(), [...globalThis.saidWelcomes]');
}
