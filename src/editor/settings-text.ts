// What has no end goes to the end of the text, so that each is read once however many begin.
const texts = String.raw`"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)`;
const comments = String.raw`\/\/[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)`;
const lastCommas = String.raw`,(?=\s*[\]}])`;

/**
 * The value of a setting in the text of a settings.json, which is JSON with comments and with commas after the last of a
 * list.
 *
 * @returns undefined where it is not set
 * @throws SyntaxError when the text is no such JSON
 */
export function settingIn(text: string, key: string): unknown {
  const plain = without(lastCommas, without(comments, text.replace(/^\uFEFF/u, '')));
  if (plain.trim() === '') return undefined;
  const settings: unknown = JSON.parse(plain);
  return typeof settings === 'object' && settings !== null ? (settings as Record<string, unknown>)[key] : undefined;
}

function without(what: string, text: string): string {
  return text.replace(new RegExp(`${texts}|${what}`, 'gu'), (found) => (found.startsWith('"') ? found : ''));
}
