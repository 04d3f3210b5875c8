import assert from 'node:assert/strict';
import { PushStreamReader, readPushStream, type PushStreamEvent } from '../../../src/engine/index.ts';
import { concludePush } from '../../support/conclude-push.ts';
import { fixtureNames, recordedPushes, streamOf, type RecordedPush } from '../engine/recorded.ts';

/** The events of an answer that arrives in these chunks. */
function eventsOf(...chunks: Uint8Array[]): PushStreamEvent[] {
  const reader = new PushStreamReader();
  return [...chunks.flatMap((chunk) => reader.write(chunk)), ...reader.end()];
}

const nameOf = (push: RecordedPush): string => `${push.engine}: ${push.case}`;
const count = (events: readonly PushStreamEvent[], type: PushStreamEvent['type']): number =>
  events.filter((event) => event.type === type).length;

describe('every recorded push', () => {
  it('has its row in outcomes.json', () => {
    const streams = fixtureNames('push-streams').filter((name) => name.endsWith('.ndjson'));
    assert.deepEqual(recordedPushes.map((push) => `${push.engine}-${push.case}.ndjson`).sort(), streams.sort());
    assert.equal(streams.length, 120);
  });

  for (const push of recordedPushes)
    it(`${nameOf(push)} comes to what its row says`, () => {
      const events = eventsOf(streamOf(push));
      assert.equal(count(events, 'damaged'), 0);
      assert.equal(
        events.some((event) => event.type === 'layer' && event.state === 'retrying'),
        push.retrying === true,
      );
      assert.equal(events.find((event) => event.type === 'warning')?.code, push.warning);
      if (push.outcome === 'proof') {
        for (const proof of push.proofs!) {
          const conclusion = concludePush(events, proof.tag);
          assert(conclusion.kind === 'proof', conclusion.kind);
          assert.match(conclusion.digest, /^sha256:[0-9a-f]{64}$/);
          assert(conclusion.digest.startsWith(proof.digestStart));
          assert.equal(conclusion.size, proof.size);
          assert.equal(conclusion.warnings.length, push.warning ? 1 : 0);
        }
        assert.equal(count(events, 'digest'), push.proofs!.length * (push.aux ? 2 : 1));
        assert.deepEqual(concludePush(events, 'another'), { kind: 'cut' });
      } else {
        const conclusion = concludePush(events);
        assert.equal(conclusion.kind, push.outcome);
        if (conclusion.kind === 'error')
          assert(conclusion.message.startsWith(push.wordsStart!), `${conclusion.message}\n${push.wordsStart!}`);
      }
    });
});

describe('a recorded push, split', () => {
  /** Up to this size every split is read from the first byte to the last; beyond it, with the lines around the split. */
  const wholly = 2_500;

  for (const push of recordedPushes)
    it(`${nameOf(push)} gives the same events split at every byte`, () => {
      const bytes = streamOf(push);
      for (const piece of bytes.length <= wholly ? [bytes] : threeLinesAtATime(bytes)) {
        const whole = JSON.stringify(eventsOf(piece));
        for (let at = 1; at < piece.length; at += 1) {
          const split = JSON.stringify(eventsOf(piece.subarray(0, at), piece.subarray(at)));
          if (split !== whole) assert.fail(`Split at byte ${at}: ${split}\ninstead of ${whole}`);
        }
      }
    });

  it('gives the same events byte by byte', () => {
    for (const push of recordedPushes) {
      const bytes = streamOf(push);
      const single = Array.from({ length: bytes.length }, (_, at) => bytes.subarray(at, at + 1));
      assert.deepEqual(eventsOf(...single), eventsOf(bytes), nameOf(push));
    }
  });

  it('gives the same events through the async reader', async () => {
    for (const push of recordedPushes) {
      const bytes = streamOf(push);
      const events: PushStreamEvent[] = [];
      for await (const event of readPushStream(inChunks(bytes, 1_000))) events.push(event);
      assert.deepEqual(events, eventsOf(bytes), nameOf(push));
    }
  });
});

/** Each line with its neighbours, in windows that overlap by two lines, so that each line's splits are all tried. */
function threeLinesAtATime(bytes: Buffer): Buffer[] {
  const starts = [0];
  for (let at = bytes.indexOf('\n'); at !== -1; at = bytes.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts.slice(0, -2).map((start, line) => bytes.subarray(start, starts[line + 3] ?? bytes.length));
}

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}
