import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeRunFolder } from '../support/run-folder.ts';
import { startServer } from '../support/vscode-server.ts';
import { never, publisher, unpackUnstarted, writeEmptyExtension, writeExtension } from './extensions.ts';
import { runs } from './interleaved.ts';
import type { Bench, Measured, Part } from './part.ts';
import { openWindows, type Windows } from './windows.ts';

const ours = 'slipway.docker-push';
const empty = `${publisher}.empty`;
const order = [`${publisher}.warm-up`, empty, ours];
const command = { command: 'dockerPushBench.activate', title: 'Bench: Activate' };

/** What the starter shows: milliseconds for each extension, and the files that ours has loaded. */
interface Shown {
  readonly took: Readonly<Record<string, { readonly elapsed: number; readonly busy: number }>>;
  readonly loaded: readonly string[];
}

/**
 * Activates the extensions one after the other and shows how long each took. The first pays for what all share; ours
 * comes last, so that nothing it does later falls into another's time.
 */
const starter = `
const { commands, extensions, window } = require('vscode');
const path = require('node:path');
exports.activate = ({ subscriptions }) => {
  subscriptions.push(commands.registerCommand('${command.command}', async () => {
    const took = {};
    for (const id of ${JSON.stringify(order)}) {
      const extension = extensions.getExtension(id);
      if (extension.isActive) throw new Error(id + ' is active already.');
      const [started, cpu] = [performance.now(), process.cpuUsage()];
      await extension.activate();
      const { user, system } = process.cpuUsage(cpu);
      took[id] = { elapsed: performance.now() - started, busy: (user + system) / 1000 };
    }
    const own = extensions.getExtension('${ours}').extensionPath + path.sep;
    const loaded = Object.keys(require.cache).filter((file) => file.startsWith(own)).map((file) => path.basename(file));
    void window.showInformationMessage('Activated ' + JSON.stringify({ took, loaded }));
  }));
};`;

export const activation: Part = {
  name: 'activation',
  methods: [
    '**Activation**: the packaged extension and an empty one, each activated once in a fresh extension host, in the same host, from the call until it is active: loading, `activate`, and what that waits for. At the start of the editor all extensions are loaded interleaved, and the figures of “Developer: Startup Performance” count the others’ time; therefore both are activated here by a third extension, one after the other, once the editor has started and come to rest. For that the manifest’s activation event is changed, and nothing else. Processor time is that of the whole extension host meanwhile.',
  ],
  measure,
};

async function measure({ vsix, dist }: Bench): Promise<Measured> {
  const folder = await makeRunFolder();
  const extensions = [
    await unpackUnstarted(vsix, folder.path),
    await writeEmptyExtension(folder.path, 'empty', [never]),
    await writeEmptyExtension(folder.path, 'warm-up', [never]),
    await writeExtension(
      folder.path,
      { name: 'starter', activationEvents: ['onStartupFinished'], contributes: { commands: [command] } },
      starter,
    ),
  ];
  const server = await startServer({ mode: 'workbench', extensions });
  try {
    const windows = await openWindows(server, `${publisher}.starter`);
    const elapsed = { ours: [] as number[], reference: [] as number[] };
    const busy = { ours: [] as number[], reference: [] as number[] };
    let notes: string[] = [];
    for (let run = 0; run <= runs; run++) {
      const { took, loaded } = await activateBoth(windows);
      // As in every comparison here, the first pair does not count.
      if (run === 0) continue;
      notes = [await sizes(dist, loaded)];
      for (const [side, id] of [['ours', ours] as const, ['reference', empty] as const]) {
        elapsed[side].push(took[id]!.elapsed);
        busy[side].push(took[id]!.busy);
      }
    }
    await windows.close();
    const common = { against: 'an empty extension', unit: 'ms' } as const;
    return {
      figures: [
        { what: 'activation', samples: elapsed, budget: { factor: 1, plus: 25 }, ...common },
        { what: 'activation, processor time', samples: busy, ...common },
      ],
      notes,
    };
  } finally {
    await server.stop();
    await folder.remove();
  }
}

async function activateBoth(windows: Windows): Promise<Shown> {
  const workbench = await windows.open();
  await workbench.runCommand(command.title);
  const { text } = await workbench.waitForNotification(/^Activated /u);
  await workbench.close();
  return JSON.parse(text.slice('Activated '.length)) as Shown;
}

/** How much of the bundles was loaded. */
async function sizes(dist: string, loaded: readonly string[]): Promise<string> {
  const bytes = async (files: readonly string[]): Promise<number> => {
    const stats = await Promise.all(files.map((file) => stat(path.join(dist, file))));
    return stats.reduce((sum, { size }) => sum + size, 0);
  };
  const kilobytes = (value: number): string => `${Math.round(value / 1000)} KB`;
  const all = await bytes(await readdir(dist));
  return `**Size**: activation loads ${kilobytes(await bytes(loaded))} (${loaded.join(', ')}); the other rooms are loaded on first use, ${kilobytes(all)} in all.`;
}
