import { readFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import type { PushRecord } from './record.ts';

/** What tells a process from another that gets its number later. */
export interface ProcessSign {
  readonly pid: number;
  /** When it started, in clock ticks since the machine did, as the system writes it; absent where it does not tell. */
  readonly started?: string;
}

/** The sign of the process with this number. Only Linux tells more than the number. */
export async function signOf(pid: number): Promise<ProcessSign> {
  const started = (await statusOf(pid))?.started;
  return { pid, ...(started !== undefined && { started }) };
}

/** Whether the process that began a push is there. Sends it nothing. */
export async function isAlive({ at, pid, started }: Pick<PushRecord, 'at' | 'pid' | 'started'>): Promise<boolean> {
  // What it was before the machine started has another number now, or another owner.
  if (at < Date.now() - uptime() * 1_000 || !isTaken(pid)) return false;
  if (started === undefined) return true;
  const now = await statusOf(pid);
  // Some systems hide the processes of others, and a number may have come free just now.
  if (!now) return isTaken(pid);
  return now.started === started && !now.hasEnded;
}

function isTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

interface ProcessStatus {
  readonly started: string;
  /** It is kept only until its parent asks for its end, which some parents never do. */
  readonly hasEnded: boolean;
}

async function statusOf(pid: number): Promise<ProcessStatus | undefined> {
  if (process.platform !== 'linux') return undefined;
  return readFile(`/proc/${pid}/stat`, 'utf8').then(readStatus, () => undefined);
}

/** Reads what Linux tells of a process in one line: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export function readStatus(line: string): ProcessStatus | undefined {
  // The second field, a name in parentheses, may itself have spaces and parentheses.
  const fields = line.slice(line.lastIndexOf(')') + 1).trim();
  const [state = '', ...others] = fields.split(/\s+/u);
  // The 22nd field, of which the state was the third.
  const started = others[18];
  if (!line.includes(')') || started === undefined || !/^\d{1,20}$/u.test(started)) return undefined;
  return { started, hasEnded: /^[ZXx]$/u.test(state) };
}
