import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { startEngine } from '../support/engine.ts';
import { buildImage, incompressible } from '../support/images.ts';
import { startRegistry } from '../support/registry.ts';
import { makeRunFolder } from '../support/run-folder.ts';
import { startServer } from '../support/vscode-server.ts';
import type { Workbench } from '../support/workbench.ts';
import { publisher, writeExtension } from './extensions.ts';
import { interleaved } from './interleaved.ts';
import type { Bench, Measured, Part } from './part.ts';
import { openWindows } from './windows.ts';

const go = { command: 'dockerPushBench.many', title: 'Bench: Push Ten' };
const rest = { command: 'dockerPushBench.rest', title: 'Bench: Rest' };
const targetsFile = 'TARGETS_FILE';

/** Watches the event loop of the extension host that it is in, every millisecond. */
const gauge = `
const { commands, window } = require('vscode');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { readFileSync } = require('node:fs');
const measured = async (work) => {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const said = await work();
  delays.disable();
  void window.showInformationMessage('Delayed ' + delays.percentile(99) / 1e6 + ' ' + said);
};
let longest = 1000;
exports.activate = ({ subscriptions }) => {
  subscriptions.push(commands.registerCommand('${go.command}', () => measured(async () => {
    const started = performance.now();
    const targets = JSON.parse(readFileSync(process.env.${targetsFile}, 'utf8'));
    const results = await commands.executeCommand('dockerPush.push', { image: 'many:1', targets });
    longest = performance.now() - started;
    return results.map(({ outcome }) => outcome).join();
  })));
  subscriptions.push(commands.registerCommand('${rest.command}', () => measured(async () => {
    await new Promise((resolve) => setTimeout(resolve, longest));
    return 'rested';
  })));
};`;

export const many: Part = {
  name: 'many',
  methods: [
    '**Ten at once**: the 99th percentile of the delay of the extension host’s event loop (`perf_hooks.monitorEventLoopDelay`, by the millisecond) while one request pushes an image of 4 MB to ten new repositories at three registries, one of which is down, with the three views open; what became of each is checked. The reference is the same host in as long a time in which nobody does anything.',
  ],
  measure,
};

async function measure({ vsix }: Bench): Promise<Measured> {
  const folder = await makeRunFolder();
  const file = `${folder.path}/targets.json`;
  const engine = await startEngine({ kind: 'classic' });
  const [first, second] = await Promise.all([startRegistry(), startRegistry()]);
  const layers = [1, 2].map((one) => ({ path: `/${one}`, content: incompressible(2_000_000, `many ${one}`) }));
  await buildImage(engine.socketPath, 'many:1', layers);
  const manifest = { activationEvents: ['onStartupFinished'], contributes: { commands: [go, rest] } };
  const server = await startServer({
    mode: 'workbench',
    vsix,
    extensions: [await writeExtension(folder.path, { name: 'gauge', ...manifest }, gauge)],
    env: { DOCKER_HOST: engine.endpoint, [targetsFile]: file },
    // All ten run at a time.
    machineSettings: { 'dockerPush.maxConcurrentPushes': 10 },
  });
  try {
    const windows = await openWindows(server, `${publisher}.gauge`);
    const workbench = await windows.open();
    await workbench.openDockerPush();
    await workbench.row('many:1').waitFor();
    let run = 0;
    const hosts = [first.host, second.host, '127.0.0.1:1'];
    const samples = await interleaved(
      async () => {
        run += 1;
        const targets = Array.from({ length: 10 }, (_, index) => `${hosts[index % 3] ?? ''}/run-${run}/api-${index}:1`);
        await writeFile(file, JSON.stringify(targets));
        const { delay, said } = await delayed(workbench, go.title);
        const expected = targets.map((_, index) => (index % 3 === 2 ? 'failed' : 'pushed'));
        assert.equal(said, expected.join());
        return delay;
      },
      async () => (await delayed(workbench, rest.title)).delay,
    );
    await workbench.close();
    await windows.close();
    const what = 'ten pushes at once, delay at the 99th percentile';
    return { figures: [{ what, against: 'idle', unit: 'ms', samples, budget: { factor: 0, plus: 50 } }] };
  } finally {
    await server.stop();
    await Promise.all([engine.stop(), first.stop(), second.stop()]);
    await folder.remove();
  }
}

async function delayed(workbench: Workbench, title: string): Promise<{ delay: number; said: string }> {
  await workbench.runCommand(title);
  const { text } = await workbench.waitForNotification(/^Delayed /u);
  await workbench.clearNotifications();
  const [, delay = '', said = ''] = text.split(' ');
  return { delay: Number(delay), said };
}
