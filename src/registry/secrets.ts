import { redacted } from '../base/index.ts';

const shortest = 4;

/** Knows what must not be shown, and blanks it in the words of a registry, which may repeat what it was sent. */
export class Secrets {
  readonly #values = new Set<string>();

  add(value: string): void {
    // To blank each “a” in a text would tell more than it hides.
    if (value.length < shortest) return;
    for (const form of [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]) this.#values.add(form);
  }

  /** The text as plain text without any of the secrets, nor whatever looks like one. */
  blank(text: string, limit: number): string {
    let clean = text;
    for (const value of this.#values) clean = clean.replaceAll(value, '…');
    return redacted(clean, limit);
  }
}
