import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { formatAddress, parseAddress } from './endpoint-address.ts';
import { fieldOf, objectOf, textOf } from './json-field.ts';

/** An engine that a person can choose. Whether it answers is not known. */
export interface KnownEngine {
  /** The value of `dockerPush.engine.endpoint` that chooses it. */
  readonly setting: string;
  readonly label: string;
  readonly address: string;
}

/** What the machine is looked at with, so that tests can bring their own. */
export interface MachineFiles {
  /** The names in a folder; rejects where there is none. */
  readonly list: (folder: string) => Promise<string[]>;
  readonly read: (file: string) => Promise<string>;
}

export interface EnginesQuestion {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly files?: MachineFiles;
}

const realFiles: MachineFiles = {
  list: (folder) => readdir(folder),
  read: (file) => readFile(file, 'utf8'),
};

/**
 * The engines that this machine names: the Docker contexts, then the sockets of known products that are there. Only
 * files and folders are read; nothing is contacted.
 */
export async function findEngines(question: EnginesQuestion): Promise<KnownEngine[]> {
  const files = question.files ?? realFiles;
  const contexts = await contextsOf(question, files);
  const sockets = await Promise.all(
    socketsOf(question).map(async (socket) => ((await isThere(socket, question, files)) ? [socket] : [])),
  );
  const named = new Set(contexts.map(({ address }) => address));
  const known = sockets.flat().map(({ label, at }) => {
    const address = `${question.platform === 'win32' ? 'npipe' : 'unix'}://${at}`;
    return { setting: address, label, address };
  });
  return [...contexts, ...known.filter(({ address }) => !named.has(address))];
}

interface Socket {
  readonly label: string;
  readonly at: string;
}

async function contextsOf({ env, platform, home }: EnginesQuestion, files: MachineFiles): Promise<KnownEngine[]> {
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const folder = paths.join(env.DOCKER_CONFIG ? env.DOCKER_CONFIG : paths.join(home, '.docker'), 'contexts', 'meta');
  const ids = await files.list(folder).catch((): string[] => []);
  const contexts = await Promise.all(
    ids.map(async (id) => {
      const text = await files.read(paths.join(folder, id, 'meta.json')).catch(() => '');
      return contextOf(text);
    }),
  );
  return contexts.filter((context) => context !== undefined).sort((a, b) => (a.label < b.label ? -1 : 1));
}

/** A context whose file cannot be used is left out: choosing it would only fail. */
function contextOf(text: string): KnownEngine | undefined {
  try {
    const meta = objectOf(JSON.parse(text));
    const name = textOf(fieldOf(meta, 'Name'));
    const host = textOf(fieldOf(objectOf(fieldOf(objectOf(fieldOf(meta, 'Endpoints')), 'docker')), 'Host'));
    if (name === undefined || host === undefined) return undefined;
    return { setting: `context:${name}`, label: name, address: formatAddress(parseAddress(host, name, false)) };
  } catch {
    return undefined;
  }
}

/** Where the usual products put their sockets. */
function socketsOf({ env, platform, home }: EnginesQuestion): Socket[] {
  const inHome = (label: string, ...parts: string[]): Socket => ({ label, at: path.posix.join(home, ...parts) });
  if (platform === 'win32')
    return [
      { label: 'Docker', at: '//./pipe/docker_engine' },
      { label: 'Docker Desktop', at: '//./pipe/dockerDesktopLinuxEngine' },
      { label: 'Podman machine', at: '//./pipe/podman-machine-default' },
    ];
  const shared = [
    { label: 'Docker', at: '/var/run/docker.sock' },
    inHome('Colima', '.colima/default/docker.sock'),
    inHome('Rancher Desktop', '.rd/docker.sock'),
    inHome('Lima', '.lima/docker/sock/docker.sock'),
  ];
  if (platform === 'darwin')
    return [
      ...shared,
      inHome('Docker Desktop', '.docker/run/docker.sock'),
      inHome('OrbStack', '.orbstack/run/docker.sock'),
      inHome('Podman machine', '.local/share/containers/podman/machine/podman.sock'),
    ];
  const runtime = env.XDG_RUNTIME_DIR;
  const own = runtime
    ? [
        { label: 'Docker, rootless', at: path.posix.join(runtime, 'docker.sock') },
        { label: 'Podman, rootless', at: path.posix.join(runtime, 'podman/podman.sock') },
      ]
    : [];
  return [
    ...shared,
    inHome('Docker Desktop', '.docker/desktop/docker.sock'),
    ...own,
    { label: 'Podman', at: '/run/podman/podman.sock' },
  ];
}

/** By listing its folder: looking at a pipe itself would connect to it. */
async function isThere({ at }: Socket, { platform }: EnginesQuestion, files: MachineFiles): Promise<boolean> {
  const folder = platform === 'win32' ? '\\\\.\\pipe\\' : path.posix.dirname(at);
  const names = await files.list(folder).catch((): string[] => []);
  return names.includes(path.posix.basename(at));
}
