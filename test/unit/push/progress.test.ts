import assert from 'node:assert/strict';
import { type PushStreamEvent, PushStreamReader } from '../../../src/engine/index.ts';
import { type ExpectedLayers, ProgressTracker } from '../../../src/push/progress.ts';
import { recordedPushes, streamOf } from '../engine/recorded.ts';
import { heldClock } from './parts.ts';

function recorded(engine: string, name: string): PushStreamEvent[] {
  const push = recordedPushes.find((row) => row.engine === engine && row.case === name);
  assert.ok(push);
  const reader = new PushStreamReader();
  return [...reader.write(streamOf(push)), ...reader.end()];
}

function tracked(events: readonly PushStreamEvent[], expected?: ExpectedLayers): ProgressTracker {
  const tracker = new ProgressTracker(heldClock(), expected);
  for (const event of events) tracker.apply(event);
  return tracker;
}

describe('progress', () => {
  for (const push of recordedPushes) {
    it(`never goes back and stays below 100: ${push.engine}, ${push.case}`, () => {
      const reader = new PushStreamReader();
      const clock = heldClock();
      const tracker = new ProgressTracker(clock, push.engine === 'classic' ? { bytes: 32_000_006 } : { rows: 3 });
      let last = 0;
      for (const event of [...reader.write(streamOf(push)), ...reader.end()]) {
        clock.at += 100;
        tracker.apply(event);
        const { percent = last, bytes, layers } = tracker.progress();
        assert.ok(percent >= last && percent <= 99, `${last} % → ${percent} %`);
        if (bytes?.total !== undefined) assert.ok(bytes.sent <= bytes.total);
        if (layers) assert.ok(layers.done <= layers.total && layers.reused <= layers.done);
        last = percent;
      }
    });
  }

  it('does not take a tiny layer that is done for the whole', () => {
    const events = recorded('classic', 'first-push');
    const tiny = events.findIndex(
      (event) => event.type === 'layer' && event.id === '53bc782d38e0' && event.state === 'pushing',
    );
    assert.ok((tracked(events.slice(0, tiny + 1), { bytes: 32_000_006 }).progress().percent ?? 99) < 5);
    assert.equal(tracked(events.slice(0, tiny + 1)).progress().percent, undefined);
  });

  it('does not take a layer that is there already for the whole: the rest has not been told of yet', () => {
    for (const name of ['push-after-registry-back', 'push-after-cancel', 'deleted-mid-push']) {
      const events = recorded('containerd', name);
      const tracker = new ProgressTracker(heldClock(), { rows: 3 });
      for (const event of events) {
        tracker.apply(event);
        const { percent = 0, bytes, phase } = tracker.progress();
        if (phase !== 'sending' || bytes?.total === undefined) continue;
        assert.equal(percent, Math.min(99, Math.floor((bytes.sent / bytes.total) * 100)), name);
      }
    }
    const there: PushStreamEvent = { type: 'layer', id: 'a', state: 'exists' };
    assert.equal(tracked([there], { rows: 2 }).progress().percent, undefined);
    const sending: PushStreamEvent = { type: 'layer', id: 'b', state: 'pushing', current: 3, total: 10 };
    assert.equal(tracked([there, sending], { rows: 2 }).progress().percent, 30);
  });

  it('says nothing where the engine says nothing', () => {
    assert.deepEqual(tracked(recorded('podman', 'first-push')).progress(), { phase: 'confirming' });
    assert.deepEqual(tracked([]).progress(), { phase: 'starting' });
  });

  it('counts sent and reused layers, and the bytes in the engine’s unit', () => {
    const all = (engine: string, name: string) =>
      tracked(recorded(engine, name)).facts(engine === 'classic' ? 'uncompressed' : 'compressed');
    assert.deepEqual(all('classic', 'first-push'), {
      layers: { total: 3, sent: 3, reused: 0 },
      bytes: { sent: 32_000_006, unit: 'uncompressed' },
    });
    assert.deepEqual(all('containerd', 'first-push'), {
      layers: { total: 3, sent: 3, reused: 0 },
      bytes: { sent: 32_005_828, unit: 'compressed' },
    });
    for (const engine of ['classic', 'containerd']) {
      assert.deepEqual(all(engine, 'push-again').layers, { total: 3, sent: 0, reused: 3 });
      assert.deepEqual(all(engine, 'mounted').layers, { total: 3, sent: 0, reused: 3 });
      assert.deepEqual(all(engine, 'new-top-layer').layers, { total: 4, sent: 1, reused: 3 });
    }
    // The engine never told the size of the one layer that it sent.
    assert.equal(all('containerd', 'new-top-layer').bytes, undefined);
    assert.deepEqual(all('podman', 'first-push'), {});
  });

  it('tells the rate over the last seconds, and when the engine will try again', () => {
    const clock = heldClock();
    const tracker = new ProgressTracker(clock);
    for (let second = 0; second <= 10; second += 1) {
      clock.at = second * 1_000;
      tracker.apply({
        type: 'layer',
        id: 'a',
        state: 'pushing',
        current: second < 5 ? 0 : (second - 5) * 2_000_000,
        total: 20_000_000,
      });
    }
    assert.equal(tracker.progress().bytesPerSecond, 2_000_000);
    tracker.apply({ type: 'layer', id: 'a', state: 'retrying', retryInSeconds: 5 });
    assert.equal(tracker.progress().retryInSeconds, 5);
    tracker.apply({ type: 'layer', id: 'a', state: 'pushing', current: 1, total: 20_000_000 });
    assert.equal(tracker.progress().retryInSeconds, undefined);
    assert.equal(tracker.progress().percent, 50);
  });
});
