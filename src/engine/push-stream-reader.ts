import { LineCutter, type Line } from './line-cutter.ts';
import type { PushStreamEvent } from './push-event.ts';
import { pushEventsOf } from './push-line.ts';

/**
 * Reads the answer to a push: one JSON object a line, `\r\n` or `\n`, the last one perhaps without its end.
 * It never throws; a line that cannot be read becomes one `damaged` event and the next one is read as ever.
 */
export class PushStreamReader {
  readonly #lines: LineCutter;

  /** @param longestLine the cap for one line, in bytes */
  constructor(longestLine?: number) {
    this.#lines = new LineCutter(longestLine);
  }

  /** What the lines say that this chunk completes. */
  write(chunk: Uint8Array): PushStreamEvent[] {
    return this.#lines.write(chunk).flatMap(eventsOf);
  }

  /** What is left when the answer is over. */
  end(): PushStreamEvent[] {
    return this.#lines.end().flatMap(eventsOf);
  }
}

function eventsOf(line: Line): PushStreamEvent[] {
  if ('overlong' in line) return [{ type: 'damaged', bytes: line.bytes }];
  if (line.text.trim() === '') return [];
  return pushEventsOf(line.text) ?? [{ type: 'damaged', bytes: line.bytes }];
}

/**
 * The events of a push's answer. When `chunks` throws, the last line is still given out if it lacks nothing but its
 * end: it may be the error.
 */
export async function* readPushStream(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<PushStreamEvent, void> {
  const reader = new PushStreamReader();
  try {
    for await (const chunk of chunks) yield* reader.write(chunk);
  } catch (error) {
    yield* reader.end().filter(({ type }) => type !== 'damaged');
    throw error;
  }
  yield* reader.end();
}
