import assert from 'node:assert/strict';
import type { EngineKind } from '../support/engine.ts';
import { startPush } from '../support/main-job.ts';
import { type RunningProxy, startProxy } from '../support/slow-proxy.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, digestAt, endings, type Scene, startScene } from './scene.ts';

for (const kind of ['classic', 'containerd'] satisfies EngineKind[]) {
  describe(`a push that is cancelled, ${kind} image store`, () => {
    let scene: Scene;
    let workbench: Workbench;
    let proxy: RunningProxy;

    before(async () => {
      scene = await startScene(kind);
      proxy = await startProxy({ target: scene.registry.host });
      await buildTestImage(scene.engine, 'api:1', 6_000_000);
    });
    after(async () => {
      await proxy.stop();
      await scene.stop();
    });
    beforeEach(async () => (workbench = await scene.open()));
    afterEach(() => workbench.close());

    const start = (name: string): Promise<void> =>
      startPush(workbench, { image: 'api:1', destination: proxy.host, name });

    /** Clicks Cancel; “Cancelling…” must stand there within a second. Answers the words at the end. */
    const cancel = async (): Promise<string> => {
      const before = await workbench.page.evaluate<number>('performance.now()');
      await workbench.clickNotificationButton('Cancel');
      await workbench.waitForNotification(/^Cancelling…/u);
      const history = await workbench.notificationHistory();
      const cancelling = history.find(({ text }) => text.startsWith('Cancelling…'));
      assert.ok(cancelling && cancelling.at - before < 1_000, `${(cancelling?.at ?? 0) - before} ms`);
      await workbench.waitForNotification(/^(?!Pushing|Cancelling)/u);
      const [only, ...more] = await endings(workbench);
      assert.deepEqual(more, []);
      return only?.text ?? '';
    };

    it('in mid-layer: nothing is published, and progress went only forward', async () => {
      proxy.throttle(1_000_000);
      await start('team/mid:1');
      await workbench.waitForNotification(/ [1-9]\d* %/u);
      const words = await cancel();
      assert.match(words, /^Cancelled\. Nothing was published/u);
      assert.equal(await digestAt(scene.registry, 'team/mid', '1'), undefined);

      const shown = (await workbench.notificationHistory()).filter(({ text }) => text.startsWith('Pushing'));
      const percents = shown.map(({ text }) => Number(/ (\d+) %/u.exec(text)?.[1] ?? 0));
      // However long it took: no more than four updates for each second of it, and the first.
      const lasted = (shown.at(-1)?.at ?? 0) - (shown[0]?.at ?? 0);
      assert.ok(shown.length <= (lasted / 1_000) * 4 + 2, `${shown.length} updates in ${lasted} ms`);
      assert.deepEqual(
        percents,
        percents.toSorted((a, b) => a - b),
      );
      proxy.throttle(undefined);
    });

    it('while the manifest is on its way: the tag did arrive, and that is said', async () => {
      const held = proxy.holdManifestPut();
      await start('team/late:1');
      await held.arrived;
      const ending = cancel();
      const words = await ending;
      held.release();
      const digest = await digestAt(scene.registry, 'team/late', '1');
      assert.ok(digest);
      assert.match(words, new RegExp(`^Pushed .*team/late:1 — ${digest}.*complete before the cancel`, 'u'));
    });
  });
}
