import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { findProgram } from '../../src/credentials/index.ts';
import {
  type FindProgram,
  findScanner,
  type FoundScanner,
  pluginFolders,
  scanners,
} from '../../src/inspection/index.ts';

/** The scanners that this machine has. */
export async function installedScanners(): Promise<(FoundScanner & { kind: 'found' })[]> {
  const { platform, env } = process;
  const find: FindProgram = (program, folders) =>
    findProgram(program, { platform, env, workspaceFolders: [], ...(folders && { folders }) });
  const readText = (file: string): Promise<string> => readFile(file, 'utf8');
  const plugins = (): Promise<string[]> => pluginFolders({ platform, env, home: os.homedir(), readFile: readText });
  const found = await Promise.all(scanners.map(({ id }) => findScanner(id, find, plugins)));
  return found.filter((one) => one.kind === 'found');
}
