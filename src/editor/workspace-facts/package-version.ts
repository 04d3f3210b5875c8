import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Log, messageOf, plainText } from '../../base/index.ts';
import {
  cargoVersion,
  csprojVersion,
  packageJsonVersion,
  pomVersion,
  pyprojectVersion,
  versionFileVersion,
  type VersionReader,
} from './manifest-version.ts';

export interface PackageVersion {
  readonly version: string;
  /** The file's name. */
  readonly file: string;
}

/** In the order in which they are asked. */
const manifests: readonly { readonly name: string | RegExp; readonly read: VersionReader }[] = [
  { name: 'package.json', read: packageJsonVersion },
  { name: 'Cargo.toml', read: cargoVersion },
  { name: 'pyproject.toml', read: pyprojectVersion },
  { name: 'pom.xml', read: pomVersion },
  { name: /\.csproj$/u, read: csprojVersion },
  { name: 'VERSION', read: versionFileVersion },
];

/** In bytes: what people write by hand is a hundredth of it. */
const sizeLimit = 256 * 1024;

/** A folder with more of a kind is no project's. */
const filesOfAKind = 8;

/**
 * The version that a folder's own files give: the first manifest that has one counts. Links are not followed, as they may
 * lead out of the folder, and nothing is run. A file that cannot be read is passed over, with a line in the log.
 */
export async function packageVersionIn(folder: string, log: Log): Promise<PackageVersion | undefined> {
  const entries = await readdir(folder).catch(() => []);
  for (const { name, read } of manifests) {
    const files = entries.filter((entry) => (typeof name === 'string' ? entry === name : name.test(entry))).sort();
    for (const file of files.slice(0, filesOfAKind)) {
      try {
        const text = await smallFile(path.join(folder, file));
        const version = text === undefined ? undefined : await read(text);
        if (version !== undefined) return { version, file: plainText(file, 80) };
      } catch (error) {
        log.info(`no version is read from ${plainText(file, 80)}: ${plainText(messageOf(error), 200)}`);
      }
    }
  }
  return undefined;
}

async function smallFile(file: string): Promise<string | undefined> {
  const facts = await lstat(file);
  if (!facts.isFile() || facts.size > sizeLimit) return undefined;
  const text = await readFile(file, 'utf8');
  return text.replace(/^\uFEFF/u, '');
}
