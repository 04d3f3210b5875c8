import assert from 'node:assert/strict';
import { pushImage } from '../support/main-job.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, digestAt, endings, type Scene, startScene } from './scene.ts';

const title = 'Docker Push: Push Again';

describe('pushing again', () => {
  let scene: Scene;
  let workbench: Workbench;

  before(async () => {
    scene = await startScene('classic');
    await buildTestImage(scene.engine, 'api:dev');
    workbench = await scene.open();
    await workbench.openDockerPush();
  });
  after(async () => {
    await workbench.close();
    await scene.stop();
  });

  it('asks what to push where nothing was pushed yet', async () => {
    const { quickInput } = workbench;
    await workbench.runCommand(title);
    await quickInput.waitForTitle('Push to Registry');
    await quickInput.waitForItem('api:dev');
    await quickInput.escape();
  });

  it('repeats the last push with the image as it is now, by one input, also after a reload', async () => {
    const { host } = scene.registry;
    const name = 'team/api:dev';
    await pushImage(workbench, { image: 'api:dev', destination: host, name });
    const before = await digestAt(scene.registry, 'team/api', 'dev');
    await buildTestImage(scene.engine, 'api:dev', 0, 'rebuilt');
    await workbench.untilStored('last-request');
    await workbench.reload();
    // The palette does not add what becomes known while it is open.
    await workbench.openDockerPush();
    await workbench.row('api:dev').waitFor();
    const inputs = await workbench.inputsDuring(() => workbench.runCommand(title));
    const { text } = await workbench.waitForNotification(/^Pushed/u);
    assert.match(text, new RegExp(`^Pushed ${host}/${name} — .*confirmed by the registry`, 'u'));
    assert.deepEqual(inputs, ['click']);
    assert.equal((await endings(workbench)).length, 1);
    const after = await digestAt(scene.registry, 'team/api', 'dev');
    assert.ok(before && after && after !== before, `${before} and ${after}`);
    assert.ok(text.includes(after), text);
  });
});
