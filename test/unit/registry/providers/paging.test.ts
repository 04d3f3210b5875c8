import assert from 'node:assert/strict';
import { eachPlace, isWithin, nextParameter, skipEmpty } from '../../../../src/registry/providers/paging.ts';

describe('Paging', () => {
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

  it('reads the parameter of the address that is called next', () => {
    const last = (link?: string) => nextParameter(link === undefined ? {} : { link }, 'last');
    assert.equal(last('</v2/_catalog?last=a%2Fb&n=2>; rel="next"'), 'a/b');
    assert.equal(last('</v2/x?last=1>; rel="prev", </v2/x?last=2>; title="x"; rel=next'), '2');
    assert.equal(last('</v2/x?last=1>; rel="prev"'), undefined);
    assert.equal(last('</v2/x?n=1>; rel="next"'), undefined);
    assert.equal(last('<http://[>; rel="next"'), undefined);
    assert.equal(last(), undefined);
  });

  it('takes a namespace at the borders of its parts', () => {
    assert.equal(isWithin('team/api', 'team'), true);
    assert.equal(isWithin('team', 'team'), true);
    assert.equal(isWithin('teams/api', 'team'), false);
    assert.equal(isWithin('teams/api', undefined), true);
  });
});
