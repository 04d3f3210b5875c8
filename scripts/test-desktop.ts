import { bundleIntegrationTests, packageExtension } from './package-extension.ts';

/** `npm run test:desktop`: the tests of the extension host, in the desktop VS Code that @vscode/test-electron fetches. */
await packageExtension();
await bundleIntegrationTests();
await import('../test/support/desktop.ts');
