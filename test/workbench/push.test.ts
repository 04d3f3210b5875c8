import assert from 'node:assert/strict';
import type { EngineKind } from '../support/engine.ts';
import { pushFromContextMenu } from '../support/main-job.ts';
import { until } from '../support/until.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, digestAt, endings, type Scene, startScene } from './scene.ts';
import { buildImage, incompressible } from '../support/images.ts';

const digestIn = (text: string): string | undefined => /sha256:[0-9a-f]{64}/u.exec(text)?.[0];

for (const kind of ['classic', 'containerd'] satisfies EngineKind[]) {
  describe(`pushing from the context menu, ${kind} image store`, () => {
    let scene: Scene;
    let workbench: Workbench;

    before(async () => {
      scene = await startScene(kind);
      await buildTestImage(scene.engine, 'api:1.4.2', 3_000_000);
    });
    after(() => scene.stop());
    beforeEach(async () => (workbench = await scene.open()));
    afterEach(() => workbench.close());

    const push = async (tag: string, name: string): Promise<string> => {
      const end = await pushFromContextMenu(workbench, {
        image: `api:${tag}`,
        destination: scene.registry.host,
        name,
      });
      assert.equal(end.severity, 'info', end.text);
      assert.deepEqual(end.buttons, ['Copy Digest', 'Copy Pull Command', 'Show Log']);
      return end.text;
    };

    it('ends with the digest that the registry has for the tag, told once', async () => {
      const text = await push('1.4.2', 'team/api:1.4.2');
      assert.match(
        text,
        new RegExp(
          `^Pushed ${scene.registry.host}/team/api:1\\.4\\.2 — .* · confirmed by the registry · 3 layers sent`,
          'u',
        ),
      );
      assert.equal(digestIn(text), await digestAt(scene.registry, 'team/api', '1.4.2'));
      assert.equal((await endings(workbench)).length, 1);
      await workbench.clickNotificationButton('Copy Digest');
      await until('the digest is copied', async () => (await workbench.clipboard()) === digestIn(text));
    });

    it('again finds every layer there, and offers where it went last first', async () => {
      await workbench.contextMenu('api:1.4.2', 'Push to Registry…');
      await workbench.quickInput.waitForTitle(/to…/u);
      const last = `${scene.registry.host}/team/api`;
      await workbench.quickInput.waitForItem(last);
      assert.equal((await workbench.quickInput.items())[0]?.label, last);
      await workbench.quickInput.accept();
      await workbench.quickInput.waitForValidation(`to ${last}:1.4.2`);
      await workbench.quickInput.accept();
      const { text } = await workbench.waitForNotification(/^Pushed/u);
      assert.match(text, /nothing to send: all 3 layers were there/u);
      assert.equal(digestIn(text), await digestAt(scene.registry, 'team/api', '1.4.2'));
      await workbench.clickNotificationButton('Copy Pull Command');
      await until('the command is copied', async () => (await workbench.clipboard()) === `docker pull ${last}:1.4.2`);
    });

    it('of a changed image says what was sent and what was reused', async () => {
      const layers = ['one', 'two', 'big'].map((name) => ({
        path: `/${name}`,
        content:
          name === 'one'
            ? Buffer.from('api:1.4.2 one')
            : incompressible(name === 'two' ? 50_000 : 3_000_000, `api:1.4.2 ${name}`),
      }));
      await buildImage(scene.engine.socketPath, 'api:1.4.3', [
        ...layers,
        { path: '/new', content: incompressible(2_000_000, 'new') },
      ]);
      const text = await push('1.4.3', 'team/api:1.4.3');
      assert.match(text, /1 layer sent( \(2 MB\))?, 3 reused/u);
      assert.equal(digestIn(text), await digestAt(scene.registry, 'team/api', '1.4.3'));
    });

    it('writes what happened to the log, and nothing unforeseen', async () => {
      const log = await scene.server.extensionLog();
      assert.match(
        log,
        new RegExp(
          `\\[info\\] p-\\w+ push api:1\\.4\\.2 \\(sha256:[0-9a-f]{12}\\) → ${scene.registry.host}/team/api:1\\.4\\.2, Docker`,
          'u',
        ),
      );
      assert.match(log, /\[info\] p-\w+ layer [0-9a-f]{12} sent/u);
      assert.match(log, /\[info\] p-\w+ pushed sha256:[0-9a-f]{64}, confirmed by the registry/u);
      assert.doesNotMatch(log, /\[error\]/u);
      // An error that nobody caught stands there with its stack, which names our bundles.
      assert.doesNotMatch(await scene.server.logs(), /docker-push[^\n]*\bdist\b/u);
    });
  });
}
