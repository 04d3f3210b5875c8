import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Clock, systemClock } from '../base/index.ts';

/** How long one window may hold it, in milliseconds. A change of a setting takes up to three seconds. */
const patience = 10_000;
const pause = 50;

/**
 * Lets one window at a time do something, and within a window one thing at a time. It is a file, which only one can make.
 * The lock of a window that has gone is taken away once another has seen it unchanged for ten seconds.
 */
export class WindowLock {
  readonly #file: string;
  readonly #clock: Clock;

  constructor(file: string, clock: Clock = systemClock) {
    this.#file = file;
    this.#clock = clock;
  }

  /** Does the work while no other does. Rejects as the work does. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    const mine = randomUUID();
    const locked = await this.#take(mine);
    try {
      return await work();
    } finally {
      // After ten seconds it may be another's.
      if (locked && (await this.#holder()) === mine) await rm(this.#file, { force: true });
    }
  }

  /** False when there is no place for the file: what a person asked for is then done all the same. */
  async #take(mine: string): Promise<boolean> {
    let seen: { readonly holder: string; readonly since: number } | undefined;
    try {
      await mkdir(path.dirname(this.#file), { recursive: true });
    } catch {
      return false;
    }
    for (;;) {
      try {
        await writeFile(this.#file, mine, { flag: 'wx' });
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
      }
      const holder = await this.#holder();
      const now = this.#clock.now();
      if (seen?.holder !== holder) seen = { holder, since: now };
      else if (now - seen.since >= patience) {
        await this.#takeAway(holder);
        seen = undefined;
      }
      await this.#clock.sleep(pause);
    }
  }

  async #takeAway(holder: string): Promise<void> {
    const aside = `${this.#file}.${randomUUID()}.old`;
    try {
      await rename(this.#file, aside);
      // Another window was faster, and this is its own new lock: it goes back.
      if ((await readFile(aside, 'utf8')) !== holder) await link(aside, this.#file);
    } catch {
      // Gone already, or made anew.
    }
    await rm(aside, { force: true });
  }

  async #holder(): Promise<string> {
    return readFile(this.#file, 'utf8').catch(() => '');
  }
}
