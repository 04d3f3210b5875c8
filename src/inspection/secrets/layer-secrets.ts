import * as v from 'valibot';
import { InspectionError } from '../errors.ts';
import { limits } from '../limits.ts';

/** What a layer's files hold, without the secrets themselves. */
export interface LayerSecret {
  readonly path: string;
  /** In plain words, as `private key`. */
  readonly what: string;
}

/** To be raised with each change of what is found, as with each new version of the rules: what is older is not read. */
export const rulesVersion = 1;
/** Of a layer: more are not told of. */
export const mostSecrets = 1000;

const schema = v.pipe(
  v.array(
    v.object({
      path: v.pipe(v.string(), v.maxLength(limits.pathBytes), v.startsWith('/')),
      what: v.pipe(v.string(), v.maxLength(100)),
    }),
  ),
  v.maxLength(mostSecrets),
);

export function encodeSecrets(secrets: readonly LayerSecret[]): Buffer {
  return Buffer.from(JSON.stringify(secrets));
}

/** @throws InspectionError `layer-damaged` where it is none: a file may hold anything */
export function decodeSecrets(encoded: Buffer): readonly LayerSecret[] {
  try {
    return v.parse(schema, JSON.parse(encoded.toString()));
  } catch (cause) {
    throw new InspectionError('layer-damaged', 'The list of the secrets of a layer is damaged.', { cause });
  }
}
