import * as v from 'valibot';
import { RegistryError } from './errors.ts';
import { isWebPage, type Session } from './session.ts';
import type { Answer } from './wire.ts';

/** Bytes of a list that are read at most: those of some hundred thousand tags. */
export const listLimit = 16 * 1024 * 1024;

/**
 * What a good answer says.
 *
 * @param what it should be, as it stands in a message
 * @throws RegistryError for any other status than 200, and for a body that is not of this form
 */
export function readAnswer<T extends v.GenericSchema>(
  session: Session,
  answer: Answer,
  schema: T,
  what: string,
): v.InferOutput<T> {
  if (answer.status !== 200) throw session.fault(answer);
  if (isWebPage(answer)) throw session.fault(answer, 'not-a-registry');
  const { method, url, status } = answer;
  const facts = { host: session.host, method, url, status };
  if (!answer.complete)
    throw new RegistryError('registry-error', `${session.host} sent more for ${what} than is read.`, facts);
  const result = v.safeParse(schema, parsed(answer.body));
  if (result.success) return result.output;
  throw new RegistryError('registry-error', `What ${session.host} sent for ${what} cannot be read.`, facts);
}

/** What bytes in UTF-8 say as JSON; undefined if they are none. */
export function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
