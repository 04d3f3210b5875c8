const escapeSequences = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-Z\\-_])/gu;
/** Controls, and the marks that reverse or hide text; those that are white space are folded, not removed. */
const unseen = /(?!\s)[\p{Cc}\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2069\u{E0000}-\u{E007F}]/gu;

/**
 * Makes text that came from outside (an engine, a registry, a label, a file) safe to show in a notification, a tree,
 * a log: terminal escapes, control characters and the marks that reverse or hide text are removed, white space is
 * folded into single blanks, and what is longer than `limit` characters is cut with an ellipsis. VS Code makes a link of
 * `[text](command:…)` in a notification, so what would be one is broken.
 */
export function plainText(text: string, limit = 2_000): string {
  // Cutting first keeps the work bounded for a body of any size; the expressions only ever shorten the text.
  const clean = text
    .slice(0, limit * 8)
    .replace(escapeSequences, '')
    .replace(unseen, '')
    .replace(/\s+/gu, ' ')
    .replaceAll('](', '] (')
    .trim();
  return clean.length > limit ? `${clean.slice(0, limit - 1)}…` : clean;
}

// Each expression begins with what it looks for and stops at the next of it, so that a text is read about once.
const afterScheme = /:\/\/[^\s"'<>]+/gu;
const relativeQuery = /\?[^\s"'<>?=&]*=[^\s"'<>]*/gu;
/** A value of Basic or Bearer; not the next word of a sentence such as “no basic auth credentials”. */
const authorization =
  /\b(basic|bearer|Basic|Bearer|BASIC|BEARER)\s+(?=\S*(?:[0-9=+_~]|[a-z][A-Z]))[A-Za-z0-9._~+/=-]{4,}/gu;

/** A URL without user, password, query and fragment: upload tokens and signatures live in the query. */
export function redactedUrl(url: string): string {
  return url.replace(/:\/\/[^]*$/u, (rest) => `://${address(rest.slice(3)).kept}`).replace(/[?#][^]*$/u, '');
}

/**
 * Plain text in which every URL has lost its user, password and query, and authorization values are blanked: what may
 * be logged of the words of an engine or a registry (engines quote upload URLs with their `_state=` token).
 */
export function redacted(text: string, limit?: number): string {
  return plainText(text, limit)
    .replace(afterScheme, (rest) => {
      const { kept, cut } = address(rest.slice(3));
      return `://${kept}${cut}`;
    })
    .replace(relativeQuery, '?…')
    .replace(authorization, '$1 …');
}

/** What may be shown of a URL's part after the scheme, and a mark for what was cut off at its end. */
function address(rest: string): { kept: string; cut: string } {
  const end = rest.search(/[/?#]/u);
  const authority = end === -1 ? rest : rest.slice(0, end);
  // A colon that no port follows belongs to a password, in which any character can stand: then the last @ ends it.
  const odd = !authority.includes('@') && !/^(?:\[[^\]]*\]|[^:]*)(?::\d*)?:?$/u.test(authority);
  const host = (odd ? rest : authority).lastIndexOf('@') + 1;
  if (odd && host === 0) return { kept: '…', cut: '' };
  const shown = rest.slice(host);
  const query = shown.search(/[?#]/u);
  if (query === -1) return { kept: shown, cut: '' };
  return { kept: shown.slice(0, query), cut: `${shown.charAt(query)}…` };
}
