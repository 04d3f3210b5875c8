import { cp, glob, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { own } from './cleanup.ts';
import { startProcess } from './process.ts';
import { makeRunFolder } from './run-folder.ts';
import { installedServer } from './vscode-install.ts';
import { unpackVsix } from './vsix.ts';

export interface ServerOptions {
  /**
   * `workbench`: the editor as a person has it. `host`: the editor that runs tests in its extension host; it shows
   * no notification toasts and refuses dialogs.
   */
  mode: 'host' | 'workbench';
  /** A packaged extension that the editor has installed. */
  vsix?: string;
  /** Folders of further extensions that it has installed, each with a package.json. */
  extensions?: readonly string[];
  /** Extensions that come with the editor, by their folders, and are left out. */
  without?: readonly string[];
  /** The person's settings, besides {@link quiet}. */
  userSettings?: Record<string, unknown>;
  /** The machine's settings: those that belong to where extensions run. */
  machineSettings?: Record<string, unknown>;
  /** The home folder of the editor and its extensions; an empty one of the run's own when absent. */
  home?: string;
  /** Added to the environment of the editor and its extensions. */
  env?: Record<string, string>;
  /** Whether every folder is trusted (the default); `false` leaves Workspace Trust on, so folders are restricted. */
  trust?: boolean;
}

export interface VSCodeServer {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly home: string;
  /** What the extension hosts have logged so far: starts, activations and every uncaught error. */
  logs(): Promise<string>;
  /** The process ids of its extension hosts, in the order in which they were started, as its log tells them. */
  extensionHosts(): Promise<number[]>;
  /** What the log channel "Docker Push" holds so far, all windows together. */
  extensionLog(): Promise<string>;
  /** Settles when it has ended. */
  readonly exited: Promise<void>;
  /** Stops it with everything it started, and removes its folders. */
  stop(): Promise<void>;
}

/** For quiet logs and clean pictures. */
const quiet = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'telemetry.telemetryLevel': 'off',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

/**
 * Starts a Visual Studio Code server with folders of its own, listening on a free port of 127.0.0.1, and nothing of
 * the person's environment but PATH, language and time zone.
 */
export async function startServer(options: ServerOptions): Promise<VSCodeServer> {
  const installation = await installedServer();
  const folder = await makeRunFolder();
  const dataDir = join(folder.path, 'server');
  const home = options.home ?? join(folder.path, 'home');
  const temporary = join(folder.path, 'tmp');
  const extensions = join(dataDir, 'extensions');
  const settings = join(dataDir, 'data/User/settings.json');
  const machineSettings = join(dataDir, 'data/Machine/settings.json');
  const folders = [settings, machineSettings].map((file) => join(file, '..'));
  for (const path of [home, temporary, extensions, ...folders]) await mkdir(path, { recursive: true });
  if (options.machineSettings) await writeFile(machineSettings, JSON.stringify(options.machineSettings, undefined, 2));
  await writeFile(settings, JSON.stringify({ ...quiet, ...options.userSettings }, undefined, 2));
  if (options.vsix) await unpackVsix(options.vsix, extensions);
  for (const further of options.extensions ?? [])
    await cp(further, join(extensions, basename(further)), { recursive: true });

  // One that `chat.disableAIFeatures` disables is not there to begin with: for the sake of it the page starts its
  // extension hosts anew, a second or two after they have come, and what a test has begun is lost.
  const without = ['copilot', ...(options.without ?? [])];
  const builtIn = await linkOthers(join(installation, 'extensions'), folder.path, without);

  const server = await startProcess({
    name: 'The Visual Studio Code server',
    command: process.execPath,
    args: [
      join(installation, 'out/server-main.js'),
      ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms'],
      ...['--server-data-dir', dataDir, '--telemetry-level', 'off'],
      ...['--builtin-extensions-dir', builtIn],
      // Their environment is the one given here, not what a login shell makes of it.
      '--force-disable-user-env',
      // Without it, the extension host of a closed page waits for the page's return for hours.
      ...['--reconnection-grace-time', '1'],
      ...(options.trust === false ? [] : ['--disable-workspace-trust']),
      ...(options.mode === 'host' ? ['--enable-smoke-test-driver'] : []),
    ],
    cwd: folder.path,
    env: { ...inherited(), HOME: home, TMPDIR: temporary, ...options.env },
    logFile: join(folder.path, 'server.log'),
    ready: (log) => portIn(log) !== undefined && log.includes('Extension host agent started'),
  });
  const killRest = (): boolean => killGroup(server.pid);
  const forget = own({ stop: () => stop(), stopNow: killRest });
  const stop = async (): Promise<void> => {
    await server.stop();
    // Extension hosts look only every few seconds whether their server is still there. A process that was killed
    // stays in its group until the system's first process takes note, which in some containers it never does.
    for (let tries = 200; tries > 0 && killRest(); tries--) await wait(10);
    await folder.remove();
    forget();
  };
  const port = portIn(server.log()) ?? 0;
  const hosts = 'data/logs/*/exthost*';
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    dataDir,
    home,
    exited: server.exited,
    logs: () => textOf(dataDir, `${hosts}/remoteexthost.log`),
    extensionHosts: async () => {
      // Each host has a log file of its own, and their names do not sort in the order of their starts; the times do.
      const logs = await textOf(dataDir, `${hosts}/remoteexthost.log`);
      const lines = logs.match(/^.* Extension host with pid \d+ started/gmu) ?? [];
      return lines.sort().map((line) => Number(/pid (\d+)/u.exec(line)?.[1]));
    },
    extensionLog: () => textOf(dataDir, `${hosts}/slipway.docker-push/*.log`),
    stop,
  };
}

/** A folder with all that is in another but these, as links: what is installed is shared by all runs. */
async function linkOthers(from: string, into: string, without: readonly string[]): Promise<string> {
  const folder = join(into, 'extensions');
  await mkdir(folder);
  const names = (await readdir(from)).filter((name) => !without.includes(name));
  await Promise.all(names.map((name) => symlink(join(from, name), join(folder, name))));
  return folder;
}

function portIn(log: string): number | undefined {
  const port = /^Extension host agent listening on (\d+)$/m.exec(log)?.[1];
  return port ? Number(port) : undefined;
}

function inherited(): Record<string, string> {
  const names = ['PATH', 'LANG', 'LC_ALL', 'TZ'];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

/** Kills what is left of the server's group of processes, which it leads. Says whether there was anything. */
function killGroup(leader: number): boolean {
  try {
    return process.kill(-leader, 'SIGKILL');
  } catch {
    return false;
  }
}

async function textOf(folder: string, pattern: string): Promise<string> {
  const paths: string[] = [];
  for await (const path of glob(pattern, { cwd: folder })) paths.push(path);
  const texts = await Promise.all(paths.sort().map((path) => readFile(join(folder, path), 'utf8')));
  return texts.join('');
}
