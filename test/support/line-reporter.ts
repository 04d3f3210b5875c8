import Mocha from 'mocha';
import { countsLine, reportLine } from './report.ts';

/** In what a console writes, % is a directive. */
function say(text: string): void {
  console.log('%s', text);
}

/** Writes each test as a marked line when it has ended, and the counts at the end. */
export class LineReporter extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING, EVENT_RUN_END } = Mocha.Runner.constants;
    const counts = { passed: 0, failed: 0, skipped: 0 };
    runner.on(EVENT_TEST_PASS, (test) => {
      counts.passed++;
      say(reportLine(`✔ ${test.fullTitle()}`));
    });
    runner.on(EVENT_TEST_PENDING, (test) => {
      counts.skipped++;
      say(reportLine(`- ${test.fullTitle()}`));
    });
    // A failed hook counts too: the tests that it would have served do not run.
    runner.on(EVENT_TEST_FAIL, (test, error: unknown) => {
      counts.failed++;
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      say(reportLine(`✖ ${test.fullTitle()}\n${reason.replaceAll(/^/gm, '    ')}`));
    });
    runner.once(EVENT_RUN_END, () => say(countsLine(counts)));
  }
}
