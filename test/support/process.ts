import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { own } from './cleanup.ts';

export interface StartOptions {
  /** What it is called in messages. */
  name: string;
  command: string;
  args: string[];
  /** Where its stdout and stderr are appended. */
  logFile: string;
  /** Its whole environment; this process's own when absent. */
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Asked again and again until it says true; it is given what the process has logged since it was started. */
  ready: (log: string) => boolean | Promise<boolean>;
  /** How long it may take to become ready, in milliseconds. */
  patience?: number;
  /** The command only forks the real process (`unshare --fork`): `pid` and signals mean its child. */
  wrapped?: boolean;
}

export interface RunningProcess {
  readonly pid: number;
  /** Settles when it has left. */
  readonly exited: Promise<void>;
  /** Everything in its log file. */
  readonly log: () => string;
  /** SIGTERM, then SIGKILL if it has not left in time. */
  readonly stop: () => Promise<void>;
  /** SIGKILL (kill -9). */
  readonly kill: () => Promise<void>;
}

/**
 * Starts a long-running process and waits until it is ready. It is stopped with this process at the latest.
 *
 * @throws Error with the end of its log, at once when it exits before it is ready
 */
export async function startProcess(options: StartOptions): Promise<RunningProcess> {
  const { name, logFile } = options;
  const [command, args] = boundToThisProcess(options.command, options.args);
  const logFd = openSync(logFile, 'a');
  const logStart = readFileSync(logFile).length;
  const log = (): string => readFileSync(logFile, 'utf8');
  // A session of its own: Ctrl-C in the terminal reaches this process alone, which then stops it in order.
  const child = spawn(command, args, {
    stdio: ['ignore', logFd, logFd],
    detached: true,
    ...(options.env && { env: options.env }),
    ...(options.cwd && { cwd: options.cwd }),
  });
  closeSync(logFd);

  let ended: string | undefined;
  const exited = new Promise<void>((resolve) => {
    const end = (how: string): void => {
      ended = how;
      resolve();
    };
    child.once('error', (error) => end(`cannot be started: ${error.message}`));
    child.once('exit', (code, signal) => end(`exited (${signal ?? code ?? 'unknown'})`));
  });

  let pid = child.pid ?? 0;
  const hasEnded = (): boolean => ended !== undefined;
  const leave = async (signal: NodeJS.Signals, patience: number): Promise<void> => {
    if (!hasEnded()) sendSignal(pid, signal);
    if (!(await settlesWithin(exited, patience)) && child.pid) {
      sendSignal(child.pid, 'SIGKILL');
      await exited;
    }
    forget();
  };
  const running: RunningProcess = {
    get pid() {
      return pid;
    },
    exited,
    log,
    stop: () => leave('SIGTERM', 20_000),
    kill: () => leave('SIGKILL', 5_000),
  };
  const forget = own({
    stop: running.stop,
    stopNow: () => {
      if (!hasEnded() && child.pid) sendSignal(child.pid, 'SIGKILL');
    },
  });

  const deadline = Date.now() + (options.patience ?? 60_000);
  for (;;) {
    if (ended !== undefined) {
      forget();
      throw new Error(`${name} ${ended} before it was ready. Its log ends:\n${tail(log())}`);
    }
    if (await options.ready(readFileSync(logFile).subarray(logStart).toString())) break;
    if (Date.now() > deadline) {
      await running.kill();
      throw new Error(`${name} did not become ready. Its log ends:\n${tail(log())}`);
    }
    await Promise.race([wait(25), exited]);
  }
  if (options.wrapped) pid = onlyChild(pid);
  return running;
}

/** Whether there is a process with this id. */
export function processExists(pid: number): boolean {
  return sendSignal(pid, 0);
}

function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    // 0 and negative ids mean whole groups of processes, never one.
    return pid > 0 && process.kill(pid, signal);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** On Linux the kernel kills it with this process, even when this one is killed itself. */
function boundToThisProcess(command: string, args: string[]): [string, string[]] {
  return process.platform === 'linux' ? ['setpriv', ['--pdeathsig', 'KILL', '--', command, ...args]] : [command, args];
}

function onlyChild(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  if (children.length !== 1 || !children[0]) throw new Error(`Process ${pid} has ${children.length} children, not one`);
  return Number(children[0]);
}

async function settlesWithin(promise: Promise<void>, milliseconds: number): Promise<boolean> {
  const timer = new AbortController();
  const late = wait(milliseconds, false, { signal: timer.signal, ref: true }).catch(() => false);
  const inTime = await Promise.race([promise.then(() => true), late]);
  timer.abort();
  return inTime;
}

function tail(log: string): string {
  return log.trimEnd().split('\n').slice(-20).join('\n');
}
