import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EngineKind } from '../support/engine.ts';
import { type HeldEngine, startHeldEngine } from '../support/held-engine.ts';
import { buildImage } from '../support/images.ts';
import { openNameStep, pushImage, startPush } from '../support/main-job.ts';
import { makeRunFolder } from '../support/run-folder.ts';
import type { Notification, Workbench } from '../support/workbench.ts';
import { digestAt, endings, type Scene, startScene } from './scene.ts';

const newKey = (): Buffer => {
  const { privateKey } = generateKeyPairSync('rsa', {
    ...{ modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' } },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return Buffer.from(privateKey);
};
/** In the form of a GitHub token, and nobody's. */
const token = `ghp_${'A1b2C3d4E5f6'.repeat(3)}`;

for (const kind of ['classic', 'containerd'] satisfies EngineKind[]) {
  describe(`checks before the push, ${kind} image store`, () => {
    let engine: HeldEngine;
    let scene: Scene;
    let workbench: Workbench;

    before(async () => {
      const socket = path.join((await makeRunFolder()).path, 'held.sock');
      engine = await startHeldEngine(socket, () => scene.engine.socketPath);
      const checks = [{ target: '**/public/*', secrets: 'block', latestOnly: 'block' }];
      scene = await startScene(
        kind,
        { 'dockerPush.checks': checks },
        {},
        { 'dockerPush.engine.endpoint': `unix://${socket}` },
      );
      const { socketPath } = scene.engine;
      const key = (content: Buffer) => ({ path: '/root/.ssh/id_rsa', content });
      const file = { path: '/app', content: Buffer.from('a program') };
      await buildImage(socketPath, 'plain:1', [file]);
      await buildImage(socketPath, 'plain:latest', [file]);
      await buildImage(socketPath, 'label:1', [file], { 'build.token': token });
      await buildImage(socketPath, 'key:1', [file, key(newKey())]);
      await buildImage(socketPath, 'key:2', [file, key(newKey())]);
      await buildImage(socketPath, 'key:3', [file, key(newKey())]);
      workbench = await scene.open();
    });
    after(async () => {
      await workbench.close();
      await scene.stop();
      await engine.stop();
    });
    beforeEach(() => workbench.clearNotifications());

    const host = (): string => scene.registry.host;
    const push = (image: string, name: string): Promise<Notification> =>
      pushImage(workbench, { way: 'command palette', image, destination: host(), name });
    const start = (image: string, name: string): Promise<void> =>
      // With many names the repositories are folded.
      startPush(workbench, { way: 'command palette', image, destination: host(), name });
    const secretInLabel = 'The image holds 1 secret (';

    it('say nothing of an image in which there is nothing to find', async () => {
      const { severity, text } = await push('plain:1', 'team/plain:1');
      assert.equal(severity, 'info', text);
      assert.match(text, /^Pushed/u);
    });

    it('tell of a secret in a label while the name is typed, and with the result', async () => {
      await openNameStep(workbench, {
        way: 'command palette',
        image: 'label:1',
        destination: host(),
        name: 'team/label:1',
      });
      await workbench.quickInput.waitForValidation(/· 1 secret/u);
      // The step stays while one looks at what is in the image.
      await workbench.quickInput.clickButton('Inspect Image');
      const page = workbench.page.frameLocator('iframe.webview.ready').frameLocator('iframe[title]');
      await page.getByRole('heading', { level: 1, name: 'label:1' }).waitFor();
      await page.getByText('label build.token').waitFor();
      assert.ok(await workbench.quickInput.isOpen());
      await workbench.quickInput.accept();
      const { severity, text } = await workbench.waitForNotification(/^Pushed/u);
      assert.equal(severity, 'warning');
      assert.ok(text.includes(secretInLabel), text);
      assert.match(text, /label build\.token/u);
      assert.ok(!text.includes(token));
      assert.ok(await digestAt(scene.registry, 'team/label', '1'));
    });

    it('tell of a key in a new layer when the image has left, and of the same key before it leaves again', async () => {
      await start('key:1', 'team/key:1');
      const { severity, text } = await workbench.waitForNotification(/has left already/u);
      assert.equal(severity, 'warning');
      assert.ok(text.startsWith(`${host()}/team/key:1 has left already. The image holds 1 secret (`), text);
      assert.match(text, /private key, \/root\/\.ssh\/id_rsa in layer 2/u);
      await workbench.waitForNotification(/^Pushed/u);
      await workbench.clearNotifications();

      const again = await push('key:1', 'team/key:again');
      assert.equal(again.severity, 'warning', again.text);
      assert.match(again.text, /^Pushed .*The image holds 1 secret \(private key, \/root\/\.ssh\/id_rsa in layer 2/u);
      const shown = (await endings(workbench)).filter(({ text: words }) => words.includes('has left already'));
      assert.equal(shown.length, 1);
    });

    it('stop the push to a stricter place before anything is sent', async () => {
      await start('key:2', 'public/key:1');
      const { text, buttons } = await workbench.dialog();
      assert.match(text, new RegExp(`A check stops the push of key:2 to ${host()}/public/key:1\\.`, 'u'));
      assert.match(text, /private key, \/root\/\.ssh\/id_rsa in layer 2/u);
      assert.deepEqual(buttons.toSorted(), ['Cancel', 'Inspect Image', 'Push Anyway…']);
      await workbench.clickDialogButton('Cancel');
      const end = await workbench.waitForNotification(/^Cancelled/u);
      assert.match(end.text, /Nothing was published/u);
      assert.equal(await digestAt(scene.registry, 'public/key', '1'), undefined);
    });

    it('let it go on for this one time, with a reason that the history keeps', async () => {
      const reason = 'a key for trials, which opens nothing';
      await start('key:2', 'public/key:trial');
      await workbench.dialog();
      await workbench.clickDialogButton('Push Anyway…');
      const { quickInput } = workbench;
      await quickInput.waitForTitle(`Push ${host()}/public/key:trial Anyway`);
      await quickInput.accept();
      await quickInput.waitForValidation('Write a reason, of 300 characters at most.');
      await quickInput.fill(reason);
      await quickInput.accept();
      const { severity, text } = await workbench.waitForNotification(/^Pushed/u);
      assert.equal(severity, 'warning');
      assert.ok(text.endsWith(`It was pushed all the same: “${reason}”.`), text);
      assert.ok(await digestAt(scene.registry, 'public/key', 'trial'));
      const tooltip = await workbench.tooltip(`${host()}/public/key:trial`, 'Pushes');
      assert.ok(tooltip.includes(`a check would have stopped it: “${reason}”`), tooltip);

      await workbench.clearNotifications();
      await start('key:2', 'public/key:other');
      await workbench.dialog();
      await workbench.clickDialogButton('Cancel');
      await workbench.waitForNotification(/^Cancelled/u);
    });

    it('stop latest alone, and not beside another tag', async () => {
      await start('plain:latest', 'public/plain:latest');
      const { text } = await workbench.dialog();
      assert.match(text, /Its only tag there would be latest/u);
      await workbench.clickDialogButton('Cancel');
      await workbench.waitForNotification(/^Cancelled/u);
      await workbench.clearNotifications();
      // The image has another there then.
      await push('plain:latest', 'public/plain:1');
      await workbench.clearNotifications();
      const { text: end } = await push('plain:latest', 'public/plain:latest');
      assert.match(end, /^Pushed/u);
      assert.ok(await digestAt(scene.registry, 'public/plain', 'latest'));
    });

    it('can be skipped while they read, which takes a reason as well', async () => {
      engine.hold(true);
      try {
        await start('key:3', 'public/skipped:1');
        const reading = await workbench.waitForNotification(/^Reading the layers of key:3 before the push/u);
        assert.deepEqual(reading.buttons, ['Cancel']);
        await workbench.page
          .locator('.notification-toast')
          .filter({ hasText: 'Reading the layers of key:3' })
          .getByRole('button', { name: 'Cancel', exact: true })
          .click();
        const { text } = await workbench.dialog();
        assert.match(text, /It was not found out whether there are secrets in its layers\./u);
        await workbench.clickDialogButton('Cancel');
        await workbench.waitForNotification(/^Cancelled/u);
        assert.equal(await digestAt(scene.registry, 'public/skipped', '1'), undefined);
      } finally {
        engine.hold(false);
      }
    });

    it('stop a push by a rule that cannot be read, and say what is wrong with it', async () => {
      const settings = path.join(scene.folder, '.vscode');
      await mkdir(settings, { recursive: true });
      const rules = [{ secret: 'block' }, { target: '**/team/*', latestOnly: 'block' }];
      await writeFile(path.join(settings, 'settings.json'), JSON.stringify({ 'dockerPush.checks': rules }));
      await workbench.reload();
      await workbench.openDockerPush();
      await start('plain:latest', 'team/fresh:latest');
      const { text } = await workbench.dialog();
      assert.match(text, /Rule 1 of dockerPush\.checks is not valid: It does not know “secret”/u);
      assert.match(text, /Its only tag there would be latest/u);
      await workbench.clickDialogButton('Cancel');
      await workbench.waitForNotification(/^Cancelled/u);
    });
  });
}
