import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { CancelledError, type Clock } from '../base/index.ts';

export interface ProgramRun {
  /** Absolute. */
  readonly program: string;
  readonly args: readonly string[];
  readonly input: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** It is killed after this many milliseconds. */
  readonly limitMs: number;
  /** It is killed when it has written more than this many bytes. */
  readonly outputLimit: number;
  readonly clock: Clock;
  /** Is given what it writes to stderr, as it comes; when absent, that is dropped. */
  readonly onStderr?: (text: string) => void;
  /**
   * How many milliseconds it has to tidy up before it is killed: it is told to end first (SIGTERM), and waited for. When
   * absent it is killed at once, as on Windows, where a program without a window cannot be told.
   */
  readonly graceMs?: number;
}

export type ProgramEnd =
  /** Without a code when a signal ended it. */
  | { readonly kind: 'ended'; readonly code: number | undefined; readonly stdout: string }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'too-much' }
  /** The code is the system's, as EACCES. */
  | { readonly kind: 'not-started'; readonly code: string };

/**
 * Runs a program to its end without a shell, and reads its stdout. It is killed together with what it started when its time is over, when it says too much and when the signal aborts.
 *
 * @throws CancelledError when the signal aborts
 */
export async function runProgram(run: ProgramRun, signal?: AbortSignal): Promise<ProgramEnd> {
  if (signal?.aborted) throw new CancelledError();
  const { program, args, input, cwd, env, limitMs, outputLimit, clock, onStderr, graceMs = 0 } = run;
  const child = spawn(program, args, {
    ...{ cwd, env },
    stdio: ['pipe', 'pipe', onStderr ? 'pipe' : 'ignore'],
    windowsHide: true,
    // A group of its own on POSIX, so that its children end with it.
    detached: process.platform !== 'win32',
  }) as ChildProcessByStdio<Writable, Readable, Readable | null>;
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const over = new AbortController();
  const chunks: Buffer[] = [];
  let size = 0;
  const ended = new Promise<ProgramEnd>((resolve) => {
    child.once('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => resolve({ kind: 'not-started', code }));
    child.once('close', (code) =>
      resolve({ kind: 'ended', code: code ?? undefined, stdout: Buffer.concat(chunks).toString('utf8') }),
    );
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > outputLimit) resolve({ kind: 'too-much' });
      else chunks.push(chunk);
    });
    if (onStderr) child.stderr?.setEncoding('utf8').on('data', onStderr);
    // It need not read what it is told; its end says more than EPIPE does.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
  const cancelled = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(new CancelledError()), { once: true, signal: over.signal });
  });
  // The sleep ends with the run, whichever comes first.
  const tooLong = clock.sleep(limitMs, over.signal).then(
    (): ProgramEnd => ({ kind: 'too-long' }),
    () => ended,
  );
  let running = true;
  try {
    const end = await Promise.race([ended, tooLong, cancelled]);
    running = end.kind === 'too-long' || end.kind === 'too-much';
    return end;
  } finally {
    over.abort();
    if (running && graceMs > 0 && process.platform !== 'win32') await endGently(child, closed, graceMs, clock);
    if (running) killTree(child, env);
  }
}

/** What it still says is read meanwhile, so that nothing holds it up. */
async function endGently(child: ChildProcess, closed: Promise<void>, graceMs: number, clock: Clock): Promise<void> {
  if (!signalGroup(child, 'SIGTERM')) return;
  const gone = new AbortController();
  const over = clock.sleep(graceMs, gone.signal).catch(() => undefined);
  await Promise.race([closed, over]);
  gone.abort();
}

/** The program may have left already, and another of its group still hold its stdout. */
function killTree(child: ChildProcess, env: ProgramRun['env']): void {
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.stderr?.destroy();
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    if (child.exitCode !== null) return;
    const [command, args] = windowsKill(pid, env);
    spawn(command, args, { stdio: 'ignore', windowsHide: true }).once('error', () => child.kill());
    return;
  }
  signalGroup(child, 'SIGKILL');
}

/** Whether there was anybody to signal. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): boolean {
  try {
    return pid !== undefined && process.kill(-pid, signal);
  } catch {
    // Nothing is left of it.
    return false;
  }
}

/** Windows has no groups of processes; its own tool knows which process started which. */
export function windowsKill(pid: number, env: ProgramRun['env']): [command: string, args: string[]] {
  const root = Object.entries(env).find(([name]) => name.toUpperCase() === 'SYSTEMROOT')?.[1] ?? 'C:\\Windows';
  return [path.win32.join(root, 'System32', 'taskkill.exe'), ['/PID', String(pid), '/T', '/F']];
}
