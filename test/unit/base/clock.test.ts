import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { CancelledError, systemClock } from '../../../src/base/index.ts';

describe('the system’s clock', () => {
  it('only goes forward', async () => {
    const before = systemClock.now();
    await systemClock.sleep(1);
    assert.ok(systemClock.now() > before);
  });

  it('wakes, and lets go of the signal', async () => {
    const { signal } = new AbortController();
    const sleep = systemClock.sleep(1, signal);
    assert.equal(getEventListeners(signal, 'abort').length, 1);
    await sleep;
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  it('rejects as soon as the signal aborts, with no timer left', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    // Mocha starts its own timer once the test waits.
    await Promise.resolve();
    const before = timers();
    const controller = new AbortController();
    const sleep = systemClock.sleep(1_000_000, controller.signal);
    assert.equal(timers(), before + 1);
    controller.abort();
    await assert.rejects(sleep, CancelledError);
    assert.equal(timers(), before);
  });

  it('rejects at once when the signal has aborted before', async () => {
    await assert.rejects(systemClock.sleep(1_000_000, AbortSignal.abort()), CancelledError);
  });
});
