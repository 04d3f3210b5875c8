import { countOf, fieldOf, objectOf, textOf } from './json-field.ts';
import { LineCutter, type Line } from './line-cutter.ts';
import type { PullState, PullStreamEvent } from './pull-event.ts';
import { errorEvent, parsedLine } from './push-line.ts';

const states: ReadonlyMap<string, PullState> = new Map([
  ['Pulling fs layer', 'waiting'],
  ['Waiting', 'waiting'],
  ['Downloading', 'downloading'],
  ['Verifying Checksum', 'downloaded'],
  ['Download complete', 'downloaded'],
  ['Extracting', 'extracting'],
  ['Pull complete', 'done'],
  ['Already exists', 'exists'],
]);
const retrying = /^Retrying in \d{1,9} seconds?$/u;
const digest = /^Digest: (sha256:[0-9a-f]{64})$/u;

/**
 * The events of a pull's answer (`POST /images/create`): one JSON object a line, of the same form as a push's (moby's
 * `api/types/jsonstream`). When `chunks` throws, the last line is still given out if it lacks nothing but its end.
 */
export async function* readPullStream(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<PullStreamEvent, void> {
  const lines = new LineCutter();
  try {
    for await (const chunk of chunks) yield* lines.write(chunk).flatMap(eventsOf);
  } catch (error) {
    yield* lines
      .end()
      .flatMap(eventsOf)
      .filter(({ type }) => type !== 'damaged');
    throw error;
  }
  yield* lines.end().flatMap(eventsOf);
}

function eventsOf(line: Line): PullStreamEvent[] {
  if ('overlong' in line) return [{ type: 'damaged', bytes: line.bytes }];
  if (line.text.trim() === '') return [];
  const message = parsedLine(line.text);
  if (message === undefined) return [{ type: 'damaged', bytes: line.bytes }];
  const error = errorEvent(message);
  if (error) return [{ type: 'error', message: error.message }];
  const status = textOf(fieldOf(message, 'status')) ?? textOf(fieldOf(message, 'stream'));
  if (status === undefined) return [];
  const found = digest.exec(status)?.[1];
  if (found !== undefined) return [{ type: 'digest', digest: found }];
  const id = textOf(fieldOf(message, 'id'));
  const state = retrying.test(status) ? 'retrying' : states.get(status);
  if (id === undefined || state === undefined) return [{ type: 'message', text: status }];
  const detail = objectOf(fieldOf(message, 'progressDetail'));
  const current = state === 'downloading' ? countOf(fieldOf(detail, 'current')) : undefined;
  const total = state === 'downloading' ? countOf(fieldOf(detail, 'total')) : undefined;
  return [
    { type: 'layer', id, state, ...(current !== undefined && { current }), ...(total !== undefined && { total }) },
  ];
}
