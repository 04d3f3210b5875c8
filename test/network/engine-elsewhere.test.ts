import assert from 'node:assert/strict';
import { type EngineOverTcp, listenForEngine } from '../support/engine-over-tcp.ts';
import { startPush } from '../support/main-job.ts';
import { outsideAddress, trustHere } from '../support/own-network.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, digestAt, endings, type Scene, startScene } from '../workbench/scene.ts';

const account = { user: 'mira', password: 'planted-2d81c6e4' };

describe('an engine elsewhere, over TCP that is not encrypted', () => {
  let engine: EngineOverTcp;
  let registry: RunningRegistry;
  let scene: Scene;
  let workbench: Workbench;

  before(async () => {
    [engine, registry] = await Promise.all([
      listenForEngine(outsideAddress),
      startRegistry({ address: outsideAddress, tls: true, htpasswd: account }),
    ]);
    await trustHere(registry.caFile!);
    scene = await startScene('classic', {}, {}, { 'dockerPush.engine.endpoint': engine.endpoint });
    engine.leadTo(scene.engine.socketPath);
    await scene.engine.trust(registry.host, registry.caFile!);
    await buildTestImage(scene.engine, 'api:1');
    workbench = await scene.open();
  });
  after(async () => {
    await workbench.close();
    await scene.stop();
    await Promise.all([engine.close(), registry.stop()]);
  });
  beforeEach(async () => {
    await workbench.reload();
    await workbench.openDockerPush();
  });

  const mayBeSent = async (): Promise<void> => {
    const { text, buttons } = await workbench.dialog();
    assert.ok(text.startsWith('Send the registry’s password to this engine?'), text);
    assert.ok(text.includes(`The way to ${engine.endpoint} is not encrypted`), text);
    assert.deepEqual(new Set(buttons), new Set(['Send', 'Cancel']));
  };

  it('gets no password from who declines, and no other one is asked for', async () => {
    await startPush(workbench, { image: 'api:1', destination: registry.host, name: 'team/api:1', account });
    await mayBeSent();
    await workbench.clickDialogButton('Cancel');
    const end = await workbench.waitForNotification(/^(?!Pushing)/u);
    assert.equal(
      end.text,
      `${registry.host} asks for a sign-in, and yours is not sent to this engine: its connection is not encrypted, ` +
        'and you chose not to.',
    );
    assert.deepEqual(end.buttons, ['Select Engine', 'Show Log']);
    assert.equal((await endings(workbench)).length, 1);
    assert.deepEqual(engine.credentials, ['{}']);
    const log = await scene.server.extensionLog();
    assert.match(log, / failed \(credentials, credential-withheld\): /u);
    assert.doesNotMatch(log, /, as mira/u);
  });

  it('gets it from who consents, who is asked once', async () => {
    const { length: before } = engine.credentials;
    const push = (name: string): Promise<void> =>
      startPush(workbench, { image: 'api:1', destination: registry.host, name });
    await push('team/api:2');
    await mayBeSent();
    await workbench.clickDialogButton('Send');
    await workbench.waitForNotification(/^Pushed .*\/team\/api:2 — .* · confirmed by the registry/u);
    await push('team/api:3');
    // A question would be in the way of the end.
    await workbench.waitForNotification(/^Pushed .*\/team\/api:3 — .* · confirmed by the registry/u);
    const sent = engine.credentials
      .slice(before)
      .map((record) => (JSON.parse(record) as { password?: string }).password);
    assert.deepEqual(sent, [account.password, account.password]);
    assert.ok(await digestAt(registry, 'team/api', '3', account));
  });
});
