import { readdirSync, readFileSync } from 'node:fs';

/** What Linux tells of a process: https://man7.org/linux/man-pages/man5/proc.5.html */
interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
}

/**
 * Watches a process that leads a session and all that come from it: their command lines and environments as Linux shows
 * them, those of processes that have left included, if they lived long enough to be seen.
 */
export class ProcessWatch {
  readonly #family = new Set<number>();
  /** By process, each command line and each environment that it was seen with. */
  readonly #seen = new Map<number, Set<string>>();
  readonly #timer: NodeJS.Timeout;

  constructor(leader: number) {
    this.#family.add(leader);
    this.#look();
    this.#timer = setInterval(() => this.#look(), 20);
  }

  /** How many processes were seen. */
  get size(): number {
    return this.#seen.size;
  }

  /** All that was seen so far and is now, bytes as Latin-1. */
  texts(): { pid: number; text: string }[] {
    this.#look();
    return [...this.#seen].flatMap(([pid, texts]) => [...texts].map((text) => ({ pid, text })));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    // In the order of their numbers, parents mostly come before their children; who is missed now is seen next time.
    for (const { pid, parent, session } of processes()) {
      if (!this.#family.has(session) && !this.#family.has(parent) && !this.#family.has(pid)) continue;
      this.#family.add(pid);
      // A process that was just born has its parent's until it becomes another program.
      const texts = this.#seen.get(pid) ?? new Set();
      for (const name of ['cmdline', 'environ']) texts.add(read(pid, name));
      this.#seen.set(pid, texts);
    }
  }
}

/** The process whose command line has this text and which leads its session. */
export function leaderWith(text: string): number {
  const leader = processes().find(({ pid, session }) => pid === session && read(pid, 'cmdline').includes(text));
  if (!leader) throw new Error(`No process was started with ${text}.`);
  return leader.pid;
}

function processes(): Process[] {
  return readdirSync('/proc').flatMap((name) => {
    const stat = /^\d+$/u.test(name) ? read(Number(name), 'stat') : '';
    // Its second field is the program's name in brackets, in which anything may stand.
    const [, parent, , session] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    return parent === undefined || session === undefined ? [] : [{ pid: Number(name), parent, session }];
  });
}

/** Its bytes as Latin-1; empty when it has left meanwhile. */
function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}
