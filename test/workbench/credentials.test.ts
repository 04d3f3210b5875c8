import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, endings, type Scene, startScene } from './scene.ts';

const user = 'mira';

describe('a push without a sign-in that serves', () => {
  let scene: Scene;
  let locked: RunningRegistry;
  let workbench: Workbench;
  let password = 'planted-7f3a9c51';

  before(async () => {
    [scene, locked] = await Promise.all([
      startScene('classic', { 'dockerPush.registries': [] }),
      startRegistry({ tls: true, htpasswd: { user, password } }),
    ]);
    await buildTestImage(scene.engine, 'api:1');
    const args = { image: 'api:1', targets: [`${locked.host}/team/api:1`] };
    const folder = path.join(scene.server.dataDir, 'data', 'User');
    await mkdir(folder, { recursive: true });
    const binding = { key: 'ctrl+alt+shift+u', command: 'dockerPush.push', args };
    await writeFile(path.join(folder, 'keybindings.json'), JSON.stringify([binding]));
    // One profile for all: VS Code in a browser keeps its secrets there.
    workbench = await scene.open();
    await workbench.runCommand('Docker Push: Add Registry…');
    await workbench.quickInput.waitForTitle('Add Registry');
    await workbench.quickInput.fill(locked.host);
    await workbench.quickInput.accept();
    await row('not signed in');
  });
  after(async () => {
    await workbench.close();
    await locked.stop();
    await scene.stop();
  });

  const reload = async (): Promise<void> => {
    await workbench.reload();
    await workbench.openDockerPush();
    await workbench.row('api:1').waitFor();
  };

  /** The registry's row, once it says this. */
  const row = (facts: string): Promise<void> =>
    workbench.page.getByRole('treeitem', { name: `${locked.host}, ${facts}`, exact: true }).waitFor();

  const pushByKey = (): Promise<void> => workbench.page.keyboard.press('Control+Alt+Shift+U');

  /** The push asks for a sign-in, and says why. Who was signed in need not be typed again. */
  const asked = async (reason: string, knownUser = ''): Promise<void> => {
    await workbench.quickInput.waitForTitle(`Sign in to ${locked.host} (1/2)`);
    assert.match(await workbench.quickInput.message(), new RegExp(`^${locked.host} ${reason}`, 'u'));
    assert.equal(await workbench.quickInput.value(), knownUser);
  };

  const signIn = async (): Promise<void> => {
    const { quickInput } = workbench;
    await quickInput.waitForTitle(`Sign in to ${locked.host} (1/2)`);
    await quickInput.fill(user);
    await quickInput.accept();
    await quickInput.waitForTitle('(2/2)');
    await quickInput.fill(password);
    await quickInput.accept();
  };

  /**
   * Escape: then one notification tells the end, with one remedy; the log names the side and the code.
   *
   * @param before how many ends were told before
   */
  const declined = async (words: string, before = 0): Promise<void> => {
    await workbench.quickInput.escape();
    const end = await workbench.waitForNotification(/^(?!Pushing)/u);
    assert.equal(end.severity, 'error');
    assert.match(end.text, new RegExp(`^${locked.host} ${words}$`, 'u'));
    assert.deepEqual(end.buttons, ['Sign In', 'Show Log']);
    assert.deepEqual(
      (await endings(workbench)).slice(before).map(({ text }) => text),
      [end.text],
    );
    const failed = (await scene.server.extensionLog()).split('\n').filter((line) => line.includes('[error]'));
    assert.match(failed.at(-1) ?? '', /failed \(credentials, unauthorized\): /u);
  };

  /** The row says the same until it is mended, and one click on it signs in. */
  const shownInRow = async (facts: string): Promise<void> => {
    await row(facts);
    await workbench.row(locked.host).hover();
    await workbench.row(locked.host).getByRole('button', { name: 'Sign In…' }).waitFor();
  };

  /** The remedy that is offered leads to the push that was wanted. */
  const mend = async (): Promise<void> => {
    await workbench.clickNotificationButton('Sign In');
    await signIn();
    await workbench.waitForNotification(new RegExp(`^Pushed ${locked.host}/team/api:1 — .*confirmed`, 'u'));
    await row('mira (stored here)');
  };

  it('where nobody is signed in, asks, and declined says what is wanted', async () => {
    await pushByKey();
    await asked('asks for a sign-in before it takes a push');
    await declined(`asks for a sign-in before it takes a push to ${locked.host}/team/api\\.`);
    await shownInRow('not signed in, asks for a sign-in');
    await mend();
  });

  it('from the status bar asks as well', async () => {
    // Not after a reload, before which VS Code in a browser might not have written down what was pushed from here.
    const toast = workbench.page.locator('.notifications-toasts .notification-list-item');
    await toast.locator('.codicon-notifications-clear').click();
    await toast.waitFor({ state: 'hidden' });
    const before = (await endings(workbench)).length;
    await workbench.contextMenu(locked.host, 'Sign Out…');
    await row('not signed in');
    await workbench.statusBarItem('dockerPush.lastBuilt').filter({ hasText: locked.host }).click();
    await asked('asks for a sign-in before it takes a push');
    await declined(`asks for a sign-in before it takes a push to ${locked.host}/team/api\\.`, before);
    await mend();
  });

  it('with a password that has been accepted and is no longer, asks for another', async () => {
    await reload();
    password = 'planted-42d1e7b0';
    await locked.changeHtpasswd({ user, password });
    await pushByKey();
    await asked('did not accept the sign-in of mira \\(stored here\\)', user);
    await declined(`did not accept the sign-in of mira \\(stored here\\) for a push to ${locked.host}/team/api\\.`);
    await shownInRow('mira (stored here), refused, sign in again');
    assert.match(
      await workbench.tooltip(locked.host),
      /did not accept the sign-in of mira \(stored here\) for a push/u,
    );
    await workbench.row(locked.host).hover();
    await workbench.row(locked.host).getByRole('button', { name: 'Sign In…' }).click();
    await signIn();
    await row('mira (stored here)');
    await pushByKey();
    await workbench.waitForNotification(/^Pushed .*confirmed by the registry/u);
  });

  it('is found by Test Registry as well, and mended by one that finds it right', async () => {
    await reload();
    await locked.changeHtpasswd({ user, password: 'another' });
    await workbench.contextMenu(locked.host, 'Test Registry…');
    await workbench.waitForNotification(/did not accept the sign-in/u);
    await shownInRow('mira (stored here), refused, sign in again');
    await locked.changeHtpasswd({ user, password });
    await workbench.contextMenu(locked.host, 'Test Registry…');
    await workbench.waitForNotification(/Signed in as mira \(stored here\)\./u);
    await row('mira (stored here)');
    const transport = 'Reached by HTTPS, its certificate not checked, as it is on the loopback.';
    assert.ok((await workbench.tooltip(locked.host)).endsWith(transport));
  });

  describe('that was kept and is lost', () => {
    /** Where VS Code in a browser keeps its secrets. */
    const loseSecrets = async (): Promise<void> => {
      assert.ok(await workbench.page.evaluate("localStorage.getItem('secrets.provider')"));
      await workbench.page.evaluate("localStorage.removeItem('secrets.provider')");
      await reload();
    };

    it('says so beside the registry, where one click signs in again', async () => {
      await loseSecrets();
      await row('mira (lost, sign in again)');
      await workbench.row(locked.host).hover();
      await workbench.row(locked.host).getByRole('button', { name: 'Sign In…' }).click();
      await signIn();
      await row('mira (stored here)');
      assert.deepEqual(await endings(workbench), []);
    });

    it('asks, and declined says that it is lost', async () => {
      await loseSecrets();
      await pushByKey();
      await asked('asks for a sign-in before it takes a push', user);
      await declined(
        `asks for a sign-in before it takes a push to ${locked.host}/team/api\\. That of mira is lost: sign in again\\.`,
      );
      await mend();
    });

    it('is asked for on the way of the flow, which goes on', async () => {
      const { quickInput } = workbench;
      await loseSecrets();
      await workbench.contextMenu('api:1', 'Push to Registry…');
      await quickInput.waitForTitle('Push api:1 to…');
      await quickInput.waitForItem(`${locked.host}/team/api`);
      await quickInput.accept();
      await quickInput.waitForTitle(`Sign in to ${locked.host} (1/2)`);
      assert.match(await quickInput.message(), /^The sign-in of mira is lost\. Sign in again\./u);
      await signIn();
      await quickInput.waitForTitle(`Push api:1 to ${locked.host} (2/2)`);
      await quickInput.accept();
      await workbench.waitForNotification(/^Pushed .*confirmed by the registry/u);
      assert.equal((await endings(workbench)).length, 1);
    });
  });
});
