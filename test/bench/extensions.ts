import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { unpackVsix } from '../support/vsix.ts';

/** An extension to compare with: it is started as ours is, and does nothing. */
export function writeEmptyExtension(into: string, name: string, activationEvents: string[]): Promise<string> {
  return writeExtension(into, { name, activationEvents }, 'exports.activate = () => undefined;');
}

/**
 * Writes an extension of one file.
 *
 * @param manifest what its package.json says beside the fields that every one has
 * @returns its folder, whose name is as the editor wants it
 */
export async function writeExtension(
  into: string,
  manifest: { readonly name: string } & Record<string, unknown>,
  source: string,
): Promise<string> {
  const folder = path.join(into, `${publisher}.${manifest.name}-1.0.0`);
  await mkdir(folder, { recursive: true });
  const common = { publisher, version: '1.0.0', engines: { vscode: '^1.100.0' }, main: './extension.js' };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ ...common, ...manifest }, undefined, 2));
  await writeFile(path.join(folder, 'extension.js'), source);
  return folder;
}

export const publisher = 'docker-push-bench';

/** Unpacks ours with its manifest changed: it is not started by the editor, but when it is told to. */
export async function unpackUnstarted(vsix: string, into: string): Promise<string> {
  const folder = await unpackVsix(vsix, into);
  const file = path.join(folder, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  await writeFile(file, JSON.stringify({ ...manifest, activationEvents: [never] }, undefined, 2));
  return folder;
}

/** An activation event that does not come. */
export const never = 'onCommand:dockerPushBench.never';
