import assert from 'node:assert/strict';
import { PagedList } from '../../../src/editor/views/paged-list.ts';
import type { Page } from '../../../src/registry/index.ts';

/** A registry's list, by where each page begins. */
function listOf(pages: Readonly<Record<string, Page<number> | Error>>, size = 2) {
  const asked: string[] = [];
  const list = new PagedList<number>((after = '') => {
    asked.push(after);
    const page = pages[after];
    return page instanceof Error || page === undefined
      ? Promise.reject(page ?? new Error(after))
      : Promise.resolve(page);
  }, size);
  return { list, asked };
}

describe('a list that is loaded page by page', () => {
  it('asks for the first page when it is wanted, once, and for the next when more is', async () => {
    const { list, asked } = listOf({ '': { items: [1, 2], next: 'b' }, b: { items: [3] } });
    assert.deepEqual(asked, []);
    const [first, same] = await Promise.all([list.state(), list.state()]);
    assert.deepEqual(first, { kind: 'partial', items: [1, 2], held: 2, complete: false });
    assert.equal(first, same);
    assert.deepEqual(await list.more(), { kind: 'whole', items: [1, 2, 3] });
    assert.deepEqual(await list.more(), { kind: 'whole', items: [1, 2, 3] });
    assert.deepEqual(asked, ['', 'b']);
  });

  it('shows in parts what a registry sends at once', async () => {
    const { list, asked } = listOf({ '': { items: [1, 2, 3, 4, 5] } });
    assert.deepEqual(await list.state(), { kind: 'partial', items: [1, 2], held: 5, complete: true });
    assert.deepEqual(await list.more(), { kind: 'partial', items: [1, 2, 3, 4], held: 5, complete: true });
    assert.deepEqual(await list.more(), { kind: 'whole', items: [1, 2, 3, 4, 5] });
    assert.deepEqual(asked, ['']);
  });

  it('keeps what had come when a page fails, and tries that page again', async () => {
    const pages: Record<string, Page<number> | Error> = {
      '': { items: [1, 2], next: 'b' },
      b: new Error('it is down'),
    };
    const { list, asked } = listOf(pages);
    await list.state();
    const failed = await list.more();
    assert.ok(failed.kind === 'failed');
    assert.deepEqual([failed.items, (failed.error as Error).message], [[1, 2], 'it is down']);
    assert.equal((await list.state()).kind, 'failed');
    pages.b = { items: [3] };
    assert.deepEqual(await list.more(), { kind: 'whole', items: [1, 2, 3] });
    assert.deepEqual(asked, ['', 'b', 'b']);
  });

  it('is whole when it is empty', async () => {
    assert.deepEqual(await listOf({ '': { items: [] } }).list.state(), { kind: 'whole', items: [] });
  });
});
