import assert from 'node:assert/strict';
import { DisposableStore } from '../../../src/base/index.ts';

describe('DisposableStore', () => {
  it('releases in reverse order, once', () => {
    const released: number[] = [];
    const store = new DisposableStore();
    for (const number of [1, 2, 3]) store.add({ dispose: () => released.push(number) });
    store.dispose();
    store.dispose();
    assert.deepEqual(released, [3, 2, 1]);
  });

  it('gives back what is added', () => {
    const item = { dispose: () => undefined, name: 'x' };
    assert.equal(new DisposableStore().add(item), item);
  });

  it('releases at once what is added too late, and not again', () => {
    let released = 0;
    const store = new DisposableStore();
    store.dispose();
    store.add({ dispose: () => (released += 1) });
    assert.equal(released, 1);
    store.dispose();
    assert.equal(released, 1);
  });

  it('releases at once what is added while it releases', () => {
    const released: string[] = [];
    const store = new DisposableStore();
    store.add({
      dispose: () => {
        store.add({ dispose: () => released.push('inner') });
        released.push('outer');
      },
    });
    store.dispose();
    assert.deepEqual(released, ['inner', 'outer']);
  });
});
