import * as v from 'valibot';
import type { PasswordCredential } from './credential.ts';

/** Google's are of 2,400 bytes. */
export const keyFileLimit = 32 * 1024;

const key = v.object({
  type: v.literal('service_account'),
  client_email: v.pipe(v.string(), v.regex(/^[^\s@]+@[^\s@]+$/u)),
  private_key: v.pipe(v.string(), v.includes('PRIVATE KEY')),
});

/**
 * The credential in a service account's key file
 * (https://cloud.google.com/artifact-registry/docs/docker/authentication#json-key): the text itself is the password.
 * Undefined for any other text, of which nothing is said, as it may be a secret.
 */
export function readServiceAccountKey(text: string): PasswordCredential | undefined {
  try {
    const result = v.safeParse(key, JSON.parse(text));
    if (!result.success || text.length > keyFileLimit) return undefined;
    return { username: '_json_key', password: text, account: result.output.client_email };
  } catch {
    return undefined;
  }
}
