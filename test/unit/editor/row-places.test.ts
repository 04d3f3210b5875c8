import assert from 'node:assert/strict';
import { RowPlaces } from '../../../src/editor/flow/row-places.ts';
import { heldClock } from '../push/parts.ts';

describe('the row that a person saw, where rows are replaced', () => {
  const all = ['test-eu', 'test-us', 'prod-us'];
  const us = ['test-us', 'prod-us'];
  const isSame = (one: string, other: string): boolean => one === other;

  it('is the one that was told where none were replaced, or long ago', () => {
    const clock = heldClock();
    const rows = new RowPlaces(isSame, clock);
    assert.equal(rows.seen('prod-us', us, 'test-us'), 'prod-us');
    rows.replaced(all);
    clock.at += 1_000;
    assert.equal(rows.seen('prod-us', us, 'test-us'), 'prod-us');
  });

  it('is the one that was meant where the editor tells the place that it had before', () => {
    const rows = new RowPlaces(isSame, heldClock());
    rows.replaced(all);
    // The editor highlights test-us, the second of all; by now prod-us is the second.
    assert.equal(rows.seen('prod-us', us, 'test-us'), 'test-us');
  });

  it('is not sure where another than the one that was meant may have been seen', () => {
    const rows = new RowPlaces(isSame, heldClock());
    rows.replaced(all);
    assert.equal(rows.seen('test-us', us, 'test-us'), undefined);
    assert.equal(rows.seen('prod-us', us, 'prod-us'), undefined);
  });

  it('is the one that was told where the one before was hidden by what is typed', () => {
    const rows = new RowPlaces(isSame, heldClock());
    rows.replaced(all);
    const isShown = (row: string): boolean => row.includes('us');
    assert.equal(rows.seen('test-us', us, 'test-us', isShown), 'test-us');
    assert.equal(rows.seen('prod-us', us, 'test-us', isShown), 'test-us');
  });

  it('is the one that was told where that stayed in its place', () => {
    const rows = new RowPlaces(isSame, heldClock());
    rows.replaced(all);
    assert.equal(rows.seen('test-eu', ['test-eu', 'prod-us'], 'test-eu'), 'test-eu');
  });
});
