import assert from 'node:assert/strict';
import { CommonProgress } from '../../../src/editor/common-progress.ts';
import type { PushProgress, PushResult } from '../../../src/push/index.ts';

const sending = (percent: number, sent: number, total?: number): PushProgress => ({
  ...{ phase: 'sending', percent, layers: { total: 4, done: 1, reused: 1 } },
  bytes: { sent, ...(total !== undefined && { total }) },
});
const failed: PushResult = {
  ...{ id: 'p-1', target: 'registry.example/api:1', durationMs: 1, warnings: [] },
  ...{ outcome: 'failed', error: { code: 'denied', message: 'no', side: 'registry' } },
};

describe('the progress of several targets', () => {
  const shown = (count: number): { progress: CommonProgress; reports: PushProgress[] } => {
    const reports: PushProgress[] = [];
    return { progress: new CommonProgress(count, (now) => reports.push(now)), reports };
  };

  it('is that of the one where there is one', () => {
    const { progress, reports } = shown(1);
    progress.report(0, sending(40, 4, 10));
    progress.end(0, failed);
    assert.deepEqual(reports, [sending(40, 4, 10)]);
  });

  it('is their mean, with their layers and bytes together', () => {
    const { progress, reports } = shown(2);
    progress.report(0, sending(40, 4, 10));
    progress.report(1, sending(20, 2, 10));
    assert.deepEqual(reports.at(-1), {
      ...{ phase: 'sending', percent: 30, layers: { total: 8, done: 2, reused: 2 } },
      bytes: { sent: 6, total: 20 },
    });
  });

  it('names no whole as long as one waits its turn', () => {
    const { progress, reports } = shown(3);
    progress.report(0, sending(60, 6, 10));
    assert.deepEqual(reports.at(-1)?.bytes, { sent: 6 });
    assert.equal(reports.at(-1)?.percent, 20);
  });

  it('never goes back, and ends below a hundred', () => {
    const { progress, reports } = shown(2);
    progress.report(0, sending(80, 8, 10));
    progress.report(0, sending(10, 1, 10));
    progress.end(0, failed);
    progress.end(1, failed);
    const percents = reports.map(({ percent = 0 }) => percent);
    assert.deepEqual(
      percents,
      percents.toSorted((a, b) => a - b),
    );
    assert.equal(percents.at(-1), 99);
  });
});
