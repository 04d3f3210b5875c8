import * as v from 'valibot';
import { parsed } from './json-answer.ts';

/** What a token server grants. */
export interface Grant {
  readonly token: string;
  readonly lifeMs: number;
  /** What gets the next token in the credential's stead; empty if there is none. */
  readonly renewal: string;
}

/** https://distribution.github.io/distribution/spec/auth/token/#token-response-fields; expires_in is in seconds. */
const body = v.object({
  token: v.fallback(v.string(), ''),
  access_token: v.fallback(v.string(), ''),
  expires_in: v.fallback(v.number(), 0),
  refresh_token: v.fallback(v.string(), ''),
});
/** Tokens for less are made for old clients' sake, says the specification, and are to be taken for this. */
const shortestLifeMs = 60_000;

/** Reads what a token server sent with a status of 200; undefined if there is no token in it that could be used. */
export function readGrant(bytes: Buffer): Grant | undefined {
  const result = v.safeParse(body, parsed(bytes));
  if (!result.success) return undefined;
  const { token, access_token, expires_in, refresh_token } = result.output;
  const value = token || access_token;
  // A header takes no other characters; the standard fewer still: https://www.rfc-editor.org/rfc/rfc6750#section-2.1
  if (!/^[\x21-\x7e]+$/u.test(value)) return undefined;
  return { token: value, lifeMs: Math.max(expires_in * 1_000, shortestLifeMs), renewal: refresh_token };
}
