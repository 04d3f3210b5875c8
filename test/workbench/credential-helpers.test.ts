import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type CredentialPrograms, startPass } from '../support/credential-helpers.ts';
import { processExists } from '../support/process.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { until } from '../support/until.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, endings, type Scene, startScene } from './scene.ts';

const user = 'mira';
const password = 'planted-7f3a9c51';

describe('credentials that Docker keeps with a helper', () => {
  let scene: Scene;
  let locked: RunningRegistry;
  let programs: CredentialPrograms;
  let workbench: Workbench;
  /** Where the helpers of these tests note what they were asked for. */
  let notes: string;

  before(async () => {
    [locked, programs] = await Promise.all([startRegistry({ htpasswd: { user, password } }), startPass()]);
    notes = path.join(programs.env.HOME!, 'asked');
    await programs.keep(locked.host, user, password);
    await putHelper('noting', `echo "$1" >> '${notes}'; exec docker-credential-pass "$@"`);
    await putHelper('hanging', `echo $$ >> '${notes}'; sleep 1000`);
    const registries = [{ registry: locked.host }];
    scene = await startScene('classic', { 'dockerPush.registries': registries }, programs.env);
    await buildTestImage(scene.engine, 'api:1');
    workbench = await scene.open();
  });
  after(async () => {
    await workbench.close();
    await scene.stop();
    await Promise.all([locked.stop(), programs.stop()]);
  });
  beforeEach(() => rm(notes, { force: true }));

  const putHelper = (name: string, script: string): Promise<void> =>
    writeFile(path.join(programs.bin, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const asked = async (): Promise<string[]> =>
    (await readFile(notes, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  /** Opens a fresh page with this configuration of Docker's. */
  const configure = async (config: unknown): Promise<void> => {
    const folder = path.join(programs.env.HOME!, '.docker');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
    await workbench.reload();
    await workbench.openDockerPush();
  };
  const rowOf = (description: string) =>
    workbench.page.getByRole('treeitem', { name: `${locked.host}, ${description}` });
  const openFlow = async (): Promise<void> => {
    await workbench.row('api:1').waitFor();
    await workbench.contextMenu('api:1', 'Push to Registry…');
    await workbench.quickInput.waitForTitle('Push api:1 to…');
  };

  it('are used for a push: the helper is asked once, and not for the sake of a list', async () => {
    const { quickInput } = workbench;
    await configure({ credsStore: 'noting' });
    await rowOf('Docker keeps it with docker-credential-noting').waitFor();
    await openFlow();
    await quickInput.waitForItem(locked.host);
    assert.deepEqual(await asked(), []);
    await quickInput.pick(locked.host);
    await quickInput.waitForTitle(`Push api:1 to ${locked.host} (2/2)`);
    await quickInput.fill('team/api:1');
    await quickInput.accept();
    const { text } = await workbench.waitForNotification(/^(?!Pushing)/u);
    assert.match(text, new RegExp(`^Pushed ${locked.host}/team/api:1 — .*confirmed by the registry`, 'u'));
    assert.equal((await endings(workbench)).length, 1);
    assert.deepEqual(await asked(), ['get']);
    const log = await scene.server.extensionLog();
    assert.match(log, /as mira \(docker-credential-noting\)/u);
    // The next page is to know where it went.
    await workbench.untilStored('pushed:docker.io/library/api');
    assert.ok(!log.includes(password));
  });

  it('that cannot be had: the sign-in says which helper is missing, and the failure too', async () => {
    const { quickInput } = workbench;
    await configure({ credHelpers: { [locked.host]: 'gone' } });
    await openFlow();
    await quickInput.pick(locked.host);
    await quickInput.waitForTitle(`Sign in to ${locked.host} (1/2)`);
    assert.match(await quickInput.message(), /docker-credential-gone, which keeps .* is not on PATH\. Sign in here/u);
    await quickInput.escape();
    // Without a flow before it the push itself finds that out, and the registry refuses it.
    await workbench.runCommand('Docker Push: Push Last-Built Image');
    await quickInput.waitForTitle(`Sign in to ${locked.host} (1/2)`);
    const both = /asks for a sign-in before .*docker-credential-gone, which keeps .* is not on PATH\. Sign in here/u;
    assert.match(await quickInput.message(), both);
    await quickInput.escape();
    const end = await workbench.waitForNotification(/^(?!Pushing)/u);
    assert.equal(end.severity, 'error');
    assert.match(end.text, both);
    assert.deepEqual(end.buttons, ['Sign In', 'Show Log']);
    assert.equal((await endings(workbench)).length, 1);
    assert.match(await scene.server.extensionLog(), /failed \(credentials, credential-helper-failed\)/u);
    await rowOf('Docker keeps it with docker-credential-gone, that helper failed').waitFor();
  });

  it('that take for ever can be left', async () => {
    const { quickInput } = workbench;
    await configure({ credsStore: 'hanging' });
    await openFlow();
    await quickInput.pick(locked.host);
    const pid = await until('the helper runs', async () => (await asked())[0]);
    assert.match(await quickInput.message(), new RegExp(`Asking ${locked.host}`, 'u'));
    await quickInput.escape();
    await until('it is killed', () => !processExists(Number(pid)));
    assert.equal((await endings(workbench)).length, 0);
  });

  it('can be imported: chosen, confirmed, checked, and then stored here', async () => {
    const { quickInput } = workbench;
    await configure({ credsStore: 'noting', credHelpers: { 'ghcr.io': 'gone' } });
    await workbench.runCommand('Docker Push: Import Credentials from Docker…');
    await quickInput.waitForTitle('Import Credentials from Docker');
    const items = await quickInput.items();
    assert.deepEqual(
      items.map(({ label, description }) => [label, description]),
      [
        [locked.host, 'mira · docker-credential-noting'],
        ['ghcr.io', 'docker-credential-gone'],
      ],
    );
    assert.deepEqual(await asked(), ['list']);
    await quickInput.pick(locked.host);
    await quickInput.pick('ghcr.io');
    await quickInput.accept();
    const { text, buttons } = await workbench.dialog();
    assert.match(text, /Copy these 2 sign-ins to VS Code's secret storage\?/u);
    assert.match(text, new RegExp(`${locked.host}: mira · docker-credential-noting`, 'u'));
    assert.deepEqual(buttons.toSorted(), ['Cancel', 'Copy']);
    await workbench.clickDialogButton('Copy');
    const end = await workbench.waitForNotification(/^Imported/u);
    assert.equal(end.severity, 'warning');
    assert.match(
      end.text,
      new RegExp(`^Imported the sign-in to ${locked.host} \\(mira\\)\\. ghcr\\.io: docker-cred`, 'u'),
    );
    await rowOf('mira (stored here)').waitFor();
    assert.deepEqual(await asked(), ['list', 'get']);
  });
});
