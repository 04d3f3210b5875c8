import assert from 'node:assert/strict';
import { AFewAtATime } from '../../../src/editor/a-few-at-a-time.ts';

describe('a few things at a time', () => {
  it('are begun in their order, never more than that, and one that fails stops none', async () => {
    const few = new AFewAtATime(2);
    const begun: number[] = [];
    let running = 0;
    let highest = 0;
    const work = (one: number) => async (): Promise<number> => {
      begun.push(one);
      highest = Math.max(highest, ++running);
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      running--;
      if (one === 1) throw new Error('one');
      return one;
    };
    const done = await Promise.allSettled([0, 1, 2, 3, 4].map((one) => few.do(work(one))));
    assert.deepEqual(
      done.map((result) => (result.status === 'fulfilled' ? result.value : 'failed')),
      [0, 'failed', 2, 3, 4],
    );
    assert.deepEqual(begun, [0, 1, 2, 3, 4]);
    assert.equal(highest, 2);
  });
});
