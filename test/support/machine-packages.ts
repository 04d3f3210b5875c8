import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { announce } from './cache.ts';

const run = promisify(execFile);

/** The path of the first of these programs that is on PATH. */
export async function findProgram(...names: string[]): Promise<string | undefined> {
  for (const name of names)
    for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
      const path = join(folder, name);
      const runnable = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (folder && runnable) return path;
    }
  return undefined;
}

/**
 * Installs Debian packages on this machine, saying so in one line first. Nothing is asked and nothing is started.
 *
 * @param purpose what they are for, as the end of a sentence: "to draw the workbench"
 * @throws Error in one line that says how to get them, where this process may not install or has no apt
 */
export async function installOnMachine(packages: string[], purpose: string): Promise<void> {
  const names = packages.join(' ');
  const apt = await findProgram('apt-get');
  if (process.platform !== 'linux' || !apt)
    throw new Error(`Install ${names} ${purpose}: there is no apt-get on this machine to do it here.`);
  if (process.getuid?.() !== 0) throw new Error(`Install ${names} ${purpose}: sudo apt-get install ${names}`);
  announce(`Installing ${names} with apt ${purpose} (once)`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Another run may be installing at this moment; and the machine's lists may be absent or out of date.
  const options = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3', '-qq'];
  const install = (): Promise<unknown> =>
    run(apt, [...options, 'install', '--yes', '--no-install-recommends', ...packages], {
      env,
      maxBuffer: 64 * 1024 * 1024,
    });
  await install().catch(async () => {
    await run(apt, [...options, 'update'], { env });
    await install();
  });
}
