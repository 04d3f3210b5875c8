import * as v from 'valibot';
import type { Credential } from './credential.ts';

const secret = v.union([
  v.object({ identityToken: v.string(), username: v.exactOptional(v.string()) }),
  v.object({ username: v.string(), password: v.string(), account: v.exactOptional(v.string()) }),
]);

/** A credential as the text that a vault keeps. */
export function secretText(credential: Credential): string {
  return JSON.stringify(credential);
}

/** The credential in such a text; undefined for any other, of which nothing is said, as it may be a secret. */
export function readSecretText(text: string): Credential | undefined {
  try {
    const result = v.safeParse(secret, JSON.parse(text));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}
