import { execFile } from 'node:child_process';
import { access, copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram, installOnMachine } from './machine-packages.ts';
import { makeRunFolder } from './run-folder.ts';

/** An address that is this machine's in a network of its own. Engines trust no registry at it, as they do on the loopback. */
export const outsideAddress = '198.51.100.1';

/** Set in the environment of what runs in a network of its own. */
const mark = 'TESTS_OWN_NETWORK';

/** Where this machine keeps the authorities that it trusts. */
const authorities = '/etc/ssl/certs';

/** Makes sure that {@link inOwnNetwork} can be run; rejects in one line where it cannot. */
export async function prepareOwnNetwork(): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Error('A network of the tests’ own needs Linux and root.');
  if (!(await findProgram('ip'))) await installOnMachine(['iproute2'], 'to give tests a network of their own');
  await access(authorities).catch(() => installOnMachine(['ca-certificates'], 'to have authorities that are trusted'));
}

/**
 * The command line that runs a command with the loopback and {@link outsideAddress} for a network, and nothing else;
 * what it mounts it alone sees.
 */
export function inOwnNetwork(command: readonly string[]): string[] {
  const setUp = `ip link set lo up && ip addr add ${outsideAddress}/32 dev lo && exec env ${mark}=1 "$@"`;
  return ['unshare', '--net', '--mount', 'sh', '-c', setUp, 'sh', ...command];
}

/**
 * Lets this machine trust one authority (PEM) and no other, as far as this process and those that it starts can see. An
 * editor reads them once.
 *
 * @throws Error outside of {@link inOwnNetwork}: there it would be the machine's own
 */
export async function trustHere(caFile: string): Promise<void> {
  checkOwn();
  const folder = await makeRunFolder();
  await copyFile(caFile, join(folder.path, 'ca-certificates.crt'));
  await promisify(execFile)('mount', ['--bind', folder.path, authorities]);
}

/**
 * Lets names lead to an address of this network, as far as this process and those that it starts can see; no other name
 * but localhost leads anywhere.
 *
 * @returns the file that says so, in the form of /etc/hosts
 * @throws Error outside of {@link inOwnNetwork}: there it would be the machine's own
 */
export async function nameHere(names: readonly string[], address: string): Promise<string> {
  checkOwn();
  const folder = await makeRunFolder();
  const file = join(folder.path, 'hosts');
  await writeFile(file, ['127.0.0.1 localhost', ...names.map((name) => `${address} ${name}`), ''].join('\n'));
  await promisify(execFile)('mount', ['--bind', file, '/etc/hosts']);
  return file;
}

function checkOwn(): void {
  if (!process.env[mark]) throw new Error('This is not a network of the tests’ own: run `npm test -- network`.');
}
