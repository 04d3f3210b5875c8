import assert from 'node:assert/strict';
import { type Clock, systemClock } from '../../../src/base/index.ts';
import { type ProgramRun, runProgram } from '../../../src/credentials/index.ts';

describe('a program that is run', () => {
  const run = (script: string, more: Partial<ProgramRun> = {}): ProgramRun => ({
    program: process.execPath,
    args: ['-e', script],
    input: '',
    cwd: '/',
    env: { PATH: process.env.PATH },
    limitMs: 60_000,
    outputLimit: 1_000,
    clock: systemClock,
    ...more,
  });

  it('is heard on stderr where somebody listens, in characters that are whole', async () => {
    let heard = '';
    const script =
      'const b = Buffer.from("é"); process.stderr.write(b.subarray(0, 1)); setTimeout(() => process.stderr.write(b.subarray(1)), 50); process.stdout.write("out")';
    const end = await runProgram(run(script, { onStderr: (text) => (heard += text) }));
    assert.deepEqual([end, heard], [{ kind: 'ended', code: 0, stdout: 'out' }, 'é']);
    assert.deepEqual(await runProgram(run(script)), end, 'and not held up where nobody does');
  });

  it('that says too much is told to end, and heard no longer', async () => {
    let heard = '';
    const script =
      'process.on("SIGTERM", () => { process.stderr.write("tidy"); process.exit() }); setInterval(() => process.stdout.write("x".repeat(600)), 5)';
    const end = await runProgram(run(script, { graceMs: 30_000, onStderr: (text) => (heard += text) }));
    assert.deepEqual([end, heard], [{ kind: 'too-much' }, 'tidy']);
  });

  it('has no grace unless it is given', async () => {
    const waits: number[] = [];
    const clock: Clock = {
      now: () => 0,
      sleep: (milliseconds, signal) => {
        waits.push(milliseconds);
        return systemClock.sleep(milliseconds, signal);
      },
    };
    const script = 'setInterval(() => {}, 1000)';
    assert.deepEqual(await runProgram(run(script, { limitMs: 100, clock })), { kind: 'too-long' });
    assert.deepEqual(waits, [100]);
  });
});
