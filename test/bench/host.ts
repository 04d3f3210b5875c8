import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { until } from '../support/until.ts';
import type { VSCodeServer } from '../support/vscode-server.ts';

/** Of the machine's scope. Looking for ports to forward every few seconds would cost far more than all else. */
const machineSettings = { 'remote.autoForwardPorts': false, 'remote.autoForwardPortsSource': 'output' };

/** Switches off what an editor does by itself again and again. */
export async function calm(server: VSCodeServer): Promise<void> {
  const settings = path.join(server.dataDir, 'data', 'Machine', 'settings.json');
  await mkdir(path.dirname(settings), { recursive: true });
  await writeFile(settings, JSON.stringify(machineSettings));
}

/** The start of an editor goes on for a while: waits until two seconds cost less than half a per cent of one core. */
export async function quiet(pid: number): Promise<void> {
  const patience = 180_000;
  await until(
    `process ${pid} is quiet`,
    async () => {
      const before = await busyMs(pid);
      await wait(2_000);
      return (await busyMs(pid)) - before < 10;
    },
    patience,
  );
}

/**
 * The processor time that a process has had so far, in milliseconds; of threads that have ended nothing is counted.
 * Format: https://docs.kernel.org/scheduler/sched-stats.html, nanoseconds on a processor come first.
 */
export async function busyMs(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const texts = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0')),
  );
  return texts.reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1e6, 0);
}
