import assert from 'node:assert/strict';
import { newestFirst } from '../../../src/editor/views/newest-first.ts';

const names = async (...tags: string[]): Promise<string[]> =>
  (await newestFirst(tags.map((name) => ({ name })))).map(({ name }) => name);

describe('tags that come at once', () => {
  it('are shown by their numbers, the highest first', async () => {
    assert.deepEqual(await names('1.9', '1.10', '1.2', 'latest', '2', '1.010'), [
      'latest',
      '2',
      '1.10',
      '1.010',
      '1.9',
      '1.2',
    ]);
    assert.deepEqual(await names('v2', 'V10', 'v1'), ['V10', 'v2', 'v1']);
    assert.deepEqual(await names('20261125', '9', '202611251200000000000'), ['202611251200000000000', '20261125', '9']);
  });

  it('are shown by their age where both tell it', async () => {
    const pushed = (name: string, day: number) => ({ name, pushedAt: new Date(2026, 0, day) });
    const sorted = await newestFirst([pushed('9', 1), pushed('1', 3), pushed('5', 2)]);
    assert.deepEqual(
      sorted.map(({ name }) => name),
      ['1', '5', '9'],
    );
  });

  it('leave the editor its turns, however many they are', async () => {
    const count = 30_000;
    const tags = Array.from({ length: count }, (_, index) => `1.${(index * 7_919) % count}`);
    let turns = 0;
    let sorting = true;
    const turn = (): void => {
      turns += 1;
      if (sorting) setImmediate(turn);
    };
    setImmediate(turn);
    const sorted = await names(...tags);
    sorting = false;
    assert.deepEqual(
      sorted,
      Array.from({ length: count }, (_, index) => `1.${count - 1 - index}`),
    );
    assert.ok(turns >= 20, String(turns));
  });
});
