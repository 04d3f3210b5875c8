import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { debianRoot, fromRoot } from './debian.ts';
import { freePort } from './free-port.ts';
import { startProcess } from './process.ts';
import { makeRunFolder } from './run-folder.ts';

export interface Tinyproxy {
  readonly url: string;
  /** What was asked of it so far: `CONNECT host:port` for a tunnel, `METHOD http://…` else. */
  readonly seen: () => string[];
  readonly stop: () => Promise<void>;
}

/** Debian's tinyproxy, unpacked and not installed. */
export function tinyproxyRoot(): Promise<string> {
  return debianRoot('tinyproxy', 'bookworm', ['tinyproxy-bin']);
}

/** Starts a real proxy, as a company's network has one. */
export async function startTinyproxy(): Promise<Tinyproxy> {
  const root = await tinyproxyRoot();
  const folder = await makeRunFolder();
  const port = await freePort();
  const config = join(folder.path, 'tinyproxy.conf');
  const lines = [`Port ${port}`, 'Listen 127.0.0.1', 'Allow 127.0.0.1', 'LogLevel Connect', 'Timeout 60'];
  // Its pages are in the package's folder, which is not where it was built for.
  lines.push(`DefaultErrorFile "${join(root, 'usr/share/tinyproxy/default.html')}"`, `PidFile "${folder.path}/pid"`);
  await writeFile(config, `${lines.join('\n')}\n`);
  const [command, args] = await fromRoot(root, 'usr/bin/tinyproxy', ['-d', '-c', config]);
  const running = await startProcess({
    name: 'The proxy',
    command,
    args,
    logFile: join(folder.path, 'proxy.log'),
    env: { PATH: process.env.PATH },
    ready: () => accepts(port),
  });
  return {
    url: `http://127.0.0.1:${port}`,
    seen: () =>
      [...running.log().matchAll(/Request \(file descriptor \d+\): (\S+ \S+) HTTP/gu)].map(([, line = '']) => line),
    stop: async () => {
      await running.stop();
      await folder.remove();
    },
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
