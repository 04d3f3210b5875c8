import assert from 'node:assert/strict';
import { Canary } from '../support/canary.ts';
import { type Account, chooseDestination, logEverything, typeAccount } from '../support/main-job.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { type Place, places, Search } from '../support/search.ts';
import { until } from '../support/until.ts';
import { inviteVisitor, type Visitor } from '../support/visitor.ts';
import type { Plant } from '../support/visitor/plants.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, digestAt, type Scene, startScene } from './scene.ts';

const mira: Account = { user: 'mira', password: 'Kept +"/ä%ö?Secret>>>???' };
const mistyped: Account = { user: 'mira', password: 'Wrong +"/ä%ö?Secret>>>???' };

/** In which place, and where there, what another extension plants must be found. */
const byAnExtension: Record<Plant, [place: Place, where: RegExp]> = {
  'a setting of the user': ['settings', /\/User\/settings\.json$/u],
  'a setting of the workspace': ['settings', /\/\.vscode\/settings\.json$/u],
  'the global state': ['state', /^vscode-web-state-db-global|globalStorage/u],
  'the state of a workspace': ['state', /^vscode-web-state-db|workspaceStorage/u],
  'the global storage': ['state', /\/globalStorage\/tests\.visitor\//u],
  'the storage of a workspace': ['state', /\/workspaceStorage\/.*\/tests\.visitor\//u],
  'the home folder': ['state', /\/home\/\.docker\/planted$/u],
  'the temporary folder': ['state', /\/tmp\/x\/planted$/u],
  'the workspace': ['state', /\/workspace\/planted$/u],
  'the name of a file': ['state', /\/tmp\/./u],
  'a log channel': ['logs', /\.log$/u],
  'an output channel': ['logs', /\.log$/u],
  'the folder for logs': ['logs', /\/planted$/u],
  'the console': ['logs', /^the console$/u],
  'a notification': ['notifications', /^a notification$/u],
  'a button': ['notifications', /^a notification$/u],
  'a progress notification': ['notifications', /^a notification$/u],
  'a message in the status bar': ['notifications', /statusbar/u],
  'the environment of the extension host': ['processes', /^the extension host$/u],
  'the environment of a process': ['processes', /^process \d+$/u],
  'the command line of a process': ['processes', /^process \d+$/u],
  'the environment of a process that has left': ['processes', /^a process that the extension host started$/u],
  'what is exported': ['exported API', /^the API$/u],
  'a result': ['exported API', /^the API$/u],
  // Then there is no engine any more.
  'a setting of the machine': ['settings', /\/Machine\/settings\.json$/u],
};

/** The same of what is planted in the page; `text` is the planted one. */
const inThePage: Record<string, [place: Place, where: RegExp, expression: string]> = {
  'the local storage': ['state', /^localStorage/u, 'localStorage.planted = text'],
  'the session storage': ['state', /^sessionStorage/u, 'sessionStorage.planted = text'],
  'a cookie': ['state', /^cookies$/u, 'document.cookie = "planted=" + encodeURIComponent(text)'],
  'the cache': [
    'state',
    /^cache\/planted/u,
    'caches.open("planted").then((cache) => cache.put("/planted", new Response(text)))',
  ],
  'a database': [
    'state',
    /^planted\d+\/planted\/key/u,
    `new Promise((resolve, reject) => {
      const opening = indexedDB.open('planted' + text.length);
      opening.onupgradeneeded = () => opening.result.createObjectStore('planted').put({ deep: [new Blob([text])] }, 'key');
      opening.onsuccess = () => resolve(opening.result.close());
      opening.onerror = reject;
    })`,
  ],
  'what is typed': ['notifications', /^INPUT/u, 'document.querySelector("input").value = text'],
  'an attribute': ['notifications', /^BODY/u, 'document.body.title = text'],
};

describe('a password', () => {
  let scene: Scene;
  let locked: RunningRegistry;
  let visitor: Visitor;
  let workbench: Workbench;
  let search: Search;

  before(async () => {
    [scene, locked] = await Promise.all([startScene('classic'), startRegistry({ tls: true, htpasswd: mira })]);
    await buildTestImage(scene.engine, 'api:1');
    visitor = await inviteVisitor(scene.server);
    workbench = await scene.open();
    await visitor.arrived();
    search = new Search({ server: scene.server, folder: scene.folder, workbench, visitor });
  });
  after(async () => {
    search.stop();
    await workbench.close();
    await locked.stop();
    await scene.stop();
  });

  describe('that pushes were made with', () => {
    before('typed wrong and right, used by hand and through the API, with the log at its most talkative', async () => {
      const { quickInput } = workbench;
      await logEverything(workbench, 'api');
      await chooseDestination(workbench, { image: 'api:1', destination: locked.host });
      await typeAccount(workbench, locked.host, mistyped);
      await quickInput.waitForValidation(/did not accept the sign-in/u);
      await quickInput.fill(mira.password);
      await quickInput.accept();
      await quickInput.waitForTitle(`Push api:1 to ${locked.host} (2/2)`);
      await quickInput.fill('team/api:1');
      await quickInput.waitForValidation(/Enter pushes/u);
      await quickInput.accept();
      await workbench.waitForNotification(/^Pushed .*confirmed by the registry/u);
      assert.ok(await digestAt(locked, 'team/api', '1', mira));

      await workbench.runCommand('Docker Push: Add Registry…');
      await quickInput.waitForTitle('Add Registry');
      await quickInput.fill(locked.host);
      await quickInput.accept();
      await workbench.page.getByRole('treeitem', { name: `${locked.host}, mira (stored here)` }).waitFor();
      const targets = [`${locked.host}/team/api:2`, `${locked.host}/Team/api:1`];
      assert.deepEqual(await visitor.push({ image: 'api:1', targets }), ['pushed', 'failed']);
      assert.deepEqual(await visitor.push({ image: 'none:1', targets: [`${locked.host}/x:1`] }), ['failed']);
      // All of them are there, also those that came too fast to be shown by themselves.
      await workbench.runCommand('Notifications: Show Notifications');
      await workbench.page.locator('.notifications-center', { hasText: 'none:1' }).waitFor();
    });
    after(() => workbench.runCommand('Notifications: Hide Notifications'));

    it('was kept, and the log says what it can', async () => {
      assert.ok(await workbench.page.evaluate<string>('localStorage.getItem("secrets.provider")'));
      const log = await scene.server.extensionLog();
      assert.match(log, /as mira \(stored here\)/u);
      assert.match(log, /\[(debug|trace)\]/u);
    });

    for (const place of places) {
      it(`is not in: ${place}`, async () => {
        assert.ok((await search.size(place)) > 0);
        assert.deepEqual(await search.find(new Canary(mira), place), []);
        assert.deepEqual(await search.find(new Canary(mistyped), place), []);
      });
    }
  });

  describe('that is planted', () => {
    let planted = 0;

    /** Plants a new password by itself, and another one as engines get it. */
    const mustBeFound = async (
      place: Place,
      where: RegExp,
      plant: (text: string) => Promise<unknown>,
    ): Promise<void> => {
      for (const text of [
        ({ password }: Account) => password,
        ({ user, password }: Account) =>
          Buffer.from(JSON.stringify({ username: user, password, serveraddress: locked.host })).toString('base64url'),
      ]) {
        const account = { user: 'eve', password: `Pl${(planted += 1)}nted +"/ä%ö?Secret>>>???` };
        const canary = new Canary(account);
        await plant(text(account));
        await until(`it is found in: ${place}`, async () =>
          (await search.find(canary, place)).some((found) => where.test(found.where)),
        );
      }
    };

    for (const [what, [place, where, expression]] of Object.entries(inThePage)) {
      it(`in ${what} is found in: ${place}`, () =>
        mustBeFound(place, where, (text) =>
          workbench.page.evaluate(`((text) => void (${expression}))(${JSON.stringify(text)})`),
        ));
    }
    for (const [what, [place, where]] of Object.entries(byAnExtension)) {
      it(`in ${what} is found in: ${place}`, () =>
        mustBeFound(place, where, (text) => visitor.plant(what as Plant, text)));
    }
  });
});
