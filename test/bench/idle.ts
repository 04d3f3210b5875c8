import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openProfile } from '../support/chromium.ts';
import { startEngine } from '../support/engine.ts';
import { buildImage } from '../support/images.ts';
import { makeRunFolder } from '../support/run-folder.ts';
import { until } from '../support/until.ts';
import { startServer, type VSCodeServer } from '../support/vscode-server.ts';
import { Workbench } from '../support/workbench.ts';
import { writeEmptyExtension } from './extensions.ts';
import { busyMs, calm, quiet } from './host.ts';
import { runs } from './interleaved.ts';
import type { Bench, Measured, Part } from './part.ts';

const stretchMs = 9_000;

export const idle: Part = {
  name: 'idle',
  methods: [
    '**Idle**: the processor time of the extension host, all its threads (`/proc/PID/task/*/schedstat`), while nobody does anything: ours with the view open and the engine connected, the reference an extension host whose only difference is an empty extension in place of ours. One host cannot be both, so two editors run at once, and both are read over the same stretches of nine seconds, a minute in all, once both are quiet. The editor’s search for ports to forward is switched off in both. The budget is a tenth of a per cent of one core, less than one tick of the clock in which the kernel counts a process’s time by default.',
  ],
  measure,
};

async function measure({ vsix, say }: Bench): Promise<Measured> {
  const folder = await makeRunFolder();
  const workspace = path.join(folder.path, 'workspace');
  await mkdir(workspace);
  const engine = await startEngine({ kind: 'classic' });
  await buildImage(engine.socketPath, 'api:1', [{ path: '/one', content: Buffer.from('one') }]);
  const env = { DOCKER_HOST: engine.endpoint };
  const empty = await writeEmptyExtension(folder.path, 'empty', ['onStartupFinished']);
  const profile = await openProfile();
  const [withOurs, withEmpty] = await Promise.all([
    startServer({ mode: 'workbench', vsix, env }),
    startServer({ mode: 'workbench', extensions: [empty], env }),
  ]);
  try {
    const open = async (server: VSCodeServer): Promise<Workbench> => {
      await calm(server);
      const page = await profile.context.newPage();
      await page.goto(`${server.url}/?folder=${encodeURIComponent(workspace)}`);
      return new Workbench(page, profile, () => page.close());
    };
    const workbench = await open(withOurs);
    await open(withEmpty);
    await workbench.waitUntilReady();
    await workbench.openDockerPush();
    await workbench.row('api:1').waitFor();
    const hosts = { ours: await hostOf(withOurs), reference: await hostOf(withEmpty) };
    say('waiting until both hosts are quiet');
    await Promise.all([quiet(hosts.ours), quiet(hosts.reference)]);
    const samples = { ours: [] as number[], reference: [] as number[] };
    for (let run = 0; run < runs; run++) {
      const before = { ours: await busyMs(hosts.ours), reference: await busyMs(hosts.reference) };
      await wait(stretchMs);
      samples.ours.push((await busyMs(hosts.ours)) - before.ours);
      samples.reference.push((await busyMs(hosts.reference)) - before.reference);
    }
    const budget = { factor: 1, plus: stretchMs / 1000 };
    const what = `idle, processor time in ${stretchMs / 1000} s`;
    return { figures: [{ what, against: 'an empty extension', unit: 'ms', samples, budget }] };
  } finally {
    await profile.close();
    await Promise.all([withOurs.stop(), withEmpty.stop()]);
    await engine.stop();
    await folder.remove();
  }
}

function hostOf(server: VSCodeServer): Promise<number> {
  return until('the extension host has started', async () => (await server.extensionHosts())[0]);
}
