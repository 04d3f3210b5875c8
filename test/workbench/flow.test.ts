import assert from 'node:assert/strict';
import { engineRequest, tagImage } from '../support/images.ts';
import { pushImage } from '../support/main-job.ts';
import { until } from '../support/until.ts';
import type { QuickInput } from '../support/quick-input.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, type Scene, startScene } from './scene.ts';

const configured = 'registry.example.com/team';

describe('choosing where an image goes', () => {
  let scene: Scene;
  let workbench: Workbench;
  let quickInput: QuickInput;
  /** The engine's tags before each test: no step changes them. */
  let tags: string[];

  before(async () => {
    scene = await startScene('classic', { 'dockerPush.registries': [{ registry: configured, name: 'Example' }] });
    await buildTestImage(scene.engine, 'api:1.4.2');
    await tagImage(scene.engine.socketPath, 'api:1.4.2', 'ghcr.io/acme/web:dev');
    await openWindow();
  });
  after(async () => {
    await workbench.close();
    await scene.stop();
  });
  beforeEach(async () => (tags = await tagsOf(scene)));
  afterEach(async () => {
    // What one test leaves open would spoil the next.
    if (await quickInput.isOpen()) await quickInput.escape();
    assert.deepEqual(await tagsOf(scene), tags);
    assert.deepEqual(await workbench.notificationHistory(), []);
  });

  const openWindow = async (): Promise<void> => {
    workbench = await scene.open();
    ({ quickInput } = workbench);
  };
  const start = async (image = 'api:1.4.2'): Promise<void> => {
    // What hovers where the mouse was may cover the row. It opens with a delay, also when the mouse has just left, and
    // goes with the mouse's next move only.
    await until('nothing hovers', async () => {
      await workbench.page.mouse.move(800, 600);
      await workbench.page.mouse.move(810, 610);
      return (await workbench.page.locator('.workbench-hover').filter({ visible: true }).count()) === 0;
    });
    await workbench.contextMenu(image, 'Push to Registry…');
    await quickInput.waitForTitle(`Push ${image} to… (1/2)`);
    await until('there is a row', async () => (await quickInput.items()).length > 0);
  };
  const offered = async (): Promise<string[]> => (await quickInput.items()).map(({ label }) => label);
  /** Types a destination and takes what Enter takes. */
  const go = async (destination: string): Promise<void> => {
    await quickInput.fill(destination);
    await until('it is offered', async () => (await offered()).includes(destination));
    await quickInput.accept();
    await quickInput.waitForTitle(/\(2\/2\)/u);
  };

  it('offers what is known, and never Docker Hub for a name without a registry', async () => {
    await start();
    assert.deepEqual(
      (await quickInput.items()).map(({ label, description, separator }) => ({ label, description, separator })),
      [{ label: configured, description: 'Example', separator: 'Registries' }],
    );
    await quickInput.escape();
  });

  it('keeps asking for the image when a view takes the keyboard', async () => {
    await workbench.runCommand('Docker Push: Push to Registry…');
    await quickInput.waitForTitle('Push to Registry');
    await quickInput.waitForItem('api:1.4.2');
    await workbench.page.locator('.part.sidebar .monaco-list').first().focus();
    await quickInput.pick('api:1.4.2');
    await quickInput.waitForTitle('Push api:1.4.2 to… (1/2)');
    await quickInput.escape();
  });

  it('offers the registry in an image’s own name first', async () => {
    await start('ghcr.io/acme/web:dev');
    assert.deepEqual(await offered(), ['ghcr.io/acme/web', configured]);
    await quickInput.accept();
    await quickInput.waitForTitle('Push ghcr.io/acme/web:dev to ghcr.io (2/2)');
    assert.equal(await quickInput.value(), 'acme/web:dev');
    await quickInput.waitForValidation('to ghcr.io/acme/web:dev');
    await quickInput.escape();
  });

  it('says why what is typed is no destination, while it is typed', async () => {
    await start();
    for (const [typed, help, reason] of [
      ['nowhere', /^Write its full name, or its port, as in “nowhere:443”\.$/u, /neither a dot nor a port/u],
      ['https://registry.example.com', /^Leave “https:\/\/” out\.$/u, /has a scheme/u],
      ['registry.example.com/Other', /lower case/u, /upper-case/u],
      ['registry.example.com:port', /from 1 to 65535/u, /port/u],
      ['registry.example.com/a b', /^Leave it out\.$/u, /white space/u],
    ] as const) {
      await quickInput.fill(typed);
      const row = await until(`“${typed}” is judged`, async () =>
        (await quickInput.items()).find(({ detail }) => reason.test(detail)),
      );
      assert.match(row.label.trim(), help);
      await quickInput.accept();
      assert.match(await quickInput.title(), /\(1\/2\)/u);
    }
    await quickInput.escape();
  });

  it('finds what is known by a part of it or of its name, and takes it at Enter', async () => {
    await start('ghcr.io/acme/web:dev');
    for (const part of ['example', 'EXAMPLE', 'stry']) {
      await quickInput.fill(part);
      await until('the other is filtered out', async () => !(await offered()).includes('ghcr.io/acme/web'));
      await quickInput.accept();
      await quickInput.waitForTitle('Push ghcr.io/acme/web:dev to registry.example.com (2/2)');
      await quickInput.back();
      await quickInput.waitForTitle(/\(1\/2\)/u);
    }
    await quickInput.escape();
  });

  it('takes a pasted reference whole', async () => {
    await start();
    await go('ghcr.io/acme/pasted:2.0');
    assert.equal(await quickInput.value(), 'acme/pasted:2.0');
    await quickInput.waitForValidation('to ghcr.io/acme/pasted:2.0');
    await quickInput.escape();
  });

  it('takes Docker Hub when it is typed, and shows it in the reference', async () => {
    await start();
    await go('docker.io/acme');
    assert.equal(await quickInput.title(), 'Push api:1.4.2 to docker.io (2/2)');
    await quickInput.waitForValidation(
      /Enter pushes sha256:[0-9a-f]{12} \(50 kB\) to docker\.io\/acme\/api:1\.4\.2(?: · |$)/u,
    );
    await quickInput.fill('api:1.4.2');
    await quickInput.waitForValidation(/to docker\.io\/library\/api:1\.4\.2(?: · |$)/u);
    await quickInput.escape();
  });

  it('judges name and tag while they are typed, and takes none that is wrong', async () => {
    await start();
    await go(configured);
    assert.equal(await quickInput.value(), 'team/api:1.4.2');
    for (const [name, reason] of [
      ['', /name|path/iu],
      ['team/api', /no tag/u],
      ['team/Api:1', /lower/iu],
      ['team//api:1', /slash|empty|component/iu],
      ['team/api:.1', /tag/iu],
    ] as const) {
      await quickInput.fill(name);
      await quickInput.waitForValidation(reason);
      assert.equal(await quickInput.validationSeverity(), 'error', name);
      await quickInput.accept();
      assert.match(await quickInput.title(), /\(2\/2\)/u);
    }
    await quickInput.fill('team/api:1');
    await quickInput.waitForValidation(`to ${configured}/api:1`);
    assert.equal(await quickInput.validationSeverity(), 'info');
    await quickInput.escape();
  });

  it('goes back with what was typed, and forth again', async () => {
    await start();
    await go('registry.acme.dev:5000/mine');
    await quickInput.fill('mine/other:7');
    await quickInput.waitForValidation('to registry.acme.dev:5000/mine/other:7');
    await quickInput.back();
    await quickInput.waitForTitle(/\(1\/2\)/u);
    assert.equal(await quickInput.value(), 'registry.acme.dev:5000/mine');
    assert.equal((await offered())[0], 'registry.acme.dev:5000/mine');
    await quickInput.accept();
    await quickInput.waitForTitle(/\(2\/2\)/u);
    assert.equal(await quickInput.value(), 'mine/other:7');
    await quickInput.back();
    // What is known and was chosen needs no typing: it is chosen again.
    await quickInput.waitForTitle(/\(1\/2\)/u);
    await quickInput.fill('');
    await until('all are offered', async () => (await offered()).includes(configured));
    await quickInput.pick(configured);
    await quickInput.waitForTitle(/\(2\/2\)/u);
    assert.equal(await quickInput.value(), 'team/api:1.4.2');
    await quickInput.back();
    await quickInput.waitForTitle(/\(1\/2\)/u);
    assert.equal(await quickInput.value(), '');
    await quickInput.accept();
    await quickInput.waitForTitle('Push api:1.4.2 to registry.example.com (2/2)');
    await quickInput.escape();
  });

  it('closes at Escape in either step', async () => {
    await start();
    await quickInput.fill('registry.acme.dev');
    await quickInput.escape();
    await start();
    assert.equal(await quickInput.value(), '');
    await go('registry.acme.dev');
    await quickInput.escape();
  });

  it('asks for the image first when the palette calls, and needs no mouse', async () => {
    const { keyboard } = workbench.page;
    await workbench.row('api:1.4.2').waitFor();
    await keyboard.press('F1');
    await until('the palette is open', () => quickInput.isOpen());
    await keyboard.type('Docker Push: Push to');
    await quickInput.waitForItem('Docker Push: Push to Registry…');
    await keyboard.press('Enter');
    await quickInput.waitForTitle('Push to Registry');
    await quickInput.waitForItem('api:1.4.2');
    const items = await quickInput.items();
    assert.deepEqual(items.map(({ label }) => label).sort(), ['api:1.4.2', 'ghcr.io/acme/web:dev']);
    assert.match(items[0]?.description ?? '', /^50 kB · /u);
    await keyboard.type('web');
    await until('one is left', async () => (await offered()).length === 1);
    await keyboard.press('Enter');
    await quickInput.waitForTitle('Push ghcr.io/acme/web:dev to… (1/2)');
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await quickInput.waitForTitle('Push ghcr.io/acme/web:dev to registry.example.com (2/2)');
    await quickInput.waitForValidation(`to ${configured}/web:dev`);
    await keyboard.press('Control+Alt+Minus');
    await quickInput.waitForTitle(/\(1\/2\)/u);
    await keyboard.press('Escape');
    await quickInput.waitUntilClosed();
  });

  it('takes the host that was typed, though a longer one is remembered', async () => {
    const { host } = scene.registry;
    await pushImage(workbench, { image: 'api:1.4.2', destination: host, name: 'team/api:1.4.2' });
    await workbench.close();
    tags = await tagsOf(scene);
    await openWindow();
    await start();
    assert.deepEqual((await offered()).slice(0, 2), [`${host}/team/api`, `${host}/team`]);
    await go(host);
    assert.equal(await quickInput.title(), `Push api:1.4.2 to ${host} (2/2)`);
    assert.equal(await quickInput.value(), 'api:1.4.2');
    await quickInput.escape();
    await start('ghcr.io/acme/web:dev');
    assert.deepEqual(await offered(), ['ghcr.io/acme/web', `${host}/team`, configured]);
    await quickInput.escape();
  });
});

async function tagsOf({ engine }: Scene): Promise<string[]> {
  const images = (await engineRequest(engine.socketPath, 'GET', '/images/json')).json() as { RepoTags: string[] }[];
  return images.flatMap(({ RepoTags }) => RepoTags).sort();
}
