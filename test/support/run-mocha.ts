import { glob } from 'node:fs/promises';
import path from 'node:path';
import Mocha from 'mocha';
import { stopEverything } from './cleanup.ts';
import { failureReport } from './failure-report.ts';
import { LineReporter } from './line-reporter.ts';
import { reportLine } from './report.ts';

/**
 * Runs the test files under the folders that are named, in this process, and reports as lines. `TESTS_GREP` in the
 * environment chooses tests by name, as Mocha's `--grep` does. Its exit code is 1 when a test failed or none ran.
 */
const { TESTS_GREP: grep } = process.env;
const [timeout = '10000', ...folders] = process.argv.slice(2);
const mocha = new Mocha({ ui: 'bdd', timeout: Number(timeout), reporter: LineReporter, ...(grep ? { grep } : {}) });
const files: string[] = [];
for await (const file of glob(folders.map((folder) => `${folder}/**/*.test.ts`))) files.push(path.resolve(file));
for (const file of files.sort()) mocha.addFile(file);
await mocha.loadFilesAsync();
const tellFailure = async (): Promise<void> => {
  const report = await failureReport();
  if (report !== '') console.log('%s', reportLine(report.replaceAll(/^/gm, '    ')));
};
let telling = Promise.resolve();
mocha.rootHooks({ afterEach: () => telling });
const failures = await new Promise<number>((resolve) => {
  const runner = mocha.run(resolve);
  // The hooks of the test that follow do not wait, and may put things away; what is asked first is answered first.
  runner.on(Mocha.Runner.constants.EVENT_TEST_FAIL, () => {
    telling = tellFailure();
  });
  runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
    if (runner.total === 0) resolve(1);
  });
});
await stopEverything();
process.exitCode = failures > 0 ? 1 : 0;
// Not `process.exit` at once: what a test left open is a fault of its own, and is named.
setTimeout(() => {
  console.log(reportLine(`✖ A test left something open: ${process.getActiveResourcesInfo().join(', ')}`));
  process.exit(1);
}, 15_000).unref();
