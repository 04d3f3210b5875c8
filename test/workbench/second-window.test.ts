import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pushImage, startPush } from '../support/main-job.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { makeRunFolder } from '../support/run-folder.ts';
import { startProxy } from '../support/slow-proxy.ts';
import { until } from '../support/until.ts';
import { openWorkbench, type Workbench } from '../support/workbench.ts';
import { buildTestImage, type Scene, startScene } from './scene.ts';

const view = 'Registries';

describe('two windows of one person', () => {
  let scene: Scene;
  let locked: RunningRegistry;
  let first: Workbench;
  let second: Workbench;

  before(async () => {
    [scene, locked] = await Promise.all([
      startScene('classic'),
      startRegistry({ tls: true, htpasswd: { user: 'mira', password: 'wrench-97' } }),
    ]);
    const folder = path.join((await makeRunFolder()).path, 'workspace');
    await mkdir(folder);
    first = await openWorkbench(scene.server, { folder });
    second = await openWorkbench(scene.server, { folder, beside: first });
    for (const window of [first, second]) await window.openDockerPush();
  });
  after(async () => {
    await first.close();
    await Promise.all([scene.stop(), locked.stop()]);
  });

  const settingsFile = (): string => path.join(scene.server.dataDir, 'data/User/settings.json');
  const stored = async (): Promise<unknown> =>
    (JSON.parse(await readFile(settingsFile(), 'utf8')) as Record<string, unknown>)['dockerPush.registries'];
  const shows = (window: Workbench, registry: string): Promise<void> => window.row(registry, view).waitFor();
  const add = async (window: Workbench, registry: string): Promise<void> => {
    await window.page.bringToFront();
    await window.runCommand('Docker Push: Add Registry…');
    await window.quickInput.waitForTitle('Add Registry');
    await window.quickInput.fill(registry);
    await window.quickInput.accept();
    await shows(window, registry);
  };
  const reload = async (...windows: Workbench[]): Promise<void> => {
    for (const window of windows) {
      await window.page.bringToFront();
      await window.reload();
      await window.openDockerPush();
    }
  };

  it('keep what each of them added, however late it hears of the other', async () => {
    await add(first, 'one.example.com');
    await add(second, 'two.example.com');
    await add(first, 'three.example.com');
    const all = ['one.example.com', 'two.example.com', 'three.example.com'];
    assert.deepEqual(
      await stored(),
      all.map((registry) => ({ registry })),
    );
    await reload(first, second);
    for (const window of [first, second]) for (const registry of all) await shows(window, registry);
  });

  it('lose neither a removal nor an edit of the other', async () => {
    await first.page.bringToFront();
    await first.contextMenu('one.example.com', 'Remove Registry…');
    await first.row('one.example.com', view).waitFor({ state: 'detached' });
    await second.page.bringToFront();
    await second.contextMenu('two.example.com', 'Edit Registry…');
    await second.quickInput.waitForTitle('Edit two.example.com (1/2)');
    await second.quickInput.fill('The second');
    await second.quickInput.accept();
    await second.quickInput.waitForTitle('(2/2)');
    await second.quickInput.pick('http');
    await second.quickInput.waitUntilClosed();
    await second.page.getByRole('treeitem', { name: /^two\.example\.com, .*The second, http/u }).waitFor();
    const left = [
      { registry: 'two.example.com', name: 'The second', transport: 'http' },
      { registry: 'three.example.com' },
    ];
    assert.deepEqual(await stored(), left);
    await add(first, 'four.example.com');
    assert.deepEqual(await stored(), [...left, { registry: 'four.example.com' }]);
    await reload(first, second);
    for (const window of [first, second]) {
      await shows(window, 'four.example.com');
      await window.page.getByRole('treeitem', { name: /^two\.example\.com, .*The second, http/u }).waitFor();
      assert.equal(await window.row('one.example.com', view).count(), 0);
    }
  });

  it('keep what was written by hand meanwhile', async () => {
    const settings = JSON.parse(await readFile(settingsFile(), 'utf8')) as Record<string, unknown>;
    const byHand = [{ registry: 'three.example.com', name: 'By hand' }, { registry: 'a slip of the pen' }];
    const text = JSON.stringify({ ...settings, 'dockerPush.registries': byHand }, undefined, 2);
    await writeFile(settingsFile(), `// By hand, “https://…”\n${text.replace(/\n\}$/u, ',\n}')}\n`);
    await second.page.bringToFront();
    await second.contextMenu('four.example.com', 'Remove Registry…');
    await second.row('four.example.com', view).waitFor({ state: 'detached' });
    await add(first, 'five.example.com');
    const now = await until('the last one is written', async () => {
      const text = await readFile(settingsFile(), 'utf8');
      return text.includes('five.example.com') ? text : undefined;
    });
    assert.match(now, /^\/\/ By hand/u);
    for (const kept of ['By hand"', 'a slip of the pen']) assert.ok(now.includes(kept), now);
    assert.ok(!now.includes('four.example.com'), now);
  });

  it('share a sign-in', async () => {
    await add(first, locked.host);
    const { quickInput } = first;
    await first.contextMenu(locked.host, 'Sign In…');
    await quickInput.waitForTitle(`Sign in to ${locked.host} (1/2)`);
    await quickInput.fill('mira');
    await quickInput.accept();
    await quickInput.waitForTitle('(2/2)');
    await quickInput.fill('wrench-97');
    await quickInput.accept();
    await quickInput.waitUntilClosed();
    await first.page.getByRole('treeitem', { name: `${locked.host}, mira (stored here)` }).waitFor();
    await reload(second);
    await second.page.getByRole('treeitem', { name: `${locked.host}, mira (stored here)` }).waitFor();
  });

  it('show each other’s pushes, and what the other put there is no stranger’s', async () => {
    const { host } = scene.registry;
    await buildTestImage(scene.engine, 'api:dev');
    await first.page.bringToFront();
    await first.row('api:dev').waitFor();
    const job = { way: 'command palette', image: 'api:dev', destination: host } as const;
    await pushImage(first, { ...job, name: 'team/api:dev' });
    const pushed = (window: Workbench): Promise<boolean> =>
      until('the push is shown', async () =>
        (await window.rows('Pushes')).some((row) => row.startsWith(`${host}/team/api:dev sha256:`)),
      );
    await pushed(first);
    await second.page.bringToFront();
    await pushed(second);
    await buildTestImage(scene.engine, 'api:dev', 0, 'rebuilt');
    const end = await pushImage(second, { ...job, name: 'team/api:dev' });
    assert.match(end.text, /^Pushed .*confirmed by the registry/u);
  });

  it('push to the same target one after the other', async () => {
    const proxy = await startProxy({ target: scene.registry.host });
    try {
      await buildTestImage(scene.engine, 'web:big', 4_000_000);
      const job = { way: 'command palette', image: 'web:big', destination: proxy.host, name: 'team/web:big' } as const;
      const rowLike = (window: Workbench, words: RegExp): Promise<boolean> =>
        until(`a row is like ${String(words)}`, async () =>
          (await window.rows('Pushes')).some((row) => row.includes('team/web:big') && words.test(row)),
        );
      proxy.throttle(0);
      await first.page.bringToFront();
      await first.clearNotifications();
      await startPush(first, job);
      await rowLike(first, / %/u);
      await second.page.bringToFront();
      await second.clearNotifications();
      await startPush(second, job);
      await rowLike(second, /waits for another window’s push/u);
      await rowLike(second, /runs in another window/u);
      proxy.throttle(undefined);
      await second.waitForNotification(/^Pushed .*team\/web:big/u);
      await first.page.bringToFront();
      await first.waitForNotification(/^Pushed .*team\/web:big/u);
    } finally {
      await proxy.stop();
    }
  });
});
