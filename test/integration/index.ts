import { readdir } from 'node:fs/promises';
import path from 'node:path';
import Mocha from 'mocha';
import { LineReporter } from '../support/line-reporter.ts';

/**
 * What the editor calls in its extension host: runs the bundled test files beside this file, `*.test.cjs`. It is
 * rejected when a test has failed or there is none, which gives the run its exit code.
 *
 * `TESTS_GREP` in the environment chooses tests by name, as Mocha's `--grep` does.
 */
export async function run(): Promise<void> {
  const grep = process.env['TESTS_GREP'];
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: LineReporter, ...(grep ? { grep } : {}) });
  const files = await readdir(__dirname, { recursive: true });
  for (const file of files.filter((name) => name.endsWith('.test.cjs')).sort())
    mocha.addFile(path.join(__dirname, file));
  const failures = await new Promise<number>((resolve, reject) => {
    const runner = mocha.run(resolve);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      if (runner.total === 0) reject(new Error('There is no test to run.'));
    });
  });
  if (failures > 0) throw new Error(`${failures} failed`);
}
