import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { debian12Root, debianRoot } from './debian.ts';
import { engineRequest } from './images.ts';
import { startProcess } from './process.ts';
import type { RunningProcess } from './process.ts';
import { makeRunFolder } from './run-folder.ts';

/** `classic`: Docker with its own image store; `containerd`: Docker with containerd's image store. */
export type EngineKind = 'classic' | 'containerd' | 'podman';

export interface RunningEngine {
  readonly kind: EngineKind;
  /** As the engine itself gives it. */
  readonly version: string;
  readonly socketPath: string;
  /** `unix://` and the socket's path, as `DOCKER_HOST` takes it. */
  readonly endpoint: string;
  readonly pid: number;
  /** Everything the engine has logged, also before a restart. */
  readonly log: () => string;
  /** Stops it and removes all it had. */
  readonly stop: () => Promise<void>;
  /** kill -9: the socket's file and the images stay. */
  readonly kill: () => Promise<void>;
  /** Starts it again, stopping it first if it runs: the same images, the same socket. */
  readonly restart: () => Promise<void>;
  /** From the next push on it trusts a registry's certificate (PEM): it lies in /etc/docker/certs.d/HOST/ca.crt. */
  readonly trust: (host: string, caFile: string) => Promise<void>;
}

export interface EngineOptions {
  kind: EngineKind;
  /** Hosts it may speak plain HTTP to, besides the loopback; Docker also takes networks (`10.0.0.0/8`). */
  insecureRegistries?: string[];
  /** Where names lead, in the form of /etc/hosts; as on this machine when absent. */
  hostsFile?: string;
  /** The authorities that it trusts (PEM); those of its own root when absent. Not for Podman. */
  caFile?: string;
}

/**
 * Starts a real container engine of this run's own, which shares nothing with the machine's.
 *
 * It runs in mount and process namespaces of its own, from a root of unpacked packages that it cannot write to.
 * So its mounts and helpers vanish with it even when it is killed, and any number can run beside each other.
 *
 * @throws Error in one line where this cannot be done: not Linux, not Debian, not root
 */
export async function startEngine({
  kind,
  insecureRegistries = [],
  hostsFile,
  caFile,
}: EngineOptions): Promise<RunningEngine> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Error(
      `A private ${kind} engine needs Linux and root: run this as root in a Debian 12 container or virtual machine that may mount`,
    );
  const { root, command, env, files = {} } = await recipes[kind](insecureRegistries);
  const folder = await makeRunFolder();
  const socketPath = join(folder.path, socketName);
  if (socketPath.length >= 100)
    throw new Error(`The socket's path is too long for a unix socket, set TMPDIR to a shorter one: ${socketPath}`);
  await chmod(folder.path, 0o755);
  for (const name of ['data', 'etc', 'tmp']) await mkdir(join(folder.path, name));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, 'etc', name), text);
  if (hostsFile !== undefined) await copyFile(hostsFile, join(folder.path, 'etc/hosts'));
  if (caFile !== undefined) await copyFile(caFile, join(folder.path, 'etc/authorities.pem'));
  await writeFile(join(folder.path, 'enter.sh'), enter);

  const start = (): Promise<RunningProcess> =>
    startProcess({
      name: `The ${kind} engine`,
      command: 'unshare',
      args: [
        ...['--mount', '--pid', '--fork', '--kill-child'],
        ...['sh', join(folder.path, 'enter.sh'), root, folder.path, ...command],
      ],
      wrapped: true,
      logFile: join(folder.path, 'engine.log'),
      // Of the environment nothing: no proxy, no DOCKER_* of the machine's.
      env: {
        ...{ PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/tmp', TMPDIR: '/var/tmp', ...env },
        ...(caFile !== undefined && { SSL_CERT_FILE: '/etc/docker/authorities.pem' }),
      },
      ready: async () => existsSync(socketPath) && (await answers(socketPath)),
    });

  let running = await start();
  const answer = await engineRequest(socketPath, 'GET', '/version');
  const { Version: version } = answer.json() as { Version: string };
  return {
    kind,
    version,
    socketPath,
    endpoint: `unix://${socketPath}`,
    get pid() {
      return running.pid;
    },
    log: () => running.log(),
    stop: async () => {
      await running.stop();
      await folder.remove();
    },
    kill: () => running.kill(),
    restart: async () => {
      await running.stop();
      running = await start();
    },
    trust: async (host, caFile) => {
      const certificates = join(folder.path, 'etc/certs.d', host);
      await mkdir(certificates, { recursive: true });
      await copyFile(caFile, join(certificates, 'ca.crt'));
    },
  };
}

const socketName = 'docker.sock';

interface Recipe {
  root: string;
  command: string[];
  env?: NodeJS.ProcessEnv;
  /** Its configuration: files which it sees in /etc/docker. */
  files?: Record<string, string>;
}

const recipes: Record<EngineKind, (insecureRegistries: string[]) => Promise<Recipe>> = {
  classic: async (insecure) => ({
    root: await debian12Root(),
    command: dockerd(insecure),
  }),
  containerd: async (insecure) => ({
    root: await debianRoot('docker', 'sid', ['docker.io']),
    command: [...dockerd(insecure), '--ip6tables=false'],
    files: { 'daemon.json': JSON.stringify({ features: { 'containerd-snapshotter': true } }) },
  }),
  podman: async (insecure) => ({
    root: await debianRoot('podman', 'bookworm', ['podman']),
    command: [
      ...['/usr/bin/podman', '--root=/srv/data', '--runroot=/run/containers', '--storage-driver=overlay'],
      ...['--cgroup-manager=cgroupfs', '--log-level=info'],
      ...['system', 'service', '--time=0', `unix:///srv/${socketName}`],
    ],
    env: { CONTAINERS_CONF: '/etc/docker/containers.conf', CONTAINERS_REGISTRIES_CONF: '/etc/docker/registries.conf' },
    files: {
      'containers.conf':
        '[engine]\ntmp_dir = "/run/libpod"\nevents_logger = "file"\nevents_logfile_path = "/srv/events.log"\n',
      // Podman trusts no address by itself, not even the loopback.
      'registries.conf': ['127.0.0.1', 'localhost', ...insecure]
        .map((host) => `[[registry]]\nlocation = "${host}"\ninsecure = true\n`)
        .join(''),
    },
  }),
};

/** No network for containers: images are built from scratch and pushed, never run. */
function dockerd(insecureRegistries: string[]): string[] {
  return [
    ...['/usr/sbin/dockerd', '--bridge=none', '--iptables=false', '--ip-masq=false'],
    ...['--host', `unix:///srv/${socketName}`, '--data-root', '/srv/data'],
    ...['--exec-root', '/run/docker', '--pidfile', '/run/docker.pid'],
    ...insecureRegistries.flatMap((host) => ['--insecure-registry', host]),
  ];
}

/**
 * Runs in the new namespaces: makes the root one to live in and becomes the engine. The data folder must be a
 * mount of its own, else containerd's plugins fail.
 */
const enter = `set -e
root=$1; run=$2; shift 2
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mount --bind "$run" "$root/srv"
mount --bind "$run/data" "$root/srv/data"
mount --bind "$run/etc" "$root/etc/docker"
[ ! -e "$run/etc/hosts" ] || mount --bind "$run/etc/hosts" "$root/etc/hosts"
mount --bind "$run/tmp" "$root/var/tmp"
cd /
exec chroot "$root" "$@"
`;

async function answers(socketPath: string): Promise<boolean> {
  return engineRequest(socketPath, 'GET', '/_ping').then(
    ({ status }) => status === 200,
    () => false,
  );
}
