import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { makeRunFolder } from '../../support/run-folder.ts';
import { processExists, startProcess } from '../../support/process.ts';
import type { StartOptions } from '../../support/process.ts';

const support = join(import.meta.dirname, '../../support');

describe('long-running processes of a run', function () {
  this.timeout(20_000);
  let folder: string;
  const shell = (script: string): StartOptions => ({
    name: 'The thing',
    command: 'sh',
    args: ['-c', script],
    logFile: join(folder, 'log'),
    ready: (log) => log.includes('ready'),
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docker-push-test-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are there when they are ready, with what they logged, and gone when stopped', async () => {
    const running = await startProcess(shell('echo ready; exec sleep 1000'));
    assert.ok(processExists(running.pid));
    assert.equal(running.log(), 'ready\n');
    await running.stop();
    assert.ok(!processExists(running.pid));
    await running.stop();
  });

  it('fail at once with the end of their log when they leave before they are ready', async () => {
    await assert.rejects(
      startProcess(shell('echo the port is taken >&2; exit 3')),
      /The thing exited \(3\)[^]*the port is taken/,
    );
    await assert.rejects(
      startProcess({ ...shell(''), command: 'no-such-program' }),
      /The thing (exited|cannot be started)/,
    );
  });

  it('fail with their log when they never become ready, and are stopped', async () => {
    const pidFile = join(folder, 'pid');
    const late = startProcess({ ...shell(`echo $$ > ${pidFile}; echo dozing; exec sleep 1000`), patience: 300 });
    await assert.rejects(late, /did not become ready[^]*dozing/);
    assert.equal(processExists(Number(readFileSync(pidFile, 'utf8'))), false);
  });

  it('are not taken for ready by what an earlier one logged to the same file', async () => {
    writeFileSync(join(folder, 'log'), 'ready\n');
    await assert.rejects(startProcess(shell('exit 1')), /before it was ready/);
  });

  // How the process that owns them ends, and how it says so.
  const ends: [string, string, NodeJS.Signals | undefined][] = [
    ['ends', 'process.exit(0)', undefined],
    ['fails with an uncaught error', 'setTimeout(() => { throw new Error("unforeseen") })', undefined],
    ['gets Ctrl-C', '', 'SIGINT'],
    ['gets SIGTERM', '', 'SIGTERM'],
    ['is killed', '', 'SIGKILL'],
  ];
  for (const [how, code, signal] of ends)
    it(`leave when the process that started them ${how}`, async () => {
      const source = `
        import { startProcess } from ${JSON.stringify(join(support, 'process.ts'))};
        import { makeRunFolder } from ${JSON.stringify(join(support, 'run-folder.ts'))};
        const { path } = await makeRunFolder();
        const thing = await startProcess({
          name: 'x', command: 'sh', args: ['-c', 'echo ready; exec sleep 1000'],
          logFile: path + '/log', ready: (log) => log.includes('ready'),
        });
        setInterval(() => {}, 1000);
        process.stdout.write(thing.pid + ' ' + path, () => { process.stdout.end(); ${signal ? '' : code} });`;
      const owner = spawn(process.execPath, ['--input-type=module-typescript', '-e', source], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const left = once(owner, 'exit');
      const [pid, path] = (await (signal ? firstData(owner.stdout) : text(owner.stdout))).split(' ') as [
        string,
        string,
      ];
      if (signal) owner.kill(signal);
      // A terminal sends it to the whole group, and a parent in the group passes it on.
      if (signal === 'SIGINT') setTimeout(() => owner.kill(signal), 5);
      await left;

      while (processExists(Number(pid))) await wait(5);
      // Nobody is left to remove the folder of a killed process: the next run does.
      if (signal === 'SIGKILL') await (await makeRunFolder()).remove();
      assert.equal(existsSync(path), false);
    });
});

async function firstData(stream: NodeJS.ReadableStream): Promise<string> {
  const [data] = (await once(stream, 'data')) as [Buffer];
  return data.toString();
}
