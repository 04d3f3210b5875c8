import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CancelledError } from '../../../src/base/index.ts';
import { PushHistory, type PushRecord, TargetTurn } from '../../../src/push/index.ts';
import { collectingLog, record } from './parts.ts';

describe('the turn of a push among windows', () => {
  const { signal } = new AbortController();
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'docker-push-turn-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = () => new PushHistory(folder, collectingLog());
  /** A push of a window of its own, whose record is there. */
  const turnOf = (own: PushRecord, gone: ReadonlySet<string> = new Set()) => {
    const history = open();
    let waited = 0;
    const turn = new TargetTurn(own, {
      history,
      isOthers: ({ id }) => Promise.resolve(id !== own.id && !gone.has(id)),
      mark: (phase) => history.write({ ...own, phase }),
      onWait: () => (waited += 1),
    });
    return { turn, waited: () => waited };
  };
  const waiting = (id: string, at: number): PushRecord => ({ ...record(id, at, false), phase: 'waits' });
  const phaseOf = async (id: string) => (await open().all()).find((one) => one.id === id)?.phase;

  it('has come where nobody else pushes there, and is marked', async () => {
    await open().write(record('p-ended', 1_000));
    await open().write({ ...waiting('p-elsewhere', 1_000), target: 'registry.example/team/web:1.0' });
    const own = waiting('p-own', 2_000);
    await open().write(own);
    assert.equal(await turnOf(own).turn.enter(), true);
    assert.equal(await phaseOf('p-own'), 'runs');
  });

  it('comes after those that were asked for before, by time and then by id', async () => {
    const own = waiting('p-m', 2_000);
    for (const [other, comes] of [
      [waiting('p-z', 1_999), false],
      [waiting('p-a', 2_000), false],
      [waiting('p-z', 2_000), true],
      [waiting('p-a', 2_001), true],
    ] as const) {
      await open().write(own);
      await open().write(other);
      assert.equal(await turnOf(own).turn.enter(), comes, `${other.at} ${other.id}`);
      assert.equal(await phaseOf('p-m'), comes ? 'runs' : 'waits');
      await rm(folder, { recursive: true });
    }
  });

  it('does not come while a later one is at work, or one of an earlier version', async () => {
    for (const other of [{ ...waiting('p-z', 9_000), phase: 'runs' } as const, record('p-z', 9_000, false)]) {
      await open().write(other);
      assert.equal(await turnOf(waiting('p-own', 2_000)).turn.enter(), false);
    }
  });

  it('comes where the window of the other is gone', async () => {
    await open().write({ ...waiting('p-z', 1_000), phase: 'runs' });
    assert.equal(await turnOf(waiting('p-own', 2_000), new Set(['p-z'])).turn.enter(), true);
  });

  it('comes when the other has ended, which is told once', async () => {
    await open().write({ ...waiting('p-z', 1_000), phase: 'runs' });
    const { turn, waited } = turnOf(waiting('p-own', 2_000));
    assert.deepEqual([await turn.enter(), await turn.enter(), waited()], [false, false, 1]);
    let isOpen = false;
    const opened = turn.opened(signal).then(() => (isOpen = true));
    await open().write({ ...waiting('p-z', 1_000), phase: 'runs', account: 'mira' });
    await setTimeout(300);
    assert.equal(isOpen, false);
    await open().write(record('p-z', 1_000));
    await opened;
    assert.equal(await turn.enter(), true);
  });

  it('is not waited for by who leaves', async () => {
    await open().write({ ...waiting('p-z', 1_000), phase: 'runs' });
    const { turn } = turnOf(waiting('p-own', 2_000));
    const leaving = new AbortController();
    const opened = turn.opened(leaving.signal);
    leaving.abort();
    await assert.rejects(opened, CancelledError);
    await assert.rejects(turn.opened(leaving.signal), CancelledError);
  });

  it('is one’s alone, also where many begin at the same moment and write late', async () => {
    let working = 0;
    const most: number[] = [];
    const push = async (index: number): Promise<void> => {
      const own = waiting(`p-${index}`, 1_000 + (index % 3));
      // Asked for before it is written: another may look in between.
      await setTimeout(Math.random() * 20);
      await open().write(own);
      const { turn } = turnOf(own);
      while (!(await turn.enter())) await turn.opened(signal);
      most.push(++working);
      await setTimeout(Math.random() * 5);
      working -= 1;
      await open().write({ ...own, result: record(own.id, own.at).result! });
    };
    await Promise.all(Array.from({ length: 12 }, (_, index) => push(index)));
    assert.deepEqual(new Set(most), new Set([1]));
    assert.equal(most.length, 12);
  });
});
