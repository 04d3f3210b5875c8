import * as v from 'valibot';
import { formatReference } from '../reference/index.ts';
import { fullId, referenceOf } from './image-answer.ts';
import type { ImageEvent } from './image-event.ts';

const eventSchema = v.object({
  Type: v.literal('image'),
  Action: v.pipe(v.string(), v.minLength(1)),
  Actor: v.optional(
    v.object({
      ID: v.fallback(v.string(), ''),
      Attributes: v.fallback(v.record(v.string(), v.unknown()), {}),
    }),
    { ID: '', Attributes: {} },
  ),
  time: v.fallback(v.number(), 0),
});

/** The actions that set the attribute `name` themselves. Elsewhere it is a label of the image: anybody's text. */
const naming = new Set(['tag', 'untag', 'pull', 'push', 'import', 'delete']);

/** One line of `GET /events`; undefined for what is no event of an image. */
export function imageEventOf(line: string): ImageEvent | undefined {
  const answer = v.safeParse(v.pipe(v.string(), v.parseJson(), eventSchema), line);
  if (!answer.success) return undefined;
  const { Action: action, Actor, time } = answer.output;
  const name = Actor.Attributes.name;
  const names = [Actor.ID, naming.has(action) && typeof name === 'string' ? name : ''];
  const imageId = names.map(fullId).find((each) => /^sha256:[0-9a-f]{64}$/u.test(each));
  const reference = names.map(taggedOf).find((each) => each !== undefined);
  return {
    action,
    ...(imageId !== undefined && { imageId }),
    ...(reference !== undefined && { reference }),
    time: time > 0 ? new Date(time * 1000) : undefined,
  };
}

/** Only with its tag written out: moby's pull and push events also carry the repository alone. */
function taggedOf(name: string): string | undefined {
  if (!/:[^/:@]+$/u.test(name)) return undefined;
  const reference = referenceOf(name);
  return reference?.kind === 'tagged' ? formatReference(reference) : undefined;
}
