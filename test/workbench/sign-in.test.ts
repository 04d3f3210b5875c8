import assert from 'node:assert/strict';
import { type Account, chooseDestination, typeAccount } from '../support/main-job.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, endings, type Scene, startScene } from './scene.ts';

const mira: Account = { user: 'mira', password: 'a pass/word?' };

describe('signing in', () => {
  let scene: Scene;
  let locked: RunningRegistry;
  let workbench: Workbench;

  before(async () => {
    [scene, locked] = await Promise.all([startScene('classic'), startRegistry({ tls: true, htpasswd: mira })]);
    await buildTestImage(scene.engine, 'api:1');
    // One profile for all: VS Code in a browser keeps its secrets there.
    workbench = await scene.open();
  });
  after(async () => {
    await workbench.close();
    await locked.stop();
    await scene.stop();
  });
  beforeEach(async () => {
    await workbench.reload();
    await workbench.openDockerPush();
  });

  const choose = (destination: string): Promise<void> => chooseDestination(workbench, { image: 'api:1', destination });

  /** Signs in while the registry is down, with a password that it will refuse. */
  const keepWrongPassword = async (): Promise<void> => {
    const { quickInput } = workbench;
    await locked.kill();
    await workbench.contextMenu(locked.host, 'Sign In…');
    await typeAccount(workbench, locked.host, { user: mira.user, password: 'expired' });
    await quickInput.waitForValidation(/Press Enter again to keep it unchecked/u);
    await quickInput.accept();
    await quickInput.waitUntilClosed();
    await locked.restart();
  };

  it('happens on the way of the first push, and a wrong password is said where it was typed', async () => {
    const { quickInput } = workbench;
    await choose(locked.host);
    await typeAccount(workbench, locked.host, { user: mira.user, password: 'wrong' });
    await quickInput.waitForValidation(/did not accept the sign-in/u);
    await quickInput.fill(mira.password);
    await quickInput.accept();
    await quickInput.waitForTitle(`Push api:1 to ${locked.host} (2/2)`);
    await quickInput.fill('team/api:1');
    await quickInput.waitForValidation(/Enter pushes .* to .*\/team\/api:1 as mira \(stored here\)(?: · |$)/u);
    await quickInput.accept();
    const { text } = await workbench.waitForNotification(/^(?!Pushing)/u);
    assert.match(text, new RegExp(`^Pushed ${locked.host}/team/api:1 — .*confirmed by the registry`, 'u'));
    assert.equal((await endings(workbench)).length, 1);
    assert.match(await scene.server.extensionLog(), /as mira \(stored here\)/u);
  });

  it('is not asked for again, and is shown beside the registry', async () => {
    const { quickInput } = workbench;
    await choose(`${locked.host}/team/api`);
    await quickInput.waitForTitle(`Push api:1 to ${locked.host} (2/2)`);
    await quickInput.escape();
    await workbench.runCommand('Docker Push: Add Registry…');
    await quickInput.waitForTitle('Add Registry');
    await quickInput.fill(locked.host);
    await quickInput.accept();
    await workbench.page.getByRole('treeitem', { name: `${locked.host}, mira (stored here)` }).waitFor();
  });

  it('ends with signing out', async () => {
    await workbench.contextMenu(locked.host, 'Sign Out…');
    await workbench.page.getByRole('treeitem', { name: `${locked.host}, not signed in` }).waitFor();
  });

  it('may be kept unchecked; when the registry refuses it in the middle, it is asked for once and the push goes on', async () => {
    const { quickInput } = workbench;
    await keepWrongPassword();
    await choose(`${locked.host}/team/api`);
    await quickInput.waitForTitle(`Push api:1 to ${locked.host} (2/2)`);
    await quickInput.accept();
    await quickInput.waitForTitle(`Sign in to ${locked.host} (1/2)`);
    assert.match(await quickInput.message(), /did not accept the sign-in of mira/u);
    await typeAccount(workbench, locked.host, mira);
    const { text } = await workbench.waitForNotification(/^(?!Pushing)/u);
    assert.match(text, /^Pushed .*confirmed by the registry/u);
    assert.equal((await endings(workbench)).length, 1);
  });

  it('declined in the middle ends with the refusal, once, with who was refused and the one remedy', async () => {
    const { quickInput } = workbench;
    await keepWrongPassword();
    await choose(`${locked.host}/team/api`);
    await quickInput.waitForTitle(`Push api:1 to ${locked.host} (2/2)`);
    await quickInput.accept();
    await quickInput.waitForTitle(`Sign in to ${locked.host} (1/2)`);
    await quickInput.escape();
    const end = await workbench.waitForNotification(/^(?!Pushing)/u);
    assert.equal(end.severity, 'error');
    assert.match(end.text, new RegExp(`^${locked.host} did not accept the sign-in of mira \\(stored here\\)`, 'u'));
    assert.deepEqual(end.buttons, ['Sign In', 'Show Log']);
    assert.equal((await endings(workbench)).length, 1);

    await workbench.clickNotificationButton('Sign In');
    await typeAccount(workbench, locked.host, mira);
    await workbench.waitForNotification(/^Pushed .*confirmed by the registry/u);
  });

  it('is given up with the push: cancelled, and nothing was kept', async () => {
    const { quickInput } = workbench;
    await keepWrongPassword();
    await choose(`${locked.host}/team/api`);
    await quickInput.waitForTitle(`Push api:1 to ${locked.host} (2/2)`);
    await quickInput.accept();
    await quickInput.waitForTitle(`Sign in to ${locked.host} (1/2)`);
    await workbench.clickNotificationButton('Cancel');
    await quickInput.waitUntilClosed();
    await workbench.waitForNotification(/^Cancelled\. Nothing was published/u);
    assert.equal((await endings(workbench)).length, 1);
  });
});
