import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { createVSIX } from '@vscode/vsce';

const root = path.resolve(import.meta.dirname, '..');

/** Builds the bundles as they ship and packs them; answers the path of the `.vsix`. */
export async function packageExtension(): Promise<string> {
  const { name, version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  const packagePath = path.join(root, `${name}-${version}.vsix`);
  // Everything is bundled, so the packages themselves stay outside. It runs `vscode:prepublish` first.
  await createVSIX({
    cwd: root,
    packagePath,
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  return packagePath;
}

/** Bundles the tests for the extension host, `out/integration`. */
export async function bundleIntegrationTests(): Promise<void> {
  await promisify(execFile)(process.execPath, ['esbuild.mjs', '--tests'], { cwd: root });
}
