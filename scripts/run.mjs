import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/**
 * What every `npm` script starts with, on whatever Node the machine has: makes sure of Node 24 (the tests and the
 * editor's server need it) and of the packages in package-lock.json, then runs `scripts/<name>.ts` under that Node.
 */
const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');
const [name, ...args] = process.argv.slice(2);

process.chdir(root);
const node = await node24();
process.env.PATH = path.dirname(node) + path.delimiter + process.env.PATH;
await installPackages();
process.exitCode = await run(node, [path.join('scripts', `${name}.ts`), ...args]);

/** The path of a Node 24 or later: this one, or the one that the npm package `node-<platform>-<arch>` holds. */
async function node24() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const { DOCKER_PUSH_CACHE: own, XDG_CACHE_HOME: xdg } = process.env;
  const cache = own || path.join(xdg || path.join(homedir(), '.cache'), 'docker-push');
  const folder = path.join(cache, 'node-24');
  const packageName = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const program = path.join(
    folder,
    'node_modules',
    packageName,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  if (existsSync(program)) return program;
  console.log(`Fetching Node 24 (this is ${process.version}), once.`);
  // Made under another name, so that an interrupted download is never taken for a whole one.
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  writeFileSync(path.join(unfinished, 'package.json'), '{"private":true}');
  await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', `${packageName}@24`], unfinished);
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
  return program;
}

/** Installs what package-lock.json says, unless just that is there. */
async function installPackages() {
  const marker = path.join('node_modules', '.docker-push');
  const wanted = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return;
  console.log('Installing the packages of package-lock.json.');
  await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], root);
  writeFileSync(marker, wanted);
}

async function npm(npmArgs, cwd) {
  // Within an npm script npm says where it is, which needs no shell on any system.
  const cli = process.env.npm_execpath;
  const [command, all] = cli ? [process.execPath, [cli, ...npmArgs]] : ['npm', npmArgs];
  const code = await run(command, [...all, '--loglevel=error'], cwd);
  if (code !== 0) {
    console.error(`npm ${npmArgs[0]} failed (${code}).`);
    process.exit(1);
  }
}

function run(command, commandArgs, cwd = root) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, commandArgs, { cwd, stdio: 'inherit' });
    // In a terminal Ctrl-C reaches the child too; here it must only not end this process before the child.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal ? 1 : code));
  });
}
