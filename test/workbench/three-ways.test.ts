import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EngineKind } from '../support/engine.ts';
import { buildImage, incompressible, pullImage, removeImage } from '../support/images.ts';
import { type Account, pushImage, type Way } from '../support/main-job.ts';
import { type RegistryOptions, type RunningRegistry, startRegistry } from '../support/registry.ts';
import { until } from '../support/until.ts';
import type { Input, Workbench } from '../support/workbench.ts';
import { buildTestImage, digestAt, endings, type Scene, startScene } from './scene.ts';

const mira: Account = { user: 'mira', password: 'a pass/word?' };

/** What a person does before the first question. F1, which opens the palette, belongs to the line that is typed after it. */
const ways: [way: Way, inputs: Input[]][] = [
  ['context menu', ['right-click', 'Enter']],
  ['command palette', ['click', 'click']],
  ['status bar', ['click']],
];

/** What a registry wants of a person who comes for the first time, between destination and name. */
const registries: [name: string, options: RegistryOptions, account: Account | undefined, inputs: Input[]][] = [
  ['plain', {}, undefined, []],
  ['TLS and htpasswd', { tls: true, htpasswd: mira }, mira, ['Enter', 'Enter']],
];

const digestIn = (text: string): string | undefined => /sha256:[0-9a-f]{64}/u.exec(text)?.[0];

for (const kind of ['classic', 'containerd'] satisfies EngineKind[]) {
  describe(`pushing, ${kind} image store`, () => {
    let scene: Scene;
    let workbench: Workbench;

    before(async () => {
      scene = await startScene(kind);
      // Without it the status-bar item would be there only after a push.
      await writeFile(path.join(scene.folder, 'Dockerfile'), 'FROM scratch\n');
      workbench = await scene.open();
    });
    after(async () => {
      await workbench.close();
      await scene.stop();
    });
    beforeEach(() => workbench.clearNotifications());

    for (const [way, first] of ways) {
      for (const [what, options, account, signIn] of registries) {
        describe(`from the ${way} to a new registry, ${what}`, () => {
          // A name of its own: where an image went is remembered under it.
          const repository = `${way} ${what}`.toLowerCase().replaceAll(' ', '-');
          const image = `${repository}:1`;
          const name = `team/${image}`;
          let registry: RunningRegistry;
          let id: string;
          /** What was told before. */
          let told: number;

          before(async () => {
            told = (await endings(workbench)).length;
            registry = await startRegistry(options);
            id = await buildTestImage(scene.engine, image);
          });
          after(() => registry.stop());

          const holds = async (digest: string | undefined): Promise<void> => {
            assert.ok(digest);
            assert.equal(await digestAt(registry, `team/${repository}`, '1', account), digest);
          };

          it(`takes ${first.length + signIn.length + 2} inputs, and ends with what the registry confirmed`, async () => {
            const job = { way, image, destination: registry.host, name, ...(account && { account }) };
            const inputs = await workbench.inputsDuring(() => pushImage(workbench, job));
            const { severity, text, buttons } = await workbench.waitForNotification(/^Pushed/u);
            assert.equal(severity, 'info');
            assert.deepEqual(inputs, [...first, 'Enter', ...signIn, 'Enter']);
            assert.ok(inputs.length <= 6);
            assert.match(
              text,
              new RegExp(`^Pushed ${registry.host}/${name} — .* · confirmed by the registry · 2 layers sent`, 'u'),
            );
            assert.deepEqual(buttons, ['Copy Digest', 'Copy Pull Command', 'Remove Local Tag']);
            await holds(digestIn(text));
          });

          it('takes one click the next time', async () => {
            const item = workbench
              .statusBarItem('dockerPush.lastBuilt')
              .filter({ hasText: `${image} → ${registry.host}/team` });
            await item.waitFor();
            const inputs = await workbench.inputsDuring(() => item.click());
            const { text } = await workbench.waitForNotification(/^(?!Pushing)/u);
            assert.equal(await workbench.quickInput.isOpen(), false);
            assert.deepEqual(inputs, ['click']);
            assert.match(
              text,
              new RegExp(`^Pushed ${registry.host}/${name} — .*nothing to send: all 2 layers were there`, 'u'),
            );
            await holds(digestIn(text));
          });

          it('is there for others: an engine that has it no more pulls it', async () => {
            await removeImage(scene.engine.socketPath, id);
            assert.equal(await pullImage(scene.engine.socketPath, `${registry.host}/${name}`, account), id);
            // A row that a longer list pushes out of sight is not there.
            await removeImage(scene.engine.socketPath, id);
          });

          it('was told once for each push', async () => {
            const texts = (await endings(workbench)).slice(told).map(({ text }) => text);
            const [first, second, ...more] = texts.map((text) => text.split(' — ', 1)[0]);
            assert.equal(first, `Pushed ${registry.host}/${name}`);
            assert.equal(second, first);
            assert.deepEqual(more, []);
          });
        });
      }
    }

    describe('once more, from the context menu', () => {
      const image = 'api:1.4.2';
      const layers = [1, 2].map((number) => ({ path: `/${number}`, content: incompressible(1_000_000, number) }));
      let place: string;

      before(async () => {
        place = `${scene.registry.host}/team/api`;
        await buildImage(scene.engine.socketPath, image, layers);
        await workbench.clearNotifications();
        await pushImage(workbench, { image, destination: scene.registry.host, name: `team/${image}` });
      });

      it('offers where the image went last first, and copies what to do with it now', async () => {
        const { quickInput } = workbench;
        await workbench.contextMenu(image, 'Push to Registry…');
        await quickInput.waitForTitle(/to…/u);
        await quickInput.waitForItem(place);
        assert.equal((await quickInput.items())[0]?.label, place);
        await quickInput.accept();
        await quickInput.waitForValidation(`to ${place}:1.4.2`);
        await quickInput.accept();
        const { text } = await workbench.waitForNotification(/^Pushed/u);
        const digest = await digestAt(scene.registry, 'team/api', '1.4.2');
        assert.equal(digestIn(text), digest);
        await workbench.clickNotificationButton('Copy Digest');
        await until('the digest is copied', async () => (await workbench.clipboard()) === digest);
      });

      it('of a changed image says what was sent and what was reused', async () => {
        const changed = [...layers, { path: '/new', content: incompressible(2_000_000, 'new') }];
        await buildImage(scene.engine.socketPath, 'api:1.4.3', changed);
        const { text } = await pushImage(workbench, { image: 'api:1.4.3', destination: place });
        assert.match(text, /1 layer sent( \(2 MB\))?, 2 reused/u);
        assert.equal(digestIn(text), await digestAt(scene.registry, 'team/api', '1.4.3'));
        await workbench.clickNotificationButton('Copy Pull Command');
        await until('it is copied', async () => (await workbench.clipboard()) === `docker pull ${place}:1.4.3`);
      });
    });

    // In a group of its own because a group's own tests run before those of the groups within it.
    describe('the log of all this', () => {
      it('has what happened, and nothing unforeseen', async () => {
        const log = await scene.server.extensionLog();
        const target = `${scene.registry.host}/team/api:1\\.4\\.2`;
        assert.match(
          log,
          new RegExp(`\\[info\\] p-\\w+ push api:1\\.4\\.2 \\(sha256:[0-9a-f]{12}\\) → ${target}, Docker`, 'u'),
        );
        assert.match(log, /\[info\] p-\w+ layer [0-9a-f]{12} sent/u);
        assert.match(log, /\[info\] p-\w+ pushed sha256:[0-9a-f]{64}, confirmed by the registry/u);
        assert.doesNotMatch(log, /\[error\]/u);
        // An error that nobody caught stands there with its stack, which names our bundles.
        assert.doesNotMatch(await scene.server.logs(), /docker-push[^\n]*\bdist\b/u);
      });
    });
  });
}
