import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import type { FrameLocator } from 'playwright-core';
import type { ImageReport } from '../../src/editor/image-page/image-report.ts';
import type { EngineKind } from '../support/engine.ts';
import { buildImage, incompressible } from '../support/images.ts';
import { pushImage } from '../support/main-job.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { until } from '../support/until.ts';
import type { Workbench } from '../support/workbench.ts';
import { endings, type Scene, startScene } from './scene.ts';

const { privateKey } = generateKeyPairSync('rsa', {
  ...{ modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' } },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

for (const kind of ['classic', 'containerd'] satisfies EngineKind[]) {
  describe(`inspecting an image, ${kind} image store`, () => {
    let scene: Scene;
    let registry: RunningRegistry;
    let workbench: Workbench;

    before(async () => {
      registry = await startRegistry();
      scene = await startScene(kind, { 'dockerPush.registries': [{ registry: registry.host }] });
      await buildImage(scene.engine.socketPath, 'api:1.4.2', [
        { path: '/app/data', content: incompressible(2_000_000, 'first') },
        { path: '/app/data', content: incompressible(3_000_000, 'second') },
        { path: '/root/.ssh/id_rsa', content: Buffer.from(privateKey) },
      ]);
      workbench = await scene.open();
    });
    after(async () => {
      await workbench.close();
      await Promise.all([scene.stop(), registry.stop()]);
    });

    const page = (): FrameLocator => workbench.page.frameLocator('iframe.webview.ready').frameLocator('iframe[title]');
    /** What the page shows, once it shows this. */
    const textWith = (words: string): Promise<string> =>
      until(`the page shows ${words}`, async () => {
        const shown = await page()
          .locator('main')
          .innerText({ timeout: 2_000 })
          .catch(() => '');
        return shown.includes(words) ? shown : undefined;
      });
    const copiedBy = async (command: string, start: string): Promise<string> => {
      await workbench.runCommand(command);
      return until('it is copied', async () => {
        const copied = await workbench.clipboard();
        return copied.startsWith(start) ? copied : undefined;
      });
    };

    it('shows its layers, what they waste, and how it runs', async () => {
      await workbench.contextMenu('api:1.4.2', 'Inspect Image');
      const shown = await textWith('efficient');
      assert.match(shown, /^api:1\.4\.2/u);
      assert.match(shown, /1 file that a later layer hides · 2 MB/u);
      assert.match(shown, /\/app\/data, 2 MB, overwritten by layer 2/u);
      assert.match(shown, /Private key\n\/root\/\.ssh\/id_rsa in layer 3: COPY … \/root\/\.ssh\/id_rsa/u);
      assert.match(shown, /Runs as root/u);
      assert.deepEqual(await endings(workbench), []);
    });

    it('marks the layers that are at the registry already, once it was pushed', async () => {
      const { host } = registry;
      await pushImage(workbench, { image: 'api:1.4.2', destination: host, name: 'team/api:1.4.2' });
      await workbench.clearNotifications();
      await workbench.contextMenu('api:1.4.2', 'Inspect Image');
      await textWith(`${host}/team/api has already`);
      assert.deepEqual(await page().locator('tbody td:nth-of-type(3)').allInnerTexts(), ['yes', 'yes', 'yes']);
    });

    it('is copied as JSON and as Markdown', async () => {
      await textWith('efficient');
      const json = await copiedBy('Docker Push: Copy Inspection as JSON', '{');
      const { name, layers, contents } = JSON.parse(json) as ImageReport;
      assert.equal(name, 'api:1.4.2');
      const told = layers.map(({ bytes, isAtTarget }) => `${bytes} ${isAtTarget}`);
      assert.deepEqual(told, ['2000000 true', '3000000 true', `${privateKey.length} true`]);
      assert.equal(contents.kind, 'read');
      await copiedBy('Docker Push: Copy Inspection as Markdown', '# api:1.4.2\n');
    });

    it('shows an image of a registry, and reads its layers when that is wanted', async () => {
      const { host } = registry;
      await workbench.runCommand('View: Close Editor');
      await workbench.page.locator('iframe.webview').waitFor({ state: 'detached' });
      await workbench.expand(host, 'Registries');
      await workbench.expand('team/api', 'Registries');
      await workbench.contextMenuIn('Registries', '1.4.2', 'Inspect Image');
      const before = await textWith('were not read');
      assert.ok(before.startsWith(`${host}/team/api:1.4.2`), before);
      await page().getByRole('link', { name: 'Read Layers' }).click();
      await textWith('1 file that a later layer hides · 2 MB');
    });
  });
}
