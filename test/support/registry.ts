import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { debian12Root, fromRoot, runFromRoot } from './debian.ts';
import { startProcess } from './process.ts';
import type { RunningProcess } from './process.ts';
import { makeRunFolder } from './run-folder.ts';

export interface RegistryOptions {
  /** HTTPS with a certificate that it signed itself. */
  tls?: boolean;
  /** Everything asks for this user (Basic challenge). */
  htpasswd?: { user: string; password: string };
  /** Everything asks for a token of this server, whose certificate (PEM) signs them (Bearer challenge). */
  token?: { realm: string; service: string; issuer: string; certificate: string };
  /** Manifests can be deleted. */
  delete?: boolean;
  /** A free one when absent. */
  port?: number;
  /** An IPv4 address of this machine on which it listens; 127.0.0.1 when absent, which engines trust. */
  address?: string;
}

export interface RunningRegistry {
  /** `127.0.0.1:PORT`, or another address's, as it stands in an image's name. */
  readonly host: string;
  /** `http://` or `https://` and the host. */
  readonly url: string;
  /** The certificate to trust (PEM), with `tls`. */
  readonly caFile?: string;
  readonly pid: number;
  /** Everything it has logged, also before a restart. */
  readonly log: () => string;
  /** Stops it and removes all it had. */
  readonly stop: () => Promise<void>;
  /** kill -9: its data and its port stay its own. */
  readonly kill: () => Promise<void>;
  /** Starts it again, stopping it first if it runs: the same port, the same data. */
  readonly restart: () => Promise<void>;
  /** From the next request on this user alone is known, with this password. It must have been started with `htpasswd`. */
  readonly changeHtpasswd: (user: { user: string; password: string }) => Promise<void>;
}

/**
 * Starts a real registry (distribution 2.8) with storage of this run's own. It needs no root.
 *
 * @throws Error in one line where Debian's packages cannot be had
 */
export async function startRegistry(options: RegistryOptions = {}): Promise<RunningRegistry> {
  const root = await debian12Root();
  const folder = await makeRunFolder();
  const config = join(folder.path, 'config.yml');
  const { address = '127.0.0.1' } = options;
  const tls = options.tls ? await makeCertificate(root, folder.path, address) : undefined;
  const htpasswd = options.htpasswd && (await makeHtpasswd(root, folder.path, options.htpasswd));

  const token = options.token && (await tokenAuth(folder.path, options.token));

  const start = async (port: number): Promise<RunningProcess> => {
    // YAML's flow style is JSON. Port 0 lets the system choose a free one; the log tells which.
    await writeFile(
      config,
      JSON.stringify({
        version: '0.1',
        log: { level: 'info', formatter: 'json', accesslog: { disabled: true } },
        storage: {
          filesystem: { rootdirectory: join(folder.path, 'data') },
          delete: { enabled: options.delete ?? false },
        },
        // With a secret of its own choosing each time, a restarted registry would refuse the uploads it began.
        http: { addr: `${address}:${port}`, secret: 'the same after a restart', ...(tls && { tls }) },
        ...(htpasswd && { auth: { htpasswd } }),
        ...(token && { auth: { token } }),
      }),
    );
    const [command, args] = await fromRoot(root, 'usr/bin/docker-registry', ['serve', config]);
    return startProcess({
      name: 'The registry',
      command,
      args,
      logFile: join(folder.path, 'registry.log'),
      env: { PATH: process.env.PATH },
      ready: (log) => listeningPort(log) !== undefined,
    });
  };

  let running = await start(options.port ?? 0);
  const port = listeningPort(running.log())!;
  const host = `${address}:${port}`;
  return {
    host,
    url: `${tls ? 'https' : 'http'}://${host}`,
    ...(tls && { caFile: tls.certificate }),
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
      running = await start(port);
    },
    // It reads the file again when that has another time.
    changeHtpasswd: async (user) => {
      await makeHtpasswd(root, folder.path, user);
    },
  };
}

/** https://distribution.github.io/distribution/about/configuration/#token */
async function tokenAuth(
  folder: string,
  { certificate, ...token }: NonNullable<RegistryOptions['token']>,
): Promise<object> {
  const rootcertbundle = join(folder, 'tokens.pem');
  await writeFile(rootcertbundle, certificate);
  return { ...token, rootcertbundle };
}

function listeningPort(log: string): number | undefined {
  const port = /listening on [\d.]+:(\d+)/.exec(log)?.[1];
  return port === undefined ? undefined : Number(port);
}

async function makeCertificate(
  root: string,
  folder: string,
  address: string,
): Promise<{ certificate: string; key: string }> {
  const certificate = join(folder, 'certificate.pem');
  const key = join(folder, 'key.pem');
  const config = join(folder, 'openssl.cnf');
  await writeFile(config, '[req]\ndistinguished_name = name\n[name]\n');
  await runFromRoot(root, 'usr/bin/openssl', [
    ...['req', '-x509', '-config', config, '-subj', `/CN=${address}`, '-days', '2', '-nodes'],
    ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-keyout', key, '-out', certificate],
    ...['-addext', `subjectAltName=IP:${address},DNS:localhost`, '-addext', 'basicConstraints=critical,CA:TRUE'],
  ]);
  return { certificate, key };
}

async function makeHtpasswd(
  root: string,
  folder: string,
  { user, password }: { user: string; password: string },
): Promise<{ realm: string; path: string }> {
  const path = join(folder, 'htpasswd');
  await writeFile(path, await runFromRoot(root, 'usr/bin/htpasswd', ['-Bbn', user, password]));
  return { realm: 'test', path };
}
