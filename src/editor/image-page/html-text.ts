import { plainText } from '../../base/index.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text from outside as HTML that shows it as it is. */
export function text(value: string, limit = 2_000): string {
  return plainText(value, limit).replaceAll(/[&<>"']/gu, (sign) => entities[sign] ?? '');
}
