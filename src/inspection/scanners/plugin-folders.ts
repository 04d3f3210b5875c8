import path from 'node:path';

/** What says where the Docker CLI's plugins are. */
export interface PluginPlaces {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's folder. */
  readonly home: string;
  /** Reads a file as UTF-8. */
  readonly readFile: (file: string) => Promise<string>;
}

/** `defaultSystemPluginDirs` of docker/cli cli-plugins/manager/manager_unix.go. */
const systemFolders = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
];

/**
 * The folders in which the Docker CLI looks for plugins, in its order: the configuration's, those that `config.json` adds
 * (`cliPluginsExtraDirs`, which is how Docker's documentation installs Docker Scout), the system's. A configuration that
 * cannot be read adds none, as it is no business of a scan.
 */
export async function pluginFolders({ platform, env, home, readFile }: PluginPlaces): Promise<string[]> {
  const system = platform === 'win32' ? path.win32 : path.posix;
  const configuration = env.DOCKER_CONFIG || system.join(home, '.docker');
  const added = await readFile(system.join(configuration, 'config.json')).then(addedFolders, () => []);
  const others = platform === 'win32' ? windowsFolders(env) : systemFolders;
  return [system.join(configuration, 'cli-plugins'), ...added, ...others];
}

function addedFolders(text: string): string[] {
  try {
    const config = JSON.parse(text) as { cliPluginsExtraDirs?: unknown } | null;
    const folders = config?.cliPluginsExtraDirs;
    return Array.isArray(folders) ? folders.filter((folder) => typeof folder === 'string') : [];
  } catch {
    return [];
  }
}

/** manager_windows.go, of the same place. */
function windowsFolders(env: PluginPlaces['env']): string[] {
  const programs = Object.entries(env).find(([name]) => name.toUpperCase() === 'PROGRAMFILES')?.[1];
  return programs ? [path.win32.join(programs, 'Docker', 'cli-plugins')] : [];
}
