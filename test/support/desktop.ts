import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';

/**
 * Runs the tests of test/integration in the extension host of the desktop editor, which is fetched when it is not
 * there yet, with a profile and an extensions folder of their own. On Linux without a display: `xvfb-run`.
 */
const root = join(import.meta.dirname, '../..');
const own = await mkdtemp(join(tmpdir(), 'docker-push-desktop-'));
try {
  await runTests({
    version: process.env['VSCODE_VERSION'] ?? 'stable',
    extensionDevelopmentPath: root,
    extensionTestsPath: join(root, 'out/integration/index.cjs'),
    launchArgs: [
      await mkdtemp(join(own, 'folder-')),
      ...['--user-data-dir', join(own, 'data'), '--extensions-dir', join(own, 'extensions')],
      ...['--disable-workspace-trust', '--disable-telemetry', '--skip-welcome', '--skip-release-notes'],
    ],
  });
} finally {
  await rm(own, { recursive: true, force: true });
}
