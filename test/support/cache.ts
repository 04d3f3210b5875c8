import { mkdirSync } from 'node:fs';
import { mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { processExists } from './process.ts';

/**
 * The folder for what is fetched once and used by every later run: `DOCKER_PUSH_CACHE`, else `docker-push` in
 * the person's cache folder. It is made if it is not there. Deleting it costs a new download and nothing else.
 */
export function cacheDir(): string {
  const { DOCKER_PUSH_CACHE: own, XDG_CACHE_HOME: xdg } = process.env;
  const folder = own ? own : join(xdg ? xdg : join(homedir(), '.cache'), 'docker-push');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Says in one line on stdout what is being fetched, so that nobody waits without knowing for what. */
export function announce(text: string): void {
  process.stdout.write(`${text}\n`);
}

/**
 * The path of a folder in the cache which `build` fills when it is not there yet.
 *
 * `build` works in a folder of its own, which takes its final name only when it is complete: a run that is
 * interrupted leaves nothing that a later one could mistake for a finished folder, and of two runs that build at
 * once the first one's folder is used by both.
 *
 * @param version part of the folder's name; another version is another folder
 */
export async function prepared(name: string, version: string, build: (dir: string) => Promise<void>): Promise<string> {
  const final = join(cacheDir(), `${name}-${version}`);
  const underWay = building.get(final) ?? buildOnce(final, build).finally(() => building.delete(final));
  building.set(final, underWay);
  return underWay;
}

const building = new Map<string, Promise<string>>();

async function buildOnce(final: string, build: (dir: string) => Promise<void>): Promise<string> {
  if (await exists(final)) return final;
  await removeAbandoned(final);
  const unfinished = await mkdtemp(`${final}.${process.pid}.`);
  try {
    await build(unfinished);
    await rename(unfinished, final);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!isTaken(error)) throw error;
  }
  return final;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Removes what interrupted runs left: unfinished folders whose process is gone. */
async function removeAbandoned(final: string): Promise<void> {
  const prefix = `${basename(final)}.`;
  for (const entry of await readdir(dirname(final))) {
    if (!entry.startsWith(prefix)) continue;
    const pid = Number(entry.slice(prefix.length).split('.')[0]);
    if (!processExists(pid)) await rm(join(dirname(final), entry), { recursive: true, force: true });
  }
}

/** What `rename` says when another run was first. */
function isTaken(error: unknown): boolean {
  return (
    error instanceof Error &&
    'syscall' in error &&
    error.syscall === 'rename' &&
    'code' in error &&
    (error.code === 'ENOTEMPTY' || error.code === 'EEXIST')
  );
}
