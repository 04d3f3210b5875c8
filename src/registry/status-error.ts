import { parseChallenges } from './challenge.ts';
import { named } from './connection-errors.ts';
import { readDiagnostics, saying } from './diagnostics.ts';
import { type Diagnostic, RegistryError, type RegistryErrorCode } from './errors.ts';
import * as headers from './headers.ts';
import { mediaTypeOf } from './media-types.ts';
import { retryAfterMs, waitInWords } from './retry-after.ts';
import type { Secrets } from './secrets.ts';
import type { Answer } from './wire.ts';

/** The statuses and codes that pass: google/go-containerregistry retries the same. */
const passingStatuses = new Set([408, 429, 500, 502, 503, 504]);
const passingCodes = new Set(['TOOMANYREQUESTS', 'UNKNOWN', 'UNAVAILABLE', 'BLOB_UPLOAD_INVALID']);

export interface Asked {
  readonly host: string;
  /** Whether a credential was sent along. */
  readonly signedIn: boolean;
  readonly secrets: Secrets;
}

/** The failure that an answer's status stands for, or that `code` says it is, in those `words` or in its own. */
export function statusError(
  answer: Answer,
  asked: Asked,
  code = codeOf(answer, asked),
  words = sentence(code, answer, asked),
): RegistryError {
  const { method, url, status } = answer;
  const type = mediaTypeOf(answer.headers[headers.contentType]);
  const diagnostics = readDiagnostics(answer.body, type, asked.secrets);
  return new RegistryError(code, words + saying(diagnostics), {
    host: asked.host,
    method,
    url,
    status,
    diagnostics,
    temporary: passes(status, diagnostics),
    retryAfterMs: retryAfterMs(answer),
  });
}

function codeOf(
  { status, headers: { [headers.wwwAuthenticate]: offered = '' } }: Answer,
  { signedIn }: Asked,
): RegistryErrorCode {
  // A token that was granted, and is not enough (https://www.rfc-editor.org/rfc/rfc6750#section-3.1): the credential is right.
  const lacksRight = parseChallenges(offered).some(
    ({ parameters }) => parameters.get('error') === 'insufficient_scope',
  );
  if (status === 401) return signedIn && lacksRight ? 'denied' : 'unauthorized';
  if (status === 403) return 'denied';
  return status === 429 ? 'rate-limited' : 'registry-error';
}

function sentence(code: RegistryErrorCode, answer: Answer, { host, signedIn }: Asked): string {
  const { url, status } = answer;
  const where = named(host, url);
  switch (code) {
    case 'unauthorized':
      return signedIn ? `${where} did not accept the sign-in.` : `${where} asks for a sign-in.`;
    case 'denied':
      return `${where} does not allow this${signedIn ? '' : ' without a sign-in'}.`;
    case 'rate-limited':
      return `${where} takes no more requests for now. Try again ${waitInWords(retryAfterMs(answer))}.`;
    case 'not-a-registry':
      return `${where} answers, but it is no registry (status ${status}). Check the address.`;
    default:
      return `${where} failed with status ${status}.`;
  }
}

function passes(status: number, diagnostics: readonly Diagnostic[]): boolean {
  const codes = diagnostics.map(({ code }) => code).filter((code) => code !== '');
  if (passingStatuses.has(status)) return true;
  return codes.length > 0 && codes.every((code) => passingCodes.has(code));
}
