import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WindowLock } from '../../../src/editor/window-lock.ts';
import { until } from '../../support/until.ts';
import { HeldClock } from '../registry/held-clock.ts';

describe('the lock between windows', () => {
  let root: string;
  let file: string;

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'docker-push-lock-'));
    file = path.join(root, 'storage', 'x.lock');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('lets one at a time work, and leaves nothing behind', async () => {
    let working = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++working);
      await new Promise(setImmediate);
      working--;
    };
    await Promise.all(Array.from({ length: 8 }, () => new WindowLock(file).hold(work)));
    assert.equal(most, 1);
    assert.deepEqual(await readdir(path.dirname(file)), []);
  });

  it('answers what the work answers, and is free after work that failed', async () => {
    const lock = new WindowLock(file);
    await assert.rejects(
      lock.hold(() => Promise.reject(new Error('disk full'))),
      /disk full/u,
    );
    assert.equal(await lock.hold(() => Promise.resolve(5)), 5);
  });

  it('of a window that has gone holds for ten seconds, however many wait, and one gets it at a time', async () => {
    const clock = new HeldClock();
    await new WindowLock(file).hold(() => Promise.resolve());
    await writeFile(file, 'of a window that has gone');
    const order: string[] = [];
    let working = 0;
    const work = (name: string) => async (): Promise<void> => {
      assert.equal(++working, 1);
      order.push(name);
      await new Promise(setImmediate);
      working--;
    };
    let ended = 0;
    const waiting = ['a', 'b', 'c'].map((name) =>
      new WindowLock(file, clock).hold(work(name)).then(() => {
        ended++;
      }),
    );
    await until('all wait', () => clock.sleepers === 3);
    clock.advance(9_999);
    await until('all wait again', () => clock.sleepers === 3);
    assert.deepEqual(order, []);
    clock.advance(1);
    await until('all have worked', () => {
      clock.advance(50);
      return ended === 3;
    });
    await Promise.all(waiting);
    assert.deepEqual(order.sort(), ['a', 'b', 'c']);
    assert.deepEqual(await readdir(path.dirname(file)), []);
  });

  it('is not taken away while it changes hands', async () => {
    const clock = new HeldClock();
    await new WindowLock(file).hold(() => Promise.resolve());
    await writeFile(file, 'first');
    let worked = false;
    const waiting = new WindowLock(file, clock).hold(() => {
      worked = true;
      return Promise.resolve();
    });
    await until('it waits', () => clock.sleepers === 1);
    for (const next of ['second', 'third']) {
      clock.advance(9_000);
      await writeFile(file, next);
      await until('it waits again', () => clock.sleepers === 1);
    }
    assert.equal(worked, false);
    await rm(file);
    clock.advance(50);
    await waiting;
  });

  it('that cannot be kept anywhere does not keep anybody from working', async () => {
    await writeFile(path.join(root, 'storage'), 'a file where the folder should be');
    assert.equal(await new WindowLock(file).hold(() => Promise.resolve('done')), 'done');
  });
});
