import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { makeRunFolder } from '../support/run-folder.ts';
import { numberedTags, startTagRegistry, type TagRegistry } from '../support/tag-registry.ts';
import { startServer } from '../support/vscode-server.ts';
import type { Workbench } from '../support/workbench.ts';
import { publisher, writeExtension } from './extensions.ts';
import type { Figure } from './figure.ts';
import { interleaved } from './interleaved.ts';
import type { Bench, Measured, Part } from './part.ts';
import { openWindows } from './windows.ts';

const path = 'team/many';
const begin = { command: 'dockerPushBench.begin', title: 'Bench: Begin' };
const end = { command: 'dockerPushBench.end', title: 'Bench: End' };
/** As long as unfolding takes on a slow machine. */
const stretchMs = 1_000;

/** Watches the event loop of the extension host that it is in, every millisecond. */
const gauge = `
const { commands, window } = require('vscode');
const { monitorEventLoopDelay } = require('node:perf_hooks');
exports.activate = ({ subscriptions }) => {
  let delays;
  subscriptions.push(commands.registerCommand('${begin.command}', () => {
    delays = monitorEventLoopDelay({ resolution: 1 });
    delays.enable();
    void window.showInformationMessage('Begun.');
  }));
  subscriptions.push(commands.registerCommand('${end.command}', () => {
    delays.disable();
    void window.showInformationMessage('Delayed ' + delays.max / 1e6);
  }));
};`;

export const browse: Part = {
  name: 'browse',
  methods: [
    '**Browse**: the longest delay of the extension host’s event loop (`perf_hooks.monitorEventLoopDelay`, by the millisecond) while a repository of 10,000 tags is unfolded in the view Registries, until its first row is drawn; once at a registry that gives pages, once at one that sends all tags at once, whatever it is asked for. Each run asks the registry anew, with one request, which is checked. The reference is the same host in a second in which nobody does anything.',
  ],
  measure,
};

async function measure({ vsix, say }: Bench): Promise<Measured> {
  const folder = await makeRunFolder();
  const tags = { [path]: numberedTags(10_000) };
  const registries = {
    'in pages': await startTagRegistry({ tags }),
    'at once': await startTagRegistry({ tags, ignoresN: true }),
  };
  const manifest = { activationEvents: ['onStartupFinished'], contributes: { commands: [begin, end] } };
  const server = await startServer({
    mode: 'workbench',
    vsix,
    extensions: [await writeExtension(folder.path, { name: 'gauge', ...manifest }, gauge)],
    userSettings: { 'dockerPush.registries': Object.values(registries).map(({ host }) => ({ registry: host })) },
    env: { DOCKER_HOST: 'unix:///nonexistent.sock' },
  });
  try {
    const windows = await openWindows(server, `${publisher}.gauge`);
    const workbench = await windows.open();
    await workbench.openDockerPush();
    const figures: Figure[] = [];
    for (const [how, registry] of Object.entries(registries)) {
      say(how);
      await workbench.expand(registry.host);
      const samples = await interleaved(
        () => unfolding(workbench, registry),
        () => delayed(workbench, () => wait(stretchMs)),
      );
      figures.push({
        what: `10,000 tags ${how}, longest delay`,
        against: 'idle',
        unit: 'ms',
        samples,
        budget: { factor: 1, plus: 50 },
      });
    }
    await workbench.close();
    await windows.close();
    return { figures };
  } finally {
    await server.stop();
    await Promise.all(Object.values(registries).map((registry) => registry.stop()));
    await folder.remove();
  }
}

async function unfolding(workbench: Workbench, { host, requests }: TagRegistry): Promise<number> {
  const repository = `${host}/${path}`;
  const twistie = workbench.row(repository).locator('.monaco-tl-twistie');
  const first = workbench.page.getByRole('treeitem', { name: new RegExp(`^${repository}:`, 'u') }).first();
  await workbench.runCommand('Docker Push: Refresh Registries');
  await workbench.row(repository).waitFor();
  const before = requests.length;
  const delay = await delayed(workbench, async () => {
    await twistie.click();
    await first.waitFor();
  });
  const asked = requests.slice(before).filter((request) => request.includes('/tags/list'));
  assert.deepEqual(asked, [`GET /v2/${path}/tags/list?n=100`]);
  await twistie.click();
  await first.waitFor({ state: 'detached' });
  return delay;
}

/** The longest delay while something is done, in milliseconds. */
async function delayed(workbench: Workbench, deed: () => Promise<unknown>): Promise<number> {
  await workbench.runCommand(begin.title);
  await workbench.waitForNotification('Begun.');
  await workbench.clearNotifications();
  await deed();
  await workbench.runCommand(end.title);
  const { text } = await workbench.waitForNotification(/^Delayed /u);
  await workbench.clearNotifications();
  return Number(text.slice('Delayed '.length));
}
