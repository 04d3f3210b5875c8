import assert from 'node:assert/strict';
import { type Figure, holds, median, summary } from '../../bench/figure.ts';

const figure = (ours: number[], reference: number[], factor = 1, plus = 0): Figure => ({
  what: 'a thing',
  against: 'another',
  unit: 'ms',
  samples: { ours, reference },
  budget: { factor, plus },
});

describe('a figure of the benchmark', () => {
  it('has the middle value as its median, by size and not by text', () => {
    assert.equal(median([100, 9, 20]), 20);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.throws(() => median([]), /median of nothing/u);
  });

  it('is compared run by run, so that a slow moment of the machine falls on both sides', () => {
    const { ours, reference, difference, ratio } = summary(figure([10, 110, 20], [5, 100, 16]));
    assert.deepEqual([ours, reference, difference], [20, 16, 5]);
    assert.equal(ratio, 1.25);
  });

  it('has no ratio to nothing', () => {
    assert.equal(summary(figure([1, 2], [0, 1])).ratio, undefined);
  });

  it('holds its budget up to the last bit of it', () => {
    assert.equal(holds(figure([155], [100], 1.05, 50)), true);
    assert.equal(holds(figure([155.5], [100], 1.05, 50)), false);
    assert.equal(summary(figure([150], [100], 1.05, 50)).room, 5);
  });

  it('holds without a budget', () => {
    const { what, against, unit, samples } = figure([1_000], [1]);
    assert.equal(holds({ what, against, unit, samples }), true);
  });

  it('is none where a run has no counterpart', () => {
    assert.throws(() => summary(figure([1, 2], [1])), /a thing: a run of ours has no reference/u);
  });
});
