import assert from 'node:assert/strict';
import { WorkerFeed } from '../../../src/inspection/worker-feed.ts';
import type { ToWorker } from '../../../src/inspection/worker-messages.ts';

const KiB = 1024;

describe('the bytes that a thread is fed', () => {
  /** What passes to the thread, which takes each piece at once. */
  async function fed(chunks: readonly Uint8Array[]): Promise<Buffer[]> {
    const pieces: Buffer[] = [];
    const feed: WorkerFeed = new WorkerFeed({
      stream: 1,
      async *open() {
        await Promise.resolve();
        yield* chunks;
      },
      post(message: ToWorker, transfer) {
        const { kind, ...rest } = structuredClone(message, { transfer: [...transfer] });
        if (!('bytes' in rest)) {
          assert.equal(kind, 'end');
          return;
        }
        pieces.push(Buffer.from(rest.bytes));
        feed.taken(rest.bytes.length);
      },
      onBytes: () => undefined,
    });
    await feed.run();
    return pieces;
  }
  const own = (bytes: number, fill: string): Buffer => Buffer.alloc(bytes, fill);

  it('are copied where chunks share their memory, small ones together', async () => {
    const shared = own(200 * KiB, 'a');
    const parts = [shared.subarray(0, 100 * KiB), shared.subarray(100 * KiB), own(3, 'b')];
    const pieces = await fed(parts);
    assert.deepEqual(
      pieces.map(({ length }) => length),
      [64 * KiB, 64 * KiB, 64 * KiB, 8 * KiB + 3],
    );
    assert.equal(Buffer.concat(pieces).toString(), 'a'.repeat(200 * KiB) + 'bbb');
    assert.equal(shared.toString(), 'a'.repeat(200 * KiB), 'they are still there');
  });

  it('pass as they are where a large chunk has its memory to itself, in their order', async () => {
    const [first, large] = [own(64 * KiB, '_'), own(64 * KiB, 'b')];
    const pieces = await fed([first, own(5, 'a'), large, own(5, 'c'), own(40 * KiB, 'd')]);
    assert.deepEqual([first.length, large.length], [0, 0], 'they were not copied');
    assert.deepEqual(
      pieces.map((piece) => `${piece.toString('latin1', 0, 1)} ${piece.length}`),
      // What fits behind what is waiting is copied, so that there are not two messages of it.
      [`_ ${64 * KiB}`, 'a 5', `b ${64 * KiB}`, `c ${40 * KiB + 5}`],
    );
  });

  it('are never more at a time than a little, however large a chunk is', async () => {
    const pieces = await fed([own(300 * KiB, 'a')]);
    assert.deepEqual(
      pieces.map(({ length }) => length / KiB),
      [64, 64, 64, 64, 44],
    );
  });
});
