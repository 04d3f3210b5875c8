import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

export interface SearchPlaces {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folders that are open in the editor: what they bring along is never run. */
  readonly workspaceFolders: readonly string[];
  /** Looked in instead of those of PATH. */
  readonly folders?: readonly string[];
}

export type FoundProgram =
  | { readonly kind: 'found'; readonly path: string }
  /** The reason is the end of “the program …”. */
  | { readonly kind: 'unusable'; readonly why: string };

/**
 * Looks for a program by name in the folders of PATH, or in those that are given, in their order. What is in an open folder, behind whatever links,
 * cannot be executed or needs a shell is passed over; where nothing else is found, the answer says so.
 *
 * @param name without any folder
 */
export async function findProgram(name: string, places: SearchPlaces): Promise<FoundProgram> {
  let why = places.folders ? 'is not there' : 'is not on PATH';
  for (const candidate of programCandidates(name, places)) {
    const file = await stat(candidate).catch(() => undefined);
    if (!file?.isFile()) continue;
    if (await isOpen(candidate, places))
      why = 'is in a folder that is open here, and what a folder brings along is not run';
    else if (needsShell(candidate, places.platform)) why = 'is a script for the command prompt, which is not run';
    else if (await isExecutable(candidate)) return { kind: 'found', path: candidate };
    else why = 'may not be executed';
  }
  return { kind: 'unusable', why };
}

/**
 * The files that a program's name can mean, in order. Entries of PATH that are not absolute mean another folder for
 * everybody, so they do not count.
 */
export function programCandidates(name: string, places: Omit<SearchPlaces, 'workspaceFolders'>): string[] {
  const { env, platform } = places;
  const system = pathOf(platform);
  const folders = (places.folders ?? (variable(env, 'PATH', platform) ?? '').split(system.delimiter))
    // Windows lets an entry stand in quotes.
    .map((folder) => (platform === 'win32' ? folder.replace(/^"(.*)"$/u, '$1') : folder))
    .filter((folder) => system.isAbsolute(folder) && !isDriveless(folder, platform));
  const names = programNames(name, platform, variable(env, 'PATHEXT', platform));
  return folders.flatMap((folder) => names.map((file) => system.join(folder, file)));
}

/** On Windows a program's file ends as PATHEXT lists it; a name that ends so already is taken as it is, first. */
export function programNames(name: string, platform: NodeJS.Platform, pathExt: string | undefined): string[] {
  if (platform !== 'win32') return [name];
  const endings = (pathExt || '.COM;.EXE;.BAT;.CMD')
    .toLowerCase()
    .split(';')
    .filter((ending) => /^\.\w+$/u.test(ending));
  const whole = endings.some((ending) => name.toLowerCase().endsWith(ending));
  return [...(whole ? [name] : []), ...endings.map((ending) => name + ending)];
}

/** Whether a file or folder, behind whatever links, is one of these folders or in one. */
export async function isOpen(
  file: string,
  { platform, workspaceFolders }: Omit<SearchPlaces, 'env'>,
): Promise<boolean> {
  const [real = file, ...folders] = await Promise.all([file, ...workspaceFolders].map(realPath));
  return folders.some((folder) => isInside(real, folder, platform));
}

/** Whether a path is a folder, or in it; both without links. */
export function isInside(file: string, folder: string, platform: NodeJS.Platform): boolean {
  const system = pathOf(platform);
  const way = system.relative(folder, file);
  return way !== '..' && !way.startsWith(`..${system.sep}`) && !system.isAbsolute(way);
}

/** Windows starts nothing but these without its command prompt. */
function needsShell(file: string, platform: NodeJS.Platform): boolean {
  return platform === 'win32' && !/\.(?:exe|com)$/iu.test(file);
}

/** On Windows `\bin` is on whatever drive is the current one. */
function isDriveless(folder: string, platform: NodeJS.Platform): boolean {
  return platform === 'win32' && /^[\\/](?![\\/])/u.test(folder);
}

function pathOf(platform: NodeJS.Platform): path.PlatformPath {
  return platform === 'win32' ? path.win32 : path.posix;
}

/** Windows knows variables by their name in any case; a copy of the environment has lost that. */
function variable(env: SearchPlaces['env'], name: string, platform: NodeJS.Platform): string | undefined {
  if (platform !== 'win32') return env[name];
  return Object.entries(env).find(([known]) => known.toUpperCase() === name)?.[1];
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function realPath(file: string): Promise<string> {
  return realpath(file).catch(() => file);
}
