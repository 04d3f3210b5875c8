import * as v from 'valibot';
import type { Credential } from './credential.ts';

// The protocol of docker/docker-credential-helpers: a helper's words for a failure come on stdout, with an exit code
// other than 0. These are the ones that are fixed; any other text could hold a secret, and is not shown.
const notFound = 'credentials not found in native keychain';
const knownFailures = new Set(['no credentials server URL', 'no credentials username']);

/** The name that says that the secret is an identity token. */
const tokenName = '<token>';

/** What a helper said: what was asked for, that there is none, or what went wrong, as the end of “the helper …”. */
export type HelperReply<T> =
  | { readonly kind: 'answer'; readonly value: T }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly why: string };

const text = v.optional(v.string(), '');
const credentialAnswer = v.object({ serverurl: text, username: text, secret: text });
const listAnswer = v.record(v.string(), v.string());

/** Reads the answer to `get`. */
export function readCredentialAnswer(code: number | undefined, stdout: string): HelperReply<Credential> {
  const refusal = refusalOf(code, stdout);
  if (refusal) return refusal;
  const answer = v.safeParse(credentialAnswer, lowerCaseFields(jsonOf(stdout)));
  if (!answer.success) return { kind: 'failed', why: 'gave an answer that is no credential' };
  const { username, secret } = answer.output;
  // Some say with this, and exit code 0, that they have none.
  if (username === '' || secret === '') return { kind: 'none' };
  const value = username === tokenName ? { identityToken: secret } : { username, password: secret };
  return { kind: 'answer', value };
}

/** Reads the answer to `list`: the user's name for each address. */
export function readListAnswer(code: number | undefined, stdout: string): HelperReply<ReadonlyMap<string, string>> {
  const refusal = refusalOf(code, stdout);
  if (refusal) return refusal;
  const json = jsonOf(stdout);
  // A Go program writes an empty map that was never made as null.
  const answer = v.safeParse(listAnswer, json === null ? {} : json);
  if (!answer.success || Array.isArray(json)) return { kind: 'failed', why: 'gave an answer that is no list' };
  return { kind: 'answer', value: new Map(Object.entries(answer.output)) };
}

function refusalOf(
  code: number | undefined,
  stdout: string,
): Exclude<HelperReply<never>, { kind: 'answer' }> | undefined {
  if (code === 0) return undefined;
  const words = stdout.trim();
  if (words === notFound) return { kind: 'none' };
  const said = knownFailures.has(words) ? `: ${words}` : '';
  return { kind: 'failed', why: `failed with ${code === undefined ? 'a crash' : `exit code ${code}`}${said}` };
}

function jsonOf(stdout: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}

/** Go, in which the CLI is written, reads fields whatever their case. */
function lowerCaseFields(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name.toLowerCase(), value as unknown]));
}
