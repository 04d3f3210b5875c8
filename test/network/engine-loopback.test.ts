import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type EngineOverTcp, listenForEngine } from '../support/engine-over-tcp.ts';
import { listen, type ListeningServer } from '../support/http-server.ts';
import { openNameStep, typeAccount } from '../support/main-job.ts';
import { outsideAddress } from '../support/own-network.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, type Scene, startScene } from '../workbench/scene.ts';

const account = { user: 'mira', password: 'planted-2d81c6e4' };

describe('an engine elsewhere', () => {
  let engine: EngineOverTcp;
  /** What stands on this machine at the port that a loopback registry has on the engine's. */
  let ours: ListeningServer;
  let asked: string[];
  let scene: Scene;
  let workbench: Workbench;

  before(async () => {
    asked = [];
    const server = createServer(({ method = '', url = '' }, response) => {
      asked.push(`${method} ${url}`);
      response.writeHead(401, { 'www-authenticate': 'Basic realm="ours"' }).end();
    });
    [engine, ours] = await Promise.all([listenForEngine(outsideAddress), listen(server)]);
    const registries = { 'dockerPush.registries': [{ registry: ours.host }] };
    scene = await startScene('classic', registries, {}, { 'dockerPush.engine.endpoint': engine.endpoint });
    engine.leadTo(scene.engine.socketPath);
    await buildTestImage(scene.engine, 'api:1');
    workbench = await scene.open();
  });
  after(async () => {
    await workbench.close();
    await scene.stop();
    await Promise.all([engine.close(), ours.close()]);
  });
  beforeEach(async () => {
    await workbench.reload();
    await workbench.openDockerPush();
  });

  it('has a loopback of its own: what listens on the same port here is not asked, and gets no password', async () => {
    const { quickInput } = workbench;
    await openNameStep(workbench, { image: 'api:1', destination: ours.host, name: 'team/api:1' });
    await quickInput.escape();
    await workbench.contextMenu(ours.host, 'Sign In…');
    await typeAccount(workbench, ours.host, account);
    await quickInput.waitForValidation(
      `${ours.host} is on the engine's machine, so the sign-in cannot be checked from here. ` +
        'Press Enter again to keep it unchecked.',
    );
    await quickInput.accept();
    await quickInput.waitUntilClosed();
    await workbench.contextMenu(ours.host, 'Test Registry…');
    const { text } = await workbench.waitForNotification(
      `? ${ours.host} is on the engine's machine, so it cannot be asked from here.`,
    );
    assert.doesNotMatch(text, /[✓✗]/u);
    assert.deepEqual(asked, []);
  });
});
