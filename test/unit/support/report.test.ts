import assert from 'node:assert/strict';
import { countsIn, countsLine, reportIn, reportLine, sum } from '../../support/report.ts';

describe('the report of a test run in an editor', () => {
  const counts = { passed: 3, failed: 1, skipped: 2 };
  const none = { passed: 0, failed: 0, skipped: 0 };

  it('is told from everything else that is written there', () => {
    const output = ['the editor says', reportLine('✔ one\n  at two'), 'something', reportLine(''), countsLine(counts)];
    assert.deepEqual(reportIn(output.join('\n')), ['✔ one', '  at two', '']);
  });

  it('holds the counts, which are added up', () => {
    const output = ['noise', countsLine(counts), 'noise', countsLine({ ...none, passed: 1 }), ''].join('\n');
    assert.deepEqual(countsIn(output), { passed: 4, failed: 1, skipped: 2 });
    assert.deepEqual(sum([counts, counts]), { passed: 6, failed: 2, skipped: 4 });
  });

  it('has no counts when the run did not come to its end, which is not the same as no tests', () => {
    assert.equal(countsIn(reportLine('✔ one')), undefined);
    assert.deepEqual(countsIn(countsLine(none)), none);
  });
});
