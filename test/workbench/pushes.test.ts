import assert from 'node:assert/strict';
import type { EngineKind } from '../support/engine.ts';
import { pushImage, startPush } from '../support/main-job.ts';
import { type RunningProxy, startProxy } from '../support/slow-proxy.ts';
import { until } from '../support/until.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, digestAt, endings, type Scene, startScene } from './scene.ts';

const view = 'Pushes';
const manifestType = 'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json';

for (const kind of ['classic', 'containerd'] satisfies EngineKind[]) {
  describe(`pushes without surprises, ${kind} image store`, () => {
    let scene: Scene;
    let proxy: RunningProxy;
    let workbench: Workbench;

    before(async () => {
      scene = await startScene(kind);
      proxy = await startProxy({ target: scene.registry.host });
      await buildTestImage(scene.engine, 'api:dev', 0, 'first');
      workbench = await scene.open();
    });
    after(async () => {
      await workbench.close();
      await proxy.stop();
      await scene.stop();
    });

    /** Somebody else puts at a tag what another tag of the repository holds. */
    const replaceElsewhere = async (repository: string, from: string, to: string): Promise<void> => {
      const manifests = `${scene.registry.url}/v2/${repository}/manifests`;
      const answer = await fetch(`${manifests}/${from}`, { headers: { accept: manifestType } });
      const headers = { 'content-type': answer.headers.get('content-type') ?? '' };
      const put = await fetch(`${manifests}/${to}`, { method: 'PUT', headers, body: await answer.arrayBuffer() });
      assert.equal(put.status, 201);
    };
    const rows = (): Promise<string[]> => workbench.rows(view);
    const rowLike = (pattern: RegExp): Promise<string> =>
      until(`a row is like ${String(pattern)}`, async () => (await rows()).find((row) => pattern.test(row)));
    const imageLike = (pattern: RegExp): Promise<string> =>
      until(`an image is like ${String(pattern)}`, async () =>
        (await workbench.rows('Images')).find((row) => pattern.test(row)),
      );
    /** By the way that may be slow, or cut. */
    const pushSlowly = (name: string): Promise<void> =>
      startPush(workbench, { way: 'command palette', image: 'web:big', destination: proxy.host, name });
    const again = (): Promise<void> => workbench.runCommand('Docker Push: Push Again');

    it('say where they will appear before the first', async () => {
      const { texts } = await workbench.welcome(view);
      assert.deepEqual(texts, ['Pushes appear here.']);
    });

    it('are kept with their outcome and digest', async () => {
      const { host } = scene.registry;
      await pushImage(workbench, { image: 'api:dev', destination: host, name: 'team/api:dev' });
      const digest = await digestAt(scene.registry, 'team/api', 'dev');
      assert.ok(digest);
      const row = await rowLike(/team\/api:dev sha256:/u);
      assert.ok(row.startsWith(`${host}/team/api:dev ${digest.slice(0, 15)} · `), row);
      assert.match(row, / · just now$/u);
    });

    it('mark the tag as in step, and as ahead once it is built anew', async () => {
      await imageLike(/^dev .* · ✓$/u);
      await buildTestImage(scene.engine, 'api:dev', 0, 'rebuilt');
      await imageLike(/^dev .* · ↑$/u);
      assert.match(await workbench.tooltip('api:dev', 'Images'), /At the registry: ahead of .*team\/api:dev/u);
    });

    it('tell before, in the list of destinations and below the name, what they would do there', async () => {
      const { quickInput } = workbench;
      await workbench.runCommand('Docker Push: Push to Registry…');
      await quickInput.waitForTitle('Push to Registry');
      await quickInput.pick('api:dev');
      await quickInput.waitForTitle('Push api:dev to…');
      const replaces = /replaces your push of .* \(sha256:[0-9a-f]{8}\)/u;
      await until('the destination tells', async () => replaces.test((await quickInput.items())[0]?.description ?? ''));
      await quickInput.accept();
      await quickInput.waitForTitle('(2/2)');
      await quickInput.waitForValidation(replaces);
      await quickInput.waitForValidation(/up to [\d.]+ kB to send$/u);
      await quickInput.fill('team/api:fresh');
      await quickInput.waitForValidation(/team\/api:fresh · new tag · /u);
      await quickInput.escape();
    });

    it('of what was built anew need one click and no dialog', async () => {
      await workbench.clearNotifications();
      const before = await digestAt(scene.registry, 'team/api', 'dev');
      const inputs = await workbench.inputsDuring(async () => {
        await workbench.statusBarItem('dockerPush.lastBuilt').filter({ hasText: 'api:dev' }).click();
        await workbench.waitForNotification(/^Pushed/u);
      });
      assert.deepEqual(inputs, ['click']);
      const after = await digestAt(scene.registry, 'team/api', 'dev');
      assert.ok(before && after && after !== before, `${before} and ${after}`);
      assert.match(await scene.server.extensionLog(), /plan: replaces your push of [^;]*; up to [\d.]+ kB to send/u);
    });

    it('ask before they replace what somebody else put there, with both digests', async () => {
      await workbench.clearNotifications();
      await pushImage(workbench, { image: 'api:dev', destination: scene.registry.host, name: 'team/api:base' });
      await workbench.clearNotifications();
      await buildTestImage(scene.engine, 'api:other', 0, 'theirs');
      await pushImage(workbench, { image: 'api:other', destination: scene.registry.host, name: 'team/api:theirs' });
      await workbench.clearNotifications();
      await replaceElsewhere('team/api', 'theirs', 'base');
      await imageLike(/^base .* · ✓$/u);
      await workbench.runCommand('Docker Push: Compare with Registry');
      await imageLike(/^base .* · ≠$/u);
      await buildTestImage(scene.engine, 'api:dev', 0, 'third');
      const theirs = await digestAt(scene.registry, 'team/api', 'base');
      await startPush(workbench, {
        way: 'command palette',
        image: 'api:dev',
        destination: scene.registry.host,
        name: 'team/api:base',
      });
      const { text, buttons } = await workbench.dialog();
      assert.ok(text.includes(`${scene.registry.host}/team/api:base holds another image. Replace it?`), text);
      assert.ok(text.includes('It was not pushed from here.'), text);
      assert.ok(theirs && text.includes(theirs), text);
      assert.match(text, /There now: sha256:[0-9a-f]{64}, built (?:just now|1 minute ago), linux\/amd64/u);
      assert.match(text, /This image: sha256:[0-9a-f]{64}/u);
      assert.deepEqual(new Set(buttons), new Set(['Replace', 'Choose Another Tag', 'Cancel']));
      await workbench.clickDialogButton('Choose Another Tag');
      const { quickInput } = workbench;
      await quickInput.waitForTitle(`Tags at ${scene.registry.host}/team/api (2/2)`);
      await quickInput.fill('mine');
      await quickInput.waitForItem('mine');
      await quickInput.accept();
      await until('it is picked', async () => (await quickInput.picked()).picked.join() === 'mine');
      await quickInput.accept();
      await workbench.waitForNotification(/^Pushed .*team\/api:mine/u);
      assert.equal(await digestAt(scene.registry, 'team/api', 'base'), theirs);
      assert.ok(await digestAt(scene.registry, 'team/api', 'mine'));
      // One for the request: the tag that was not replaced is no news.
      assert.equal((await endings(workbench)).filter(({ text }) => text.startsWith('Cancelled')).length, 0);
    });

    it('replace it where that is what is wanted', async () => {
      await workbench.clearNotifications();
      const theirs = await digestAt(scene.registry, 'team/api', 'base');
      await startPush(workbench, {
        way: 'command palette',
        image: 'api:dev',
        destination: scene.registry.host,
        name: 'team/api:base',
      });
      await workbench.dialog();
      await workbench.clickDialogButton('Replace');
      await workbench.waitForNotification(/^Pushed .*team\/api:base/u);
      assert.notEqual(await digestAt(scene.registry, 'team/api', 'base'), theirs);
    });

    it('offer to take away the name that only the push needed', async () => {
      await workbench.clearNotifications();
      await startPush(workbench, {
        ...{ way: 'command palette', image: 'api:dev', destination: scene.registry.host, name: 'team/api:passing' },
      });
      const { buttons } = await workbench.waitForNotification(/^Pushed .*team\/api:passing/u);
      assert.deepEqual(buttons, ['Copy Digest', 'Copy Pull Command', 'Remove Local Tag']);
      const name = `${scene.registry.host}/team/api:passing`;
      assert.ok(await imageLike(/^passing /u));
      await workbench.clickNotificationButton('Remove Local Tag');
      await until(
        'the name is gone',
        async () => !(await workbench.rows('Images')).some((row) => /^passing /u.test(row)),
      );
      assert.ok(await digestAt(scene.registry, 'team/api', 'passing'));
      assert.match(await scene.server.extensionLog(), new RegExp(`removed the local tag ${name}`, 'u'));
      // The image that was pushed is there, and in step.
      await imageLike(/^dev .* · ✓$/u);
    });

    it('ask of a version, also of one’s own', async () => {
      await workbench.clearNotifications();
      const name = 'team/api:1.4.2';
      await pushImage(workbench, { image: 'api:dev', destination: scene.registry.host, name });
      await workbench.clearNotifications();
      // The very same is no question.
      await again();
      await workbench.waitForNotification(/^Pushed .*team\/api:1\.4\.2/u);
      await buildTestImage(scene.engine, 'api:dev', 0, 'fourth');
      await again();
      const { text } = await workbench.dialog();
      assert.match(text, /It was pushed from here .*, and others may rely on it\./u);
      await workbench.clickDialogButton('Cancel');
      await workbench.waitForNotification(/^Cancelled\. Nothing was published/u);
      await rowLike(/team\/api:1\.4\.2 cancelled · just now/u);
    });

    it('show their layers while they run, and can be cancelled from there', async () => {
      await workbench.clearNotifications();
      await buildTestImage(scene.engine, 'web:big', 4_000_000);
      proxy.throttle(200_000);
      await pushSlowly('team/web:big');
      await rowLike(/team\/web:big .* %/u);
      const target = `${proxy.host}/team/web:big`;
      await workbench.expand(target, view);
      await rowLike(/^[0-9a-f]{12} sending · /u);
      await workbench.contextMenuIn(view, target, 'Show Log of Push');
      const line = (words: string): Promise<void> =>
        workbench.page.locator('.monaco-editor .view-line', { hasText: words }).first().waitFor();
      await line('push web:big');
      await workbench.contextMenuIn(view, target, 'Cancel Push');
      await workbench.waitForNotification(/^Cancelled\. Nothing was published/u);
      // What is shown follows.
      await line('cancelled');
      await workbench.runCommand('View: Close Editor');
      await rowLike(/team\/web:big cancelled · /u);
    });

    it('tell the truth of one that a closed window cut off, and push it again', async () => {
      await workbench.clearNotifications();
      await pushSlowly('team/web:cut');
      await rowLike(/team\/web:cut .* %/u);
      await workbench.reload();
      await workbench.openDockerPush();
      const target = `${proxy.host}/team/web:cut`;
      await rowLike(/team\/web:cut The window was closed while it was pushed\. The registry has no .*team\/web:cut\./u);
      proxy.throttle(undefined);
      await workbench.contextMenuIn(view, target, 'Retry Push');
      await workbench.waitForNotification(/^Pushed .*team\/web:cut/u);
      assert.ok(await digestAt(scene.registry, 'team/web', 'cut'));
      await rowLike(/team\/web:cut sha256:[0-9a-f]{8} · /u);
    });

    it('tell the truth of one whose process was killed, and of one that had arrived', async () => {
      await workbench.clearNotifications();
      const { server } = scene;
      proxy.throttle(undefined);
      const { arrived, release } = proxy.holdManifestPut();
      await pushSlowly('team/web:arrived');
      // The registry has the tag; the engine, and the window with it, do not know it yet.
      await arrived;
      await buildTestImage(scene.engine, 'web:big', 4_000_000, 'lost');
      proxy.throttle(200_000);
      await pushSlowly('team/other:lost');
      await rowLike(/team\/other:lost .* %/u);
      const host = (await server.extensionHosts()).at(-1);
      assert.ok(host);
      process.kill(host, 'SIGKILL');
      release();
      await workbench.reload();
      await workbench.openDockerPush();
      await rowLike(/team\/other:lost The window was closed while it was pushed\. The registry has no/u);
      await rowLike(/team\/web:arrived sha256:[0-9a-f]{8} · /u);
      proxy.throttle(undefined);
    });

    it('give their log alone, and what others type to pull', async () => {
      const target = `${proxy.host}/team/web:big`;
      await workbench.contextMenuIn(view, target, 'Show Log of Push');
      await workbench.page.locator('.monaco-editor .view-line', { hasText: 'push web:big' }).first().waitFor();
      const pushed = `${proxy.host}/team/web:cut`;
      await workbench.contextMenuIn(view, `${pushed}, pushed`, 'Copy Pull Command');
      await until('it is copied', async () => (await workbench.clipboard()) === `docker pull ${pushed}`);
    });

    it('are forgotten when that is wanted', async () => {
      await workbench.runCommand('Docker Push: Clear Pushes…');
      await workbench.dialog();
      await workbench.clickDialogButton('Clear');
      await workbench.welcome(view);
    });
  });
}
