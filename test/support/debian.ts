import { execFile } from 'node:child_process';
import { access, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { announce, prepared } from './cache.ts';

const run = promisify(execFile);

/**
 * A folder with these Debian packages and everything they depend on, unpacked and not installed: a root for
 * `chroot`, or for {@link fromRoot}. It is fetched once, with lists, archives and state of apt's own kept apart
 * from the machine's, so it neither needs the machine's lists to be fresh nor its dpkg lock to be free.
 *
 * @param suite `bookworm` (Debian 12), `sid`, …; from wherever this machine has its own Debian packages from
 * @throws Error in one line when this is no Debian
 */
export async function debianRoot(name: string, suite: string, packages: string[]): Promise<string> {
  return prepared(`${suite}-${name}`, `1-${process.arch}`, async (dir) => {
    const source = await debianSource(suite, packages);
    announce(`Fetching ${packages.join(', ')} and what they need from Debian ${suite}, once, without installing them`);
    const apt = join(dir, 'apt');
    for (const folder of ['parts', 'lists/partial', 'archives/partial'])
      await mkdir(join(apt, folder), { recursive: true });
    await writeFile(join(apt, 'parts/debian.sources'), source);
    await download(apt, packages);
    for (const archive of await readdir(join(apt, 'archives')))
      if (archive.endsWith('.deb')) await run('dpkg', ['-x', join(apt, 'archives', archive), dir]);
    await rm(apt, { recursive: true });
    await furnish(dir);
  });
}

/** Debian 12's Docker 20.10 and registry 2.8, with what makes password files and certificates. */
export function debian12Root(): Promise<string> {
  return debianRoot('docker', 'bookworm', ['docker.io', 'docker-registry', 'apache2-utils', 'openssl']);
}

/** The command line that runs a program of a root with that root's own libraries, without `chroot`. */
export async function fromRoot(root: string, program: string, args: string[]): Promise<[string, string[]]> {
  const libraries: string[] = [];
  for (const parent of ['lib', 'usr/lib']) {
    const folders = await readdir(join(root, parent)).catch(() => []);
    for (const folder of folders) if (folder.endsWith('-linux-gnu')) libraries.push(join(root, parent, folder));
  }
  for (const folder of libraries) {
    const loader = (await readdir(folder)).find((entry) => /^ld-linux.*\.so\.\d+$/.test(entry));
    if (!loader) continue;
    return [join(folder, loader), ['--library-path', libraries.join(':'), join(root, program), ...args]];
  }
  throw new Error(`No program loader in ${root}`);
}

/** Runs a program of a root to its end and returns its stdout. */
export async function runFromRoot(
  root: string,
  program: string,
  args: string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const [command, allArgs] = await fromRoot(root, program, args);
  const { stdout } = await run(command, allArgs, { env });
  return stdout;
}

/** The mirror may be changing just now, and sid does so often: begin again, with fresh lists. */
async function download(apt: string, packages: string[]): Promise<void> {
  const options = [
    'Dir::Etc::SourceList=/dev/null',
    `Dir::Etc::SourceParts=${join(apt, 'parts')}`,
    `Dir::State::Lists=${join(apt, 'lists')}`,
    `Dir::Cache::archives=${join(apt, 'archives')}`,
    'Dir::Cache::pkgcache=',
    'Dir::Cache::srcpkgcache=',
    'Dir::State::Status=/dev/null',
    'APT::Sandbox::User=root',
    'APT::Update::Error-Mode=any',
    'Acquire::Retries=3',
    'Debug::NoLocking=1',
  ].flatMap((option) => ['-o', option]);
  const attempts = 3;
  for (let attempt = 1; ; attempt++) {
    try {
      await run('apt-get', [...options, 'update']);
      await run(
        'apt-get',
        [...options, 'install', '--yes', '--no-install-recommends', '--download-only', ...packages],
        {
          maxBuffer: 16 * 1024 * 1024,
        },
      );
      return;
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}

/** What packages expect of a root and their installation scripts, which do not run here, would have made. */
async function furnish(root: string): Promise<void> {
  for (const folder of ['bin', 'sbin', 'lib', 'lib64']) {
    const there = await access(join(root, folder)).then(
      () => true,
      () => false,
    );
    if (!there) await symlink(join('usr', folder), join(root, folder));
  }
  for (const folder of ['dev', 'etc/docker', 'proc', 'run', 'srv', 'sys', 'tmp', 'var/tmp'])
    await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  await writeFile(join(root, 'etc/group'), 'root:x:0:\ndocker:x:999:\n');
  for (const file of ['etc/hosts', 'etc/resolv.conf', 'etc/os-release'])
    await cp(join('/', file), join(root, file), { dereference: true }).catch(() => undefined);
}

/** The machine's own Debian source as a deb822 stanza, with another suite. */
async function debianSource(suite: string, packages: string[]): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const codename = /^VERSION_CODENAME=(.*)$/m.exec(release)?.[1];
  const stanza =
    /^ID=debian$/m.test(release) && codename
      ? ((await deb822Source(codename)) ?? (await oneLineSource(codename)))
      : undefined;
  if (!stanza)
    throw new Error(
      `${packages.join(', ')} can be fetched here only on Debian with apt and its usual sources: run this in a Debian 12 container or virtual machine, as root`,
    );
  return `${stanza}\nSuites: ${suite}\n`;
}

async function deb822Source(codename: string): Promise<string | undefined> {
  for (const text of await sourceFiles('.sources'))
    for (const stanza of text.split(/\n\s*\n/)) {
      const field = (name: string): string[] =>
        (new RegExp(`^${name}:(.*)$`, 'im').exec(stanza)?.[1] ?? '').trim().split(/\s+/);
      const usable = field('Types').includes('deb') && !/^Enabled:\s*no/im.test(stanza);
      if (!usable || !field('Suites').includes(codename) || !field('Components').includes('main')) continue;
      const rest = stanza.split('\n').filter((line) => !/^(#|(Suites|Types|Components):)/i.test(line));
      return ['Types: deb', 'Components: main', ...rest].join('\n').trimEnd();
    }
  return undefined;
}

/** The older form: `deb [signed-by=…] URI suite component…` */
async function oneLineSource(codename: string): Promise<string | undefined> {
  for (const text of await sourceFiles('.list'))
    for (const line of text.split('\n')) {
      const [, options = '', uri, suite, components = ''] =
        /^deb\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)\s+(.*)$/.exec(line.trim()) ?? [];
      if (!uri || suite !== codename || !components.split(/\s+/).includes('main')) continue;
      const signedBy = /signed-by=(\S+)/.exec(options)?.[1];
      return ['Types: deb', 'Components: main', `URIs: ${uri}`, ...(signedBy ? [`Signed-By: ${signedBy}`] : [])].join(
        '\n',
      );
    }
  return undefined;
}

async function sourceFiles(ending: '.sources' | '.list'): Promise<string[]> {
  const folder = '/etc/apt/sources.list.d';
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(ending));
  const paths = names.map((name) => join(folder, name));
  if (ending === '.list') paths.unshift('/etc/apt/sources.list');
  return Promise.all(paths.map((path) => readFile(path, 'utf8').catch(() => '')));
}
