import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { own } from './cleanup.ts';
import { debianRoot, fromRoot } from './debian.ts';
import { makeRunFolder } from './run-folder.ts';

const run = promisify(execFile);

export interface CredentialPrograms {
  /** With PATH, HOME and what else Debian's helpers need to find their store. */
  readonly env: Record<string, string>;
  /** A folder for PATH with the programs. */
  readonly bin: string;
  /** Keeps a credential with `docker-credential-pass`, as `docker login` would. */
  readonly keep: (address: string, username: string, secret: string) => Promise<void>;
  /** Takes the key away with which the store is encrypted. */
  readonly lock: () => Promise<void>;
  /** Stops GnuPG's agent, and removes all. */
  readonly stop: () => Promise<void>;
}

/** Debian's credential helpers, with pass and GnuPG, unpacked and not installed. */
export function credentialHelpersRoot(): Promise<string> {
  const packages = ['golang-docker-credential-helpers', 'amazon-ecr-credential-helper', 'pass', 'gpg', 'gpg-agent'];
  return debianRoot('credential-helpers', 'bookworm', packages);
}

/**
 * Debian's `docker-credential-pass` with a password store and a key of this run's own, and `docker-credential-ecr-login`.
 *
 * @throws Error in one line where Debian's packages cannot be had
 */
export async function startPass(): Promise<CredentialPrograms> {
  const root = await credentialHelpersRoot();
  const folder = await makeRunFolder();
  const bin = join(folder.path, 'bin');
  const home = join(folder.path, 'home');
  const gnupg = join(folder.path, 'gnupg');
  await mkdir(bin);
  await mkdir(home);
  await mkdir(gnupg, { mode: 0o700 });
  const script = (name: string, line: string): Promise<void> =>
    writeFile(join(bin, name), `#!/bin/sh\nexec ${line} "$@"\n`, { mode: 0o755 });
  for (const name of [
    'docker-credential-pass',
    'docker-credential-ecr-login',
    'gpg',
    'gpg-agent',
    'gpg-connect-agent',
    'tree',
  ]) {
    const [command, args] = await fromRoot(root, `usr/bin/${name}`, []);
    await script(name, [command, ...args].map(quoted).join(' '));
  }
  await script('pass', `bash ${quoted(join(root, 'usr/bin/pass'))}`);
  await writeFile(join(gnupg, 'gpg.conf'), `agent-program ${join(bin, 'gpg-agent')}\n`);
  const env = {
    PATH: `${bin}:${process.env.PATH ?? ''}`,
    HOME: home,
    GNUPGHOME: gnupg,
    // Else ecr-login asks for the credentials of a machine at AWS.
    AWS_EC2_METADATA_DISABLED: 'true',
    PASSWORD_STORE_DIR: join(folder.path, 'store'),
  };
  const gpg = (...args: string[]): Promise<unknown> => run(join(bin, 'gpg'), ['--batch', '--quiet', ...args], { env });
  const stopAgent = (): Promise<unknown> =>
    run(join(bin, 'gpg-connect-agent'), ['--no-autostart', 'killagent', '/bye'], { env }).catch(() => undefined);
  const stop = async (): Promise<void> => {
    forget();
    await stopAgent();
    await folder.remove();
  };
  // An agent that is left alone ends when its folder goes.
  const forget = own({ stop, stopNow: () => undefined });
  await gpg('--passphrase', '', '--quick-generate-key', 'docker-push tests', 'default', 'default', 'never');
  await run(join(bin, 'pass'), ['init', 'docker-push tests'], { env });
  return {
    env,
    bin,
    keep: async (address, username, secret) => {
      const stored = run(join(bin, 'docker-credential-pass'), ['store'], { env });
      stored.child.stdin?.end(JSON.stringify({ ServerURL: address, Username: username, Secret: secret }));
      await stored;
    },
    lock: async () => {
      await stopAgent();
      await rm(join(gnupg, 'private-keys-v1.d'), { recursive: true });
    },
    stop,
  };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
