import * as v from 'valibot';
import { RegistryError } from '../errors.ts';

/**
 * An answer of a provider's API, if it has the documented shape.
 *
 * @throws RegistryError `registry-error` that names the place of the first fault, never its content
 */
export function readBody<T extends v.GenericSchema>(schema: T, json: unknown, host: string): v.InferOutput<T> {
  // The first fault is all that is told: of a list with millions of them, the others would fill the memory.
  const result = v.safeParse(schema, json, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const place = v.getDotPath(issue) ?? 'body';
  throw new RegistryError(
    'registry-error',
    `${host} answered in an unexpected form: its ${place} is not what it should be.`,
    {
      host,
    },
  );
}

/** A time as an API writes it (RFC 3339, also with more than three digits of a second); undefined for none. */
export function readDate(text: string | null | undefined): Date | undefined {
  if (!text) return undefined;
  const date = new Date(text.replace(/(\.\d{3})\d+/u, '$1'));
  return Number.isNaN(date.getTime()) ? undefined : date;
}
