import { anyCaseFieldOf, countOf, fieldOf, objectOf, textOf, type JsonObject } from './json-field.ts';
import type { DigestEvent, ErrorEvent, LayerEvent, LayerState, PushStreamEvent, WarningEvent } from './push-event.ts';

const layerStates: ReadonlyMap<string, LayerState> = new Map([
  ['Waiting', 'waiting'],
  ['Preparing', 'preparing'],
  ['Pushing', 'pushing'],
  ['Pushed', 'pushed'],
  ['Layer already exists', 'exists'],
  ['Already exists', 'exists'],
  ['Skipped foreign layer', 'skipped'],
  ['Unavailable', 'unavailable'],
]);
const mounted = /^Mounted from (.+)$/u;
const retrying = /^Retrying in (\d{1,9}) seconds?$/u;
const digestLine = /^(\S+): digest: (sha256:[0-9a-f]{64}) size: (\d{1,15})$/u;
const wellFormedDigest = /^sha256:[0-9a-f]{64}$/u;

/**
 * What one line of a push's answer says: a JSON object with `status`, `id`, `progressDetail`, `errorDetail`, `error`,
 * `aux` (moby's `api/types/jsonstream`), any of them together. Podman puts digest line and `aux` into one object.
 * Undefined for a line that is no JSON object. Unknown fields, unknown statuses and wrong types have no meaning here.
 */
export function pushEventsOf(line: string): PushStreamEvent[] | undefined {
  const message = parsedLine(line);
  if (message === undefined) return undefined;
  const aux = objectOf(fieldOf(message, 'aux'));
  return [statusEvent(message), digestOfAux(aux), warningOfAux(aux), errorEvent(message)].filter(
    (event) => event !== undefined,
  );
}

/** A line's JSON object; undefined for anything else. */
export function parsedLine(line: string): JsonObject | undefined {
  try {
    return objectOf(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function statusEvent(message: JsonObject): PushStreamEvent | undefined {
  const status = textOf(fieldOf(message, 'status'));
  if (status === undefined) {
    const text = textOf(fieldOf(message, 'stream'));
    return text === undefined ? undefined : { type: 'message', text };
  }
  const id = textOf(fieldOf(message, 'id'));
  const event = id === undefined ? digestOfStatus(status) : layerEvent(id, status, message);
  return event ?? { type: 'message', text: status };
}

function layerEvent(id: string, status: string, message: JsonObject): LayerEvent | undefined {
  const from = mounted.exec(status)?.[1];
  if (from !== undefined) return { type: 'layer', id, state: 'mounted', from };
  const seconds = retrying.exec(status)?.[1];
  if (seconds !== undefined) return { type: 'layer', id, state: 'retrying', retryInSeconds: Number(seconds) };
  const state = layerStates.get(status);
  if (state === undefined) return undefined;
  if (state !== 'pushing') return { type: 'layer', id, state };
  const detail = objectOf(fieldOf(message, 'progressDetail'));
  const total = countOf(fieldOf(detail, 'total'));
  // The containerd store leaves `current` out when it is 0.
  const current = countOf(fieldOf(detail, 'current')) ?? (total === undefined ? undefined : 0);
  return { type: 'layer', id, state, ...(current !== undefined && { current }), ...(total !== undefined && { total }) };
}

function digestOfStatus(status: string): DigestEvent | undefined {
  const [, tag, digest, size] = digestLine.exec(status) ?? [];
  if (tag === undefined || digest === undefined) return undefined;
  return { type: 'digest', tag, digest, size: Number(size) };
}

/** `PushResult`: Podman's `Digest` can be empty, which proves nothing. */
function digestOfAux(aux: JsonObject | undefined): DigestEvent | undefined {
  const tag = textOf(anyCaseFieldOf(aux, 'Tag'));
  const digest = textOf(anyCaseFieldOf(aux, 'Digest'));
  if (tag === undefined || digest === undefined || !wellFormedDigest.test(digest)) return undefined;
  const size = countOf(anyCaseFieldOf(aux, 'Size'));
  return { type: 'digest', tag, digest, ...(size !== undefined && { size }) };
}

/** `api/types/auxprogress`: sent by the containerd store, before the layers. */
function warningOfAux(aux: JsonObject | undefined): WarningEvent | undefined {
  const digestOf = (name: string): string | undefined =>
    textOf(anyCaseFieldOf(objectOf(anyCaseFieldOf(aux, name)), 'digest'));
  if (anyCaseFieldOf(aux, 'manifestPushedInsteadOfIndex') === true) {
    const originalDigest = digestOf('originalIndex');
    const selectedDigest = digestOf('selectedManifest');
    return {
      type: 'warning',
      code: 'manifest-pushed-instead-of-index',
      message: 'Not all platforms of this image are on this machine: one platform was pushed instead of all of them.',
      ...(originalDigest !== undefined && { originalDigest }),
      ...(selectedDigest !== undefined && { selectedDigest }),
    };
  }
  if (anyCaseFieldOf(aux, 'contentMissing') === true) {
    const originalDigest = digestOf('desc');
    return {
      type: 'warning',
      code: 'content-missing',
      message: 'Part of this image is not on this machine.',
      ...(originalDigest !== undefined && { originalDigest }),
    };
  }
  return undefined;
}

/**
 * `errorDetail` is the current form, `error` the old one beside it; `message` alone is the form of an HTTP error.
 * A failure whose words cannot be read is a failure still.
 */
export function errorEvent(message: JsonObject): ErrorEvent | undefined {
  const detail = fieldOf(message, 'errorDetail') ?? undefined;
  const error = fieldOf(message, 'error') ?? undefined;
  const bare = Object.hasOwn(message, 'status') ? undefined : textOf(fieldOf(message, 'message'));
  if (detail === undefined && (error === undefined || error === '') && bare === undefined) return undefined;
  const words = textOf(fieldOf(objectOf(detail), 'message')) ?? textOf(detail) ?? textOf(error) ?? bare;
  const code = countOf(fieldOf(objectOf(detail), 'code'));
  return {
    type: 'error',
    message: words ?? 'The engine reported a failure without saying which.',
    ...(code !== undefined && { code }),
  };
}
