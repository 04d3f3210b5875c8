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
    const all = ['a', 'b', 'c', 'd'].map((name) => queue.run([name], signal, work(name)));
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

  it('lets in only who has each of its places to itself', async () => {
    const queue = new PushQueue(() => 3);
    const all = [
      queue.run(['tag 1', 'image'], signal, work('first')),
      queue.run(['tag 2', 'image'], signal, work('second')),
      // Its places are free, and who came before wants one of them.
      queue.run(['tag 2', 'another'], signal, work('third')),
      queue.run(['tag 3', 'a third'], signal, work('fourth')),
    ];
    await setImmediate();
    assert.deepEqual(order, ['first', 'fourth']);
    await end('first');
    assert.deepEqual(order, ['first', 'fourth', 'second']);
    await end('second');
    assert.deepEqual(order, ['first', 'fourth', 'second', 'third']);
    await end('third');
    await end('fourth');
    await Promise.all(all);
  });

  it('keeps the places of one that is not ready yet, until it leaves', async () => {
    const queue = new PushQueue(() => 3);
    let isReady: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => (isReady = resolve));
    const never = new Promise<void>(() => undefined);
    const leaving = new AbortController();
    const all = [
      queue.run(['a'], signal, work('late'), { ready }),
      queue.run(['b'], leaving.signal, work('never'), { ready: never }),
      queue.run(['a'], signal, work('after late')),
      queue.run(['b'], signal, work('after never')),
      queue.run(['c'], signal, work('elsewhere')),
    ];
    const left = assert.rejects(all[1]!, CancelledError);
    await setImmediate();
    assert.deepEqual(order, ['elsewhere']);
    isReady();
    await setImmediate();
    assert.deepEqual(order, ['elsewhere', 'late']);
    leaving.abort();
    await left;
    await setImmediate();
    assert.deepEqual(order, ['elsewhere', 'late', 'after never']);
    for (const name of ['elsewhere', 'late', 'after late', 'after never']) await end(name);
    await Promise.allSettled(all);
    assert.deepEqual(order, ['elsewhere', 'late', 'after never', 'after late']);
  });

  it('tells who had to wait', async () => {
    const queue = new PushQueue(() => 2);
    const told: [string, boolean][] = [];
    const tells = (name: string) => (_: unknown, hasWaited: boolean) => {
      told.push([name, hasWaited]);
      return setImmediate();
    };
    await Promise.all([
      queue.run(['here'], signal, tells('first')),
      queue.run(['here'], signal, tells('second')),
      queue.run(['there'], signal, tells('elsewhere')),
      queue.run(['yonder'], signal, tells('third')),
    ]);
    assert.deepEqual(
      new Map(told),
      new Map([
        ['first', false],
        ['elsewhere', false],
        ['second', true],
        ['third', true],
      ]),
    );
  });

  it('counts for waiting that others were before it while it was not ready', async () => {
    const queue = new PushQueue(() => 2);
    const told: boolean[] = [];
    let isReady: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => (isReady = resolve));
    const first = queue.run(['here'], signal, work('first'));
    const tell = (_: unknown, hasWaited: boolean) => Promise.resolve(told.push(hasWaited));
    const second = queue.run(['here'], signal, tell, { ready });
    const elsewhere = queue.run(['there'], signal, tell, { ready });
    await setImmediate();
    await end('first');
    await first;
    isReady();
    await Promise.all([second, elsewhere]);
    assert.deepEqual(told, [true, false]);
  });

  it('lets nobody in where one is at work, and others pass', async () => {
    const queue = new PushQueue(() => 2);
    const first = queue.run(['here'], signal, work('first'));
    const second = queue.run(['here'], signal, work('second'));
    const elsewhere = queue.run(['there'], signal, work('elsewhere'));
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
    const asking = queue.run(['a'], signal, async (rest) => {
      const yes = await rest(() => question);
      return yes && work('a')();
    });
    const [here, b, c] = [
      queue.run(['a'], signal, work('here')),
      queue.run(['b'], signal, work('b')),
      queue.run(['c'], signal, work('c')),
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
    let answer: (yes: boolean) => void = () => undefined;
    const question = new Promise<boolean>((resolve) => (answer = resolve));
    const asking = queue.run(['a'], cancel.signal, (rest) => rest(() => question));
    const b = queue.run(['b'], signal, work('b'));
    await setImmediate();
    answer(true);
    await setImmediate();
    cancel.abort();
    await asking;
    await end('b');
    assert.equal(await b, 'b');
    const c = queue.run(['c'], signal, work('c'));
    await setImmediate();
    await end('c');
    assert.equal(await c, 'c');
  });

  it('lets one end after a no, whoever is at work meanwhile', async () => {
    const queue = new PushQueue(() => 1);
    let answer: (yes: boolean) => void = () => undefined;
    const question = new Promise<boolean>((resolve) => (answer = resolve));
    const asking = queue.run(['a'], signal, (rest) => rest(() => question));
    const b = queue.run(['b'], signal, work('b'));
    await setImmediate();
    answer(false);
    assert.equal(await asking, false);
    const c = queue.run(['c'], signal, work('c'));
    await setImmediate();
    assert.deepEqual(order, ['b']);
    await end('b');
    await end('c');
    assert.deepEqual(await Promise.all([b, c]), ['b', 'c']);
  });

  it('goes on after one that failed', async () => {
    const queue = new PushQueue(() => 1);
    const failing = queue.run(['a'], signal, () => Promise.reject(new Error('no')));
    const next = queue.run(['b'], signal, work('b'));
    await assert.rejects(failing, /no/u);
    await setImmediate();
    await end('b');
    assert.equal(await next, 'b');
  });

  it('lets one that waits leave, and does not do its work', async () => {
    const queue = new PushQueue(() => 1);
    const leaving = new AbortController();
    const first = queue.run(['a'], signal, work('a'));
    const second = queue.run(['b'], leaving.signal, work('b'));
    const third = queue.run(['c'], signal, work('c'));
    await setImmediate();
    leaving.abort();
    await assert.rejects(second, CancelledError);
    await end('a');
    await end('c');
    await Promise.all([first, third]);
    assert.deepEqual(order, ['a', 'c']);
    await assert.rejects(queue.run(['d'], leaving.signal, work('d')), CancelledError);
  });

  it('asks each time how many there may be', async () => {
    let limit = 1;
    const queue = new PushQueue(() => limit);
    const all = ['a', 'b', 'c'].map((name) => queue.run([name], signal, work(name)));
    await setImmediate();
    limit = 2;
    await end('a');
    assert.deepEqual(order, ['a', 'b', 'c']);
    await end('b');
    await end('c');
    await Promise.all(all);
  });

  describe('where something outside holds one up', () => {
    /** A gate that is shut until it is opened. */
    const shut = () => {
      let isOpen = false;
      let open = (): void => undefined;
      const opened = new Promise<void>((resolve) => (open = resolve));
      return {
        enter: () => Promise.resolve(isOpen),
        opened: (signal: AbortSignal) =>
          Promise.race([
            opened,
            new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new CancelledError()))),
          ]),
        open: async () => {
          isOpen = true;
          open();
          await setImmediate();
        },
      };
    };

    it('lets others go on meanwhile, but not what came later for its place', async () => {
      const queue = new PushQueue(() => 1);
      const gate = shut();
      const all = [
        queue.run(['here'], signal, work('a'), { gate }),
        queue.run(['here'], signal, work('b')),
        queue.run(['there'], signal, work('c')),
        queue.run(['elsewhere'], signal, work('d')),
      ];
      await setImmediate();
      assert.deepEqual(order, ['c']);
      await gate.open();
      assert.deepEqual(order, ['c']);
      await end('c');
      assert.deepEqual(order, ['c', 'a']);
      await end('a');
      await end('b');
      await end('d');
      await Promise.all(all);
      assert.deepEqual(order, ['c', 'a', 'b', 'd']);
    });

    it('lets it leave, and who came later have its place', async () => {
      const queue = new PushQueue(() => 1);
      const leaving = new AbortController();
      const first = queue.run(['here'], leaving.signal, work('a'), { gate: shut() });
      const second = queue.run(['here'], signal, work('b'));
      await setImmediate();
      assert.deepEqual(order, []);
      leaving.abort();
      await assert.rejects(first, CancelledError);
      await setImmediate();
      await end('b');
      assert.equal(await second, 'b');
    });

    it('does nothing of one that left just as its gate opened', async () => {
      const queue = new PushQueue(() => 1);
      const leaving = new AbortController();
      const enter = (): Promise<boolean> => {
        leaving.abort();
        return Promise.resolve(true);
      };
      await assert.rejects(
        queue.run(['here'], leaving.signal, work('a'), { gate: { ...shut(), enter } }),
        CancelledError,
      );
      assert.deepEqual(order, []);
      const next = queue.run(['here'], signal, work('b'));
      await setImmediate();
      await end('b');
      await next;
    });
  });
});
