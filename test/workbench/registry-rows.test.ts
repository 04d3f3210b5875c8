import assert from 'node:assert/strict';
import { typeAccount } from '../support/main-job.ts';
import { ociIndex, putImage, putManifest } from '../support/registry-content.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { numberedTags, startTagRegistry, type TagRegistry } from '../support/tag-registry.ts';
import { until } from '../support/until.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, digestAt, endings, type Scene, startScene } from './scene.ts';

const mira = { user: 'mira', password: 'a pass/word?' };
const basic = `Basic ${Buffer.from(`${mira.user}:${mira.password}`).toString('base64')}`;

describe('the rows of Registries', () => {
  let scene: Scene;
  let registry: RunningRegistry;
  let locked: RunningRegistry;
  let many: TagRegistry;
  let workbench: Workbench;

  before(async () => {
    [registry, locked, many] = await Promise.all([
      startRegistry(),
      startRegistry({ htpasswd: mira }),
      startTagRegistry({ tags: { 'team/many': numberedTags(10_000), 'team/one': ['1'] } }),
    ]);
    const registries = [registry, locked, many].map(({ host }) => ({ registry: host }));
    scene = await startScene('classic', { 'dockerPush.registries': registries });
    for (const name of ['api:1', 'web:2']) await buildTestImage(scene.engine, name);
    await putImage(registry, 'team/app', ['1.0'], {
      os: 'linux',
      architecture: 'amd64',
      created: '2026-01-02T03:04:05Z',
    });
    await putImage({ ...locked, authorization: basic }, 'team/app', ['1.0']);
    const images = [];
    for (const architecture of ['amd64', 'arm64'])
      images.push({
        ...(await putImage(registry, 'team/multi', [architecture], { os: 'linux', architecture })).descriptor,
        platform: { os: 'linux', architecture },
      });
    await putManifest(registry, 'team/multi', 'all', { mediaType: ociIndex, manifests: images });
    workbench = await scene.open();
    // All rows are in sight.
    await workbench.page.setViewportSize({ width: 1_280, height: 1_400 });
    await workbench.row('api:1', 'Images').waitFor();
    await workbench.row(registry.host, 'Registries').waitFor();
  });
  after(async () => {
    await workbench.close();
    await scene.stop();
    await Promise.all([registry, locked, many].map((server) => server.stop()));
  });

  const picture = async (name: string): Promise<void> => {
    const { PICTURES: folder } = process.env;
    if (folder) await workbench.screenshot(`${folder}/${name}.png`);
  };
  const unfold = async (label: string): Promise<void> => {
    const row = workbench.row(label, 'Registries');
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) !== 'true') await row.locator('.monaco-tl-twistie').click();
  };
  const fold = async (label: string): Promise<void> => {
    const row = workbench.row(label, 'Registries');
    if ((await row.getAttribute('aria-expanded')) === 'true') await row.locator('.monaco-tl-twistie').click();
  };
  const drag = async (from: string, to: string): Promise<void> => {
    await workbench.drag(from, to, () => picture(`drag-${from.replaceAll(/\W/gu, '-')}`));
  };

  it('take an image that is dropped on a registry: the name step is next', async () => {
    const { quickInput } = workbench;
    await drag('api:1', registry.host);
    await quickInput.waitForTitle(`Push api:1 to ${registry.host} (2/2)`);
    assert.equal(await quickInput.value(), 'api:1');
    await quickInput.waitForValidation(/Enter pushes/u);
    await quickInput.accept();
    await workbench.waitForNotification(`Pushed ${registry.host}/api:1`);
    assert.ok(await digestAt(registry, 'api', '1'));
    await workbench.clearNotifications();
  });

  it('take one on a repository, with the tag that it has; Back leads to the destinations', async () => {
    const { quickInput } = workbench;
    await unfold(registry.host);
    await workbench.row(`${registry.host}/team/app`).waitFor();
    await drag('web:2', `${registry.host}/team/app`);
    await quickInput.waitForTitle(`Push web:2 to ${registry.host} (2/2)`);
    assert.equal(await quickInput.value(), 'team/app:2');
    await quickInput.back();
    await quickInput.waitForTitle('Push web:2 to… (1/2)');
    await quickInput.waitForItem(`${registry.host}/team/app`);
    await quickInput.escape();
  });

  it('take several that are selected: the namespace step is next', async () => {
    const { quickInput } = workbench;
    await workbench.row('api:1', 'Images').click();
    await workbench.row('web:2', 'Images').click({ modifiers: ['ControlOrMeta'] });
    await drag('web:2', `${registry.host}/team/app`);
    await quickInput.waitForTitle(`Push 2 images to ${registry.host} (2/2)`);
    assert.equal(await quickInput.value(), 'team');
    await quickInput.waitForValidation(`Enter pushes ${registry.host}/team/api:1, ${registry.host}/team/web:2`);
    await quickInput.escape();
    await workbench.row('api:1', 'Images').click();
  });

  it('take an image from the menu as well, and nothing where nothing belongs', async () => {
    const { quickInput } = workbench;
    await workbench.contextMenu(`${registry.host}/team/app`, 'Push Image Here…');
    await quickInput.waitForTitle(`Push to ${registry.host}/team/app`);
    await quickInput.pick('api:1');
    await quickInput.waitForTitle(`Push api:1 to ${registry.host} (2/2)`);
    assert.equal(await quickInput.value(), 'team/app:1');
    await quickInput.escape();
    await unfold(`${registry.host}/team/app`);
    await workbench.row(`${registry.host}/team/app:1.0`).waitFor();
    await drag('api:1', `${registry.host}/team/app:1.0`);
    assert.equal(await quickInput.isOpen(), false);
    assert.deepEqual(await workbench.notifications(), []);
  });

  it('tell of a tag what its list does not, when somebody points at it', async () => {
    const app = `${registry.host}/team/app:1.0`;
    const telling = async (row: string, words: RegExp): Promise<void> => {
      assert.match(await workbench.tooltip(row, 'Registries'), words);
    };
    const digest = await digestAt(registry, 'team/app', '1.0');
    await telling(
      app,
      new RegExp(
        `Digest: ${digest ?? ''}[^]*Size: 1.02 kB compressed[^]*Created: 2026-01-02 03:04 UTC[^]*Platform: linux/amd64`,
        'u',
      ),
    );
    await picture('tooltip');
    await unfold(`${registry.host}/team/multi`);
    await telling(`${registry.host}/team/multi:all`, /Platforms: linux\/amd64, linux\/arm64/u);
    // The engine's classic store knows an image by its configuration.
    await unfold(`${registry.host}/api`);
    await telling(`${registry.host}/api:1`, /The same image here: .*api:1/u);
    await fold(registry.host);
  });

  it('are found by a part of their names among ten thousand', async () => {
    const { quickInput } = workbench;
    const repository = `${many.host}/team/many`;
    await unfold(many.host);
    await unfold(repository);
    await workbench.row(`${repository}:v00001`).waitFor();
    assert.deepEqual(
      many.requests.filter((request) => request.includes('tags')),
      ['GET /v2/team/many/tags/list?n=100'],
    );
    await workbench.row(repository).hover();
    await workbench.row(repository).getByRole('button', { name: 'Filter…' }).click();
    await quickInput.waitForTitle('Tags of team/many that have in their name…');
    await quickInput.fill('0999');
    await quickInput.accept();
    await workbench.row(`${repository}:v09990`).waitFor();
    await workbench.row('11 of 10,000 names match').waitFor();
    await workbench.row(`${repository}, filter “0999”`).waitFor();
    await picture('filter');
    await workbench.runCommand('Docker Push: Refresh Registries');
    await until('it is asked for again', () =>
      Promise.resolve(many.requests.filter((request) => request.endsWith('tags/list?n=1000')).length === 2),
    );
    await workbench.row('11 of 10,000 names match').waitFor();
    await workbench.contextMenu(`${repository}, filter “0999”`, 'Clear Filter');
    await workbench.row(`${repository}:v00001`).waitFor();
    await workbench.waitUntilProgressIsGone();
    assert.deepEqual(
      await endings(workbench).then((shown) => shown.filter(({ severity }) => severity === 'error')),
      [],
    );
    await fold(many.host);
  });

  it('of a registry that refuses the credential say so, with a way to sign in, after which they load', async () => {
    const { quickInput } = workbench;
    await unfold(locked.host);
    const saying = (words: string) =>
      workbench.page.getByRole('treeitem', { name: new RegExp(`^${locked.host} ${words}`, 'u') });
    const asks = saying('asks for a sign-in');
    await asks.waitFor();
    await asks.hover();
    await asks.getByRole('button', { name: 'Sign In…' }).click();
    await typeAccount(workbench, locked.host, mira);
    await quickInput.waitUntilClosed();
    await workbench.row(`${locked.host}/team/app`).waitFor();

    await locked.changeHtpasswd({ user: mira.user, password: 'another' });
    await workbench.runCommand('Docker Push: Refresh Registries');
    const refused = saying('did not accept the sign-in');
    await refused.waitFor();
    await workbench.row(`${locked.host}, mira (stored here), refused, sign in again`).waitFor();
    await picture('refused');
    await refused.click({ button: 'right' });
    await workbench.page.locator('.monaco-menu').getByText('Try Again').waitFor();
    await workbench.page.keyboard.press('Escape');
    await workbench.page.locator('.monaco-menu').waitFor({ state: 'hidden' });
    await refused.click();
    await typeAccount(workbench, locked.host, { ...mira, password: 'another' });
    await quickInput.waitUntilClosed();
    await workbench.row(`${locked.host}/team/app`).waitFor();
    await refused.waitFor({ state: 'detached' });
    assert.deepEqual(
      await endings(workbench).then((shown) => shown.filter(({ severity }) => severity === 'error')),
      [],
    );
  });
});
