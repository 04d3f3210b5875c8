import assert from 'node:assert/strict';
import { CancelledError, withDeadline } from '../../../src/base/index.ts';
import { HeldClock } from '../registry/held-clock.ts';

const late = new Error('too late');
const never = (): Promise<never> => new Promise(() => undefined);

describe('withDeadline', () => {
  let clock: HeldClock;
  const deadline = (signal?: AbortSignal) => ({ clock, timeoutMs: 100, signal, expired: () => late });
  beforeEach(() => {
    clock = new HeldClock();
  });

  it('gives what the work gives, or throws what it throws, and stops waiting', async () => {
    assert.equal(await withDeadline(() => Promise.resolve(7), deadline()), 7);
    await assert.rejects(
      withDeadline(() => Promise.reject(new Error('own')), deadline()),
      /own/u,
    );
    assert.equal(clock.sleepers, 0);
  });

  it('ends work that hears nothing when the time is over, not before', async () => {
    let signal: AbortSignal | undefined;
    let ended = false;
    const work = withDeadline((given) => {
      signal = given;
      return never();
    }, deadline()).finally(() => (ended = true));
    clock.advance(99);
    await Promise.resolve();
    assert.equal(ended, false);
    assert.equal(signal?.aborted, false);
    clock.advance(1);
    await assert.rejects(work, late);
    assert.equal(signal.aborted, true);
  });

  it('ends at once when the caller cancels', async () => {
    const caller = new AbortController();
    const work = withDeadline(never, deadline(caller.signal));
    caller.abort();
    await assert.rejects(work, CancelledError);
    assert.equal(clock.sleepers, 0);
  });

  it('does not begin when the caller has cancelled before', async () => {
    let begun = false;
    const work = withDeadline(() => {
      begun = true;
      return never();
    }, deadline(AbortSignal.abort()));
    await assert.rejects(work, CancelledError);
    assert.equal(begun, false);
  });
});
