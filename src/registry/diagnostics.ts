import * as v from 'valibot';
import type { Diagnostic } from './errors.ts';
import type { Secrets } from './secrets.ts';

/** A registry's or a token server's errors have many shapes; each member is taken if it is what it should be. */
const text = v.fallback(v.string(), '');
const one = v.object({
  code: v.fallback(v.union([v.string(), v.number()]), ''),
  message: text,
  detail: v.exactOptional(v.unknown()),
});
const errorBody = v.object({
  // https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes
  errors: v.fallback(v.array(v.fallback(one, { code: '', message: '', detail: undefined })), []),
  // What some send in its stead; the middle two are OAuth's: https://www.rfc-editor.org/rfc/rfc6749#section-5.2
  details: text,
  // An object at Google: https://cloud.google.com/apis/design/errors#http_mapping
  error: v.fallback(v.union([v.string(), v.object({ message: v.string() })]), ''),
  error_description: text,
  message: text,
});
const most = 5;

/** The registry's own words in the body of a failure, whatever its shape; none for a web page or an empty body. */
export function readDiagnostics(body: Buffer, contentType: string, secrets: Secrets): Diagnostic[] {
  const source = body.toString('utf8');
  const clean = (words: string): string => secrets.blank(words, 500);
  const json = parsed(source);
  if (json === undefined)
    return contentType === 'text/plain' && source.trim() !== '' ? [{ code: '', message: clean(source) }] : [];
  const result = v.safeParse(errorBody, json);
  if (!result.success) return [];
  const { errors, details, error, error_description, message } = result.output;
  const listed = errors
    .slice(0, most)
    .map(({ code, message, detail }) => ({
      code: clean(String(code)),
      message: clean(message),
      ...(detail === undefined || detail === null ? {} : { detail: clean(asText(detail, clean)) }),
    }))
    .filter(({ code, message }) => code !== '' || message !== '');
  if (listed.length > 0) return listed;
  const [code, said] = typeof error === 'string' ? [error, ''] : ['', error.message];
  const words = details || error_description || message || said;
  return words || code ? [{ code: clean(code), message: clean(words) }] : [];
}

/** The diagnostics as the end of a message: ` It says: “…”.`, or nothing. */
export function saying(diagnostics: readonly Diagnostic[]): string {
  const words = diagnostics.map(({ code, message }) => message || code).join('; ');
  return words === '' ? '' : ` It says: “${words.length > 300 ? `${words.slice(0, 299)}…` : words}”.`;
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

/** What JSON escapes would hide from `clean`, so it comes first. */
function asText(detail: unknown, clean: (words: string) => string): string {
  if (typeof detail === 'string') return detail;
  try {
    return JSON.stringify(detail, (_, value: unknown) => (typeof value === 'string' ? clean(value) : value));
  } catch {
    // What is nested by the thousand can be read, and not written.
    return '…';
  }
}
