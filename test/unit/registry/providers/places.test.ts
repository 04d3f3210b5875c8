import assert from 'node:assert/strict';
import { eachPlace, isWithin, skipEmpty } from '../../../../src/registry/providers/places.ts';

describe('What lies in several places', () => {
  it('passes over pages without items, but not for ever', async () => {
    const asked: (string | undefined)[] = [];
    const page = await skipEmpty('start', (after) => {
      asked.push(after);
      return Promise.resolve({ items: [], next: String(asked.length) });
    });
    assert.deepEqual(page, { items: [], next: '11' });
    assert.deepEqual(asked.slice(0, 3), ['start', '1', '2']);
  });

  it('goes on behind a place that has gone, and begins anew with a cursor that is none', async () => {
    const visit = async (after: string | undefined, ...places: string[]) => {
      const { items, next } = await eachPlace(
        after,
        () => Promise.resolve(places),
        (place, at) => Promise.resolve({ items: [`${place}:${at ?? ''}`] }),
      );
      return [...items, next];
    };
    assert.deepEqual(await visit(undefined, 'b', 'a', 'c'), ['a:', '["b",null]']);
    assert.deepEqual(await visit('["b","x"]', 'b', 'a', 'c'), ['b:x', '["c",null]']);
    assert.deepEqual(await visit('["b","x"]', 'a', 'c'), ['c:', undefined]);
    assert.deepEqual(await visit('["b","x"]', 'a'), [undefined]);
    assert.deepEqual(await visit('nonsense', 'a'), ['a:', undefined]);
  });

  it('takes a namespace at the borders of its parts', () => {
    assert.equal(isWithin('team/api', 'team'), true);
    assert.equal(isWithin('team', 'team'), true);
    assert.equal(isWithin('teams/api', 'team'), false);
    assert.equal(isWithin('teams/api', undefined), true);
  });
});
