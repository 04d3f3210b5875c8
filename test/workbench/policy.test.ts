import assert from 'node:assert/strict';
import { type RunningHarbor, startHarbor } from '../support/harbor.ts';
import { type Account, openNameStep, startPush } from '../support/main-job.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { until } from '../support/until.ts';
import type { Notification, Workbench } from '../support/workbench.ts';
import { buildTestImage, digestAt, endings, type Scene, startScene } from './scene.ts';

const mira: Account = { user: 'mira', password: 'a pass/word?' };

describe('what the kind of registry knows', () => {
  let scene: Scene;
  let behind: RunningRegistry;
  let harbor: RunningHarbor;
  let workbench: Workbench;

  before(async () => {
    behind = await startRegistry({ htpasswd: mira });
    harbor = await startHarbor({ target: behind.host, account: mira });
    const registry = { registry: harbor.host, provider: 'harbor' };
    scene = await startScene('classic', { 'dockerPush.registries': [registry] });
    await buildTestImage(scene.engine, 'api:1');
    await buildTestImage(scene.engine, 'api:2');
    workbench = await scene.open();
  });
  after(async () => {
    await workbench.close();
    await scene.stop();
    await harbor.stop();
    await behind.stop();
    assert.deepEqual(harbor.unexpected, []);
  });

  const digest = (name: string, tag: string) => digestAt(behind, name, tag, mira);
  /** The one notification at the end. */
  const end = async (words: RegExp): Promise<Notification> => {
    const shown = await workbench.waitForNotification(words);
    assert.deepEqual(
      (await endings(workbench)).map(({ text }) => text),
      [shown.text],
    );
    return shown;
  };
  const sent = () => harbor.requests.filter(({ method }) => !['GET', 'HEAD'].includes(method));
  const start = async (image: string, name: string, account?: Account): Promise<void> => {
    await workbench.reload();
    await workbench.openDockerPush();
    await startPush(workbench, { image, destination: harbor.host, name, ...(account && { account }) });
  };

  /** From the notification that says what is missing. */
  const create = async (): Promise<void> => {
    await workbench.clickNotificationButton('Create Repository');
    await workbench.dialog();
    await workbench.clickDialogButton('Create');
  };

  it('lets a missing project be created from the refusal, and the same push goes on', async () => {
    await start('api:1', 'team/api:1', mira);
    const refusal = await end(/has no project team/u);
    assert.equal(refusal.severity, 'error');
    assert.deepEqual(refusal.buttons, ['Create Repository', 'Show Log']);
    assert.equal(harbor.projects.size, 0);

    await workbench.clickNotificationButton('Create Repository');
    const question = await workbench.dialog();
    assert.match(question.text, new RegExp(`Create the project team at ${harbor.host}\\?`, 'u'));
    assert.match(question.text, /It is private: .* created as mira \(stored here\)/u);
    await workbench.clickDialogButton('Cancel');
    assert.equal(harbor.projects.size, 0);

    await start('api:1', 'team/api:1');
    await end(/has no project team/u);
    await create();
    const { text } = await workbench.waitForNotification(/^Pushed/u);
    assert.match(text, new RegExp(`^Pushed ${harbor.host}/team/api:1 — .*confirmed by the registry`, 'u'));
    assert.ok(await digest('team/api', '1'));
    assert.deepEqual([...harbor.projects], ['team']);
    const shown = (await endings(workbench)).map((one) => one.text);
    assert.equal(shown.filter((one) => one.startsWith('Pushed')).length, 1, shown.join('\n'));
  });

  it('says in the registry’s own words that it does not let this account create one', async () => {
    harbor.mayCreate = false;
    await start('api:1', 'other/api:1');
    await end(/has no project other/u);
    await create();
    const refusal = await workbench.waitForNotification(/^Nothing was sent, as the project other/u);
    assert.match(refusal.text, /Only system admin can create project.*Ask for the right to create it/u);
    assert.deepEqual(refusal.buttons, ['Use Another Account', 'Show Log']);
    harbor.mayCreate = true;
  });

  it('says what may be there when the creation is cancelled midway', async () => {
    harbor.staysSilent = true;
    await start('api:1', 'third/api:1');
    await end(/has no project third/u);
    await create();
    await until('the project is made', () => harbor.projects.has('third'));
    await workbench.waitForNotification(/^Creating the project third/u);
    await workbench.clickNotificationButton('Cancel');
    const { text } = await workbench.waitForNotification(/^Cancelled/u);
    assert.equal(text, `Cancelled. Nothing was pushed; the project third at ${harbor.host} may be there now.`);
    harbor.staysSilent = false;
  });

  it('stops before an immutable tag that holds another image, and asks for another tag', async () => {
    const { quickInput } = workbench;
    const before = await digest('team/api', '1');
    harbor.immutable.add('team/api:1');
    const count = sent().length;
    await start('api:2', 'team/api:1');
    const refusal = await end(/^Nothing was sent: /u);
    assert.match(
      refusal.text,
      /holds another image, sha256:[0-9a-f]{12}, and cannot be replaced: a rule of the project/u,
    );
    assert.deepEqual(refusal.buttons, ['Choose Another Tag', 'Show Log']);
    assert.deepEqual(sent().slice(count), []);
    assert.equal(await digest('team/api', '1'), before);
    assert.match(await scene.server.extensionLog(), /failed \(policy, tag-immutable\)/u);

    await workbench.clickNotificationButton('Choose Another Tag');
    await quickInput.waitForTitle(`Tags at ${harbor.host}/team/api (2/2)`);
    await quickInput.waitForItem('2');
    // The image's own; what was refused is not offered again, and what would take the place of no version is not known.
    assert.ok(!(await quickInput.items()).some(({ label }) => label === '1'));
    assert.deepEqual((await quickInput.picked()).picked, []);
    await quickInput.back();
    await quickInput.waitForTitle(`Push api:2 to ${harbor.host} (2/2)`);
    assert.equal(await quickInput.value(), 'team/api:1');
    await quickInput.fill('team/api:2');
    await quickInput.waitForValidation(/Enter pushes/u);
    await quickInput.accept();
    await workbench.waitForNotification(new RegExp(`^Pushed ${harbor.host}/team/api:2`, 'u'));
  });

  it('picks the next patch in the place of a version that is refused', async () => {
    const { quickInput } = workbench;
    await start('api:1', 'team/api:1.4.2');
    await end(/^Pushed/u);
    harbor.immutable.add('team/api:1.4.2');
    await start('api:2', 'team/api:1.4.2');
    await end(/^Nothing was sent: /u);
    await workbench.clickNotificationButton('Choose Another Tag');
    await quickInput.waitForTitle(`Tags at ${harbor.host}/team/api (2/2)`);
    await until('it is picked', async () => (await quickInput.picked()).picked.join() === '1.4.3');
    await quickInput.accept();
    await workbench.waitForNotification(new RegExp(`^Pushed ${harbor.host}/team/api:1\\.4\\.3`, 'u'));
    assert.equal(await digest('team/api', '1.4.3'), await digest('team/api', '2'));
  });

  it('takes a refusal of what the immutable tag holds already for what it is: pushed', async () => {
    await start('api:1', 'team/api:1');
    const { text } = await end(/^Pushed/u);
    assert.match(text, /confirmed by the registry/u);
    assert.equal(harbor.requests.filter(({ status }) => status === 412).length, 1);
  });

  it('sends a new tag that will be immutable', async () => {
    harbor.immutable.add('team/api:new');
    await openNameStep(workbench, { image: 'api:2', destination: harbor.host, name: 'team/api:new' });
    await workbench.quickInput.accept();
    await workbench.waitForNotification(new RegExp(`^Pushed ${harbor.host}/team/api:new`, 'u'));
  });
});
