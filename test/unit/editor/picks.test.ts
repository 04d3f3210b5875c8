import assert from 'node:assert/strict';
import { Picks } from '../../../src/editor/flow/picks.ts';

const all = ['a', 'b', 'c'];
const picked = (picks: Picks): string[] => all.filter((row) => picks.has(row));
const given = (picks: Picks): string[] => [...picks.give()];

describe('the picks in a list whose rows are replaced', () => {
  it('follow what a person picks and unpicks', () => {
    const picks = new Picks(['a']);
    picks.hear(given(picks));
    picks.hear(['a', 'b']);
    assert.deepEqual(picked(picks), ['a', 'b']);
    picks.hear(['b']);
    assert.deepEqual(picked(picks), ['b']);
    picks.hear([]);
    assert.deepEqual(picked(picks), []);
    picks.hear(all);
    assert.deepEqual(picked(picks), all);
  });

  it('are not lost by what the editor tells of rows from before', () => {
    const picks = new Picks(['a']);
    const first = given(picks);
    picks.add('b');
    const second = given(picks);
    for (const told of [[], first, [], second]) {
      picks.hear(told);
      assert.deepEqual(picked(picks), ['a', 'b']);
    }
  });

  it('have what a person picked before the next rows came, which is then given anew', () => {
    const picks = new Picks(['a']);
    picks.hear(given(picks));
    const next = given(picks);
    assert.equal(picks.hear(['a', 'b']), true);
    assert.deepEqual(picked(picks), ['a', 'b']);
    const last = given(picks);
    // The rows that were on the way come without it, then those with it.
    picks.hear(next);
    picks.hear(last);
    assert.deepEqual(picked(picks), ['a', 'b']);
    assert.equal(picks.hear(['b']), false);
    assert.deepEqual(picked(picks), ['b']);
  });

  it('are what is seen where the same rows were given twice and a person picked between them', () => {
    const picks = new Picks(['a']);
    const first = given(picks);
    const second = given(picks);
    picks.hear(first);
    picks.hear(['a', 'b']);
    picks.hear(second);
    assert.deepEqual(picked(picks), ['a']);
  });

  it('may be none: the editor does not tell of that', () => {
    const picks = new Picks(['a']);
    picks.hear(given(picks));
    picks.hear([]);
    assert.deepEqual(given(picks), []);
    assert.equal(picks.hear(['a']), false);
    assert.deepEqual(picked(picks), ['a']);
    picks.hear([]);
    assert.deepEqual(picked(picks), []);
  });
});
