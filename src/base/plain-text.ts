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
