import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startFaultServer } from '../support/fault-server.ts';
import { freePort } from '../support/free-port.ts';
import { removeImage, tagImage } from '../support/images.ts';
import { openNameStep, startPush } from '../support/main-job.ts';
import { startProxy } from '../support/slow-proxy.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, digestAt, endings, type Scene, startScene } from './scene.ts';

describe('a push that fails', () => {
  let scene: Scene;
  let workbench: Workbench;

  before(async () => {
    scene = await startScene('classic');
    await buildTestImage(scene.engine, 'api:1', 4_000_000);
  });
  after(() => scene.stop());
  beforeEach(async () => (workbench = await scene.open()));
  afterEach(() => workbench.close());

  const start = (destination: string, name = 'team/api:1'): Promise<void> =>
    startPush(workbench, { image: 'api:1', destination, name });

  /** One notification, with these words and these buttons; the log names side and code, and has the engine's words. */
  const failsWith = async (words: RegExp, button: string, kind: string, engineWords?: RegExp): Promise<void> => {
    const end = await workbench.waitForNotification(words, 120_000);
    assert.equal(end.severity, 'error');
    assert.deepEqual(end.buttons, [button, 'Show Log']);
    const shown = await endings(workbench);
    assert.deepEqual(
      shown.map(({ text }) => text),
      [end.text],
    );
    const log = await scene.server.extensionLog();
    assert.match(log, new RegExp(`\\[error\\] .*failed \\(${kind}\\)`, 'u'));
    if (engineWords) assert.match(log, engineWords);
  };

  it('because the registry is down', async () => {
    const host = `127.0.0.1:${await freePort()}`;
    await start(host);
    await failsWith(
      new RegExp(`^${host} does not answer the engine`, 'u'),
      'Push Again',
      'registry, registry-unreachable',
      new RegExp(`the engine says: .*${host}.*connection refused`, 'u'),
    );
  });

  it('because there is no registry but a web page; another destination is one click away', async () => {
    const website = await startFaultServer('html-404');
    try {
      await start(website.host);
      await failsWith(
        new RegExp(`^${website.host} answers, but it is no registry`, 'u'),
        'Choose Another Destination',
        'registry, not-a-registry',
        /the engine says: error parsing HTTP 404 response body/u,
      );
      await workbench.clickNotificationButton('Choose Another Destination');
      await workbench.quickInput.waitForTitle('Push api:1 to…');
      await workbench.quickInput.escape();
    } finally {
      await website.stop();
    }
  });

  it('because the tag was removed meanwhile', async () => {
    await tagImage(scene.engine.socketPath, 'api:1', 'gone:1');
    await openNameStep(workbench, { image: 'gone:1', destination: scene.registry.host });
    await removeImage(scene.engine.socketPath, 'gone:1');
    await workbench.quickInput.accept();
    await failsWith(
      new RegExp(`^Cannot push to ${scene.registry.host}/gone:1\. The image gone:1 is not on this engine`, 'u'),
      'Refresh Images',
      'engine, engine-image-missing',
      /No such image: gone:1/iu,
    );
    assert.equal(await digestAt(scene.registry, 'gone', '1'), undefined);
  });

  it('because the name is invalid: said while it is typed, and refused from a keybinding', async () => {
    const { quickInput } = workbench;
    await openNameStep(workbench, { image: 'api:1', destination: scene.registry.host });
    for (const [name, reason] of [
      ['Team/api:1', /lower/iu],
      ['team/api', /tag/u],
      ['team/api:1@sha256:abc', /digest/u],
      [`team/api:${'x'.repeat(129)}`, /128/u],
    ] as const) {
      await quickInput.fill(name);
      await quickInput.waitForValidation(reason);
      assert.equal(await quickInput.validationSeverity(), 'error');
      await quickInput.accept();
      assert.equal(await quickInput.isOpen(), true);
    }
    await quickInput.escape();
    assert.deepEqual(await workbench.notifications(), []);

    const user = path.join(scene.server.dataDir, 'data', 'User');
    await mkdir(user, { recursive: true });
    const args = { image: 'api:1', targets: [`${scene.registry.host}/Team/api:1`] };
    const binding = { key: 'ctrl+alt+shift+u', command: 'dockerPush.push', args };
    await writeFile(path.join(user, 'keybindings.json'), JSON.stringify([binding]));
    await workbench.reload();
    await workbench.openDockerPush();
    await workbench.row('api:1').waitFor();
    await workbench.page.keyboard.press('Control+Alt+Shift+U');
    await failsWith(
      new RegExp(`^Cannot push to ${scene.registry.host}/Team/api:1\\. .*lower case`, 'u'),
      'Choose Another Destination',
      'reference, reference-invalid',
    );
  });

  it('because the engine is gone in the middle, and because it is not back', async () => {
    const proxy = await startProxy({ target: scene.registry.host });
    try {
      proxy.throttle(1_000_000);
      await start(proxy.host, 'team/slow:1');
      await workbench.waitForNotification(/ [1-9]\d* %/u);
      await scene.engine.kill();
      await failsWith(
        new RegExp(`^The engine stopped answering at \\d+ %\\. The registry has no ${proxy.host}/team/slow:1`, 'u'),
        'Push Again',
        'engine, engine-lost',
      );
      assert.equal(await digestAt(scene.registry, 'team/slow', '1'), undefined);
      await workbench.clickNotificationButton('Push Again');
      await workbench.waitForNotification(
        new RegExp(
          `^Cannot push to ${proxy.host}/team/slow:1\. The engine at unix://${scene.engine.socketPath}.* is not running`,
          'u',
        ),
      );
      assert.match(await scene.server.extensionLog(), /failed \(engine, engine-unreachable\)/u);

      proxy.throttle(undefined);
      await scene.engine.restart();
      await workbench.row('api:1').waitFor();
    } finally {
      await proxy.stop();
    }
  });
});
