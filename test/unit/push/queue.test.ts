import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { CancelledError } from '../../../src/base/index.ts';
import { PushQueue } from '../../../src/push/index.ts';

describe('the queue of pushes', () => {
  const { signal } = new AbortController();
  let order: string[];
  let ends: Map<string, () => void>;
  beforeEach(() => {
    order = [];
    ends = new Map();
  });

  const work = (name: string) => () =>
    new Promise<string>((resolve) => {
      order.push(name);
      ends.set(name, () => resolve(name));
    });
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await setImmediate();
  };

  it('lets so many at a time go on, in the order in which they came', async () => {
    const queue = new PushQueue(() => 2);
    const all = ['a', 'b', 'c', 'd'].map((name) => queue.run(name, signal, work(name)));
    await setImmediate();
    assert.deepEqual(order, ['a', 'b']);
    await end('b');
    assert.deepEqual(order, ['a', 'b', 'c']);
    await end('a');
    assert.deepEqual(order, ['a', 'b', 'c', 'd']);
    await end('c');
    await end('d');
    assert.deepEqual(await Promise.all(all), ['a', 'b', 'c', 'd']);
  });

  it('lets nobody in where one is at work, and others pass', async () => {
    const queue = new PushQueue(() => 2);
    const first = queue.run('here', signal, work('first'));
    const second = queue.run('here', signal, work('second'));
    const elsewhere = queue.run('there', signal, work('elsewhere'));
    await setImmediate();
    assert.deepEqual(order, ['first', 'elsewhere']);
    await end('first');
    assert.deepEqual(order, ['first', 'elsewhere', 'second']);
    await end('second');
    await end('elsewhere');
    await Promise.all([first, second, elsewhere]);
  });

  it('lets another go on while one waits for a person, and that one before those that came later', async () => {
    const queue = new PushQueue(() => 1);
    let answer: (yes: boolean) => void = () => undefined;
    const question = new Promise<boolean>((resolve) => (answer = resolve));
    const asking = queue.run('a', signal, async (rest) => {
      const yes = await rest(() => question);
      return yes && work('a')();
    });
    const [here, b, c] = [
      queue.run('a', signal, work('here')),
      queue.run('b', signal, work('b')),
      queue.run('c', signal, work('c')),
    ];
    await setImmediate();
    assert.deepEqual(order, ['b']);
    answer(true);
    await setImmediate();
    assert.deepEqual(order, ['b']);
    await end('b');
    assert.deepEqual(order, ['b', 'a']);
    await end('a');
    assert.deepEqual(order, ['b', 'a', 'here']);
    await end('here');
    await end('c');
    assert.deepEqual(await Promise.all([asking, here, b, c]), ['a', 'here', 'b', 'c']);
  });

  it('holds nobody who is cancelled while another has the place', async () => {
    const queue = new PushQueue(() => 1);
    const cancel = new AbortController();
    let answer: () => void = () => undefined;
    const question = new Promise<void>((resolve) => (answer = resolve));
    const asking = queue.run('a', cancel.signal, (rest) => rest(() => question));
    const b = queue.run('b', signal, work('b'));
    await setImmediate();
    answer();
    await setImmediate();
    cancel.abort();
    await asking;
    await end('b');
    assert.equal(await b, 'b');
    const c = queue.run('c', signal, work('c'));
    await setImmediate();
    await end('c');
    assert.equal(await c, 'c');
  });

  it('goes on after one that failed', async () => {
    const queue = new PushQueue(() => 1);
    const failing = queue.run('a', signal, () => Promise.reject(new Error('no')));
    const next = queue.run('b', signal, work('b'));
    await assert.rejects(failing, /no/u);
    await setImmediate();
    await end('b');
    assert.equal(await next, 'b');
  });

  it('lets one that waits leave, and does not do its work', async () => {
    const queue = new PushQueue(() => 1);
    const leaving = new AbortController();
    const first = queue.run('a', signal, work('a'));
    const second = queue.run('b', leaving.signal, work('b'));
    const third = queue.run('c', signal, work('c'));
    await setImmediate();
    leaving.abort();
    await assert.rejects(second, CancelledError);
    await end('a');
    await end('c');
    await Promise.all([first, third]);
    assert.deepEqual(order, ['a', 'c']);
    await assert.rejects(queue.run('d', leaving.signal, work('d')), CancelledError);
  });

  it('asks each time how many there may be', async () => {
    let limit = 1;
    const queue = new PushQueue(() => limit);
    const all = ['a', 'b', 'c'].map((name) => queue.run(name, signal, work(name)));
    await setImmediate();
    limit = 2;
    await end('a');
    assert.deepEqual(order, ['a', 'b', 'c']);
    await end('b');
    await end('c');
    await Promise.all(all);
  });
});
