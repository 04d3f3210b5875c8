import { redacted } from '../base/index.ts';

const shortest = 4;

/** Knows what must not be shown, and blanks it in the words of a registry, which may repeat what it was sent. */
export class Secrets {
  readonly #values = new Set<string>();

  add(value: string): void {
    // To blank each “a” in a text would tell more than it hides.
    if (value.length < shortest) return;
    const bytes = Buffer.from(value);
    // Padding says nothing, so both of base64 are without; what is encoded can be encoded again, to stand in a URL.
    const base64 = bytes.toString('base64').replace(/=+$/u, '');
    const json = JSON.stringify(value).slice(1, -1);
    const forms = [
      value,
      json,
      json.replace(/[^ -~]/g, escaped),
      value.replace(/[&<>"']/gu, (sign) => entities[sign] ?? ''),
      encodeURIComponent(value),
      new URLSearchParams([['', value]]).toString().slice(1),
      base64,
      encodeURIComponent(base64),
      bytes.toString('base64url'),
      bytes.toString('hex'),
    ];
    for (const form of forms) this.#values.add(form);
  }

  /** The text as plain text without any of the secrets, nor whatever looks like one. */
  blank(text: string, limit: number): string {
    let clean = text;
    for (const value of this.#values) clean = clean.replaceAll(value, '…');
    return redacted(clean, limit);
  }
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A UTF-16 unit as JSON that is ASCII alone writes it. */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
