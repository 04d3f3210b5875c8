const escapeSequences = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-Z\\-_])/gu;
const controls = /\p{Cc}/gu;
const invisible = /[\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/gu;

/**
 * Makes text that came from outside (an engine, a registry, a label, a file) safe to show in a notification, a tree,
 * a log: terminal escapes, control characters and the marks that reverse or hide text are removed, white space is
 * folded into single blanks, and what is longer than `limit` characters is cut with an ellipsis.
 */
export function plainText(text: string, limit = 2_000): string {
  // Cutting first keeps the work bounded for a body of any size; the expressions only ever shorten the text.
  const clean = text
    .slice(0, limit * 8)
    .replace(escapeSequences, '')
    .replace(/\s+/gu, ' ')
    .replace(controls, '')
    .replace(invisible, '')
    .trim();
  return clean.length > limit ? `${clean.slice(0, limit - 1)}…` : clean;
}
