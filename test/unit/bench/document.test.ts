import assert from 'node:assert/strict';
import { performanceDocument, table } from '../../bench/document.ts';
import type { Figure } from '../../bench/figure.ts';

const fast: Figure = {
  what: 'fast',
  against: 'an empty one',
  unit: 'ms',
  samples: { ours: [12.344, 10, 15], reference: [2, 1, 3] },
  budget: { factor: 1, plus: 25 },
};
const slow: Figure = { ...fast, what: 'slow', budget: { factor: 1.05, plus: 5 } };
const told: Figure = {
  what: 'told',
  against: 'idle',
  unit: 'MB',
  samples: { ours: [1234.5], reference: [1300] },
};

describe('the document of the benchmark', () => {
  const document = (figures: Figure[]): string =>
    performanceDocument({ figures, methods: ['**How**'], machine: ['2 cores'], date: '2026-01-31', runs: 7 });

  it('has a row for each figure: medians with their spread, what is compared, the budget and whether it is held', () => {
    assert.deepEqual(table([fast, slow, told]).split('\n').slice(2), [
      '| fast | 12.3 ms (10.0–15.0) | an empty one: 2.00 ms (1.00–3.00) | +10.3 ms | × 6.17 | reference + 25.0 ms | held |',
      '| slow | 12.3 ms (10.0–15.0) | an empty one: 2.00 ms (1.00–3.00) | +10.3 ms | × 6.17 | 1.05 × reference + 5.00 ms | **missed** |',
      '| told | 1235 MB (1235–1235) | idle: 1300 MB (1300–1300) | −65.5 MB | × 0.95 |  |  |',
    ]);
  });

  it('gives a budget that does not go by the reference as it is', () => {
    assert.match(table([{ ...fast, budget: { factor: 0, plus: 50 } }]), / 50\.0 ms \| held \|$/u);
  });

  it('says first whether every budget is held, else which is not', () => {
    assert.match(document([fast, told]), /^Written .* 2026-01-31; .* Every budget is held\.$/mu);
    assert.match(document([fast, slow]), /^Written .* Missed: slow\.$/mu);
  });

  it('says how it was measured, where, how often, and how to repeat it', () => {
    const text = document([fast]);
    for (const part of ['- **How**', '- 2 cores', '7 times', 'npm run bench -- ']) assert.ok(text.includes(part), part);
  });
});
