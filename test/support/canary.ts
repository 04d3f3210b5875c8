import type { Account } from './main-job.ts';

/** Every form in which a password could be written down whole, by itself or with its user. */
export function formsOf({ user, password }: Account): Record<string, string> {
  const both = `${user}:${password}`;
  const base64 = unpadded(Buffer.from(password).toString('base64'));
  const basic = unpadded(Buffer.from(both).toString('base64'));
  return {
    'as it is': password,
    'escaped as in JSON': inJson(password),
    'escaped as in JSON of ASCII alone': inJson(password).replace(/[^ -~]/g, escaped),
    'escaped as in HTML': password.replace(/[&<>"']/gu, (sign) => `&${entities[sign] ?? ''};`),
    'encoded as in a URL': encodeURIComponent(password),
    'encoded as in a form': new URLSearchParams([['', password]]).toString().slice(1),
    'in base64': base64,
    'in base64 for URLs': Buffer.from(password).toString('base64url'),
    'in base64 in a URL': encodeURIComponent(base64),
    'as a Basic value': basic,
    'as a Basic value for URLs': Buffer.from(both).toString('base64url'),
    'as a Basic value in a URL': encodeURIComponent(basic),
    'in hexadecimal': Buffer.from(password).toString('hex'),
  };
}

/** A password to look for. It should have signs that each encoding changes, and occur nowhere by chance. */
export class Canary {
  readonly account: Account;
  readonly #needles: readonly (readonly [form: string, bytes: Buffer])[];

  constructor(account: Account) {
    this.account = account;
    const { password } = account;
    const texts = [
      ...Object.entries(formsOf(account)),
      // What was cut off is still too much.
      ['its first half', password.slice(0, Math.ceil(password.length / 2))] as const,
      ...[password, inJson(password)].flatMap(withinBase64).map((piece) => ['within base64', piece] as const),
    ];
    this.#needles = texts.flatMap(([form, text]) => {
      const [utf8, latin1] = [Buffer.from(text), Buffer.from(text, 'latin1')];
      return [
        [form, utf8] as const,
        [`${form}, in UTF-16`, Buffer.from(text, 'utf16le')] as const,
        ...(latin1.equals(utf8) ? [] : [[`${form}, in Latin-1`, latin1] as const]),
      ];
    });
  }

  /** The forms in which the password is in there. A text may also be bytes as Latin-1. */
  formsIn(content: string | Buffer): string[] {
    const all = typeof content === 'string' ? bytesOf(content) : [content];
    const found = this.#needles.filter(([, needle]) => all.some((bytes) => bytes.includes(needle)));
    return [...new Set(found.map(([form]) => form))];
  }
}

/**
 * What is in the base64 of anything that contains the text, in both alphabets: base64 encodes three bytes at a time, so
 * there are three ways in which the text can lie, and at its ends signs that belong to its neighbours as well.
 */
function withinBase64(text: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
    const encoded = bytes.toString('base64');
    const own = encoded.slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
    return [own, own.replaceAll('+', '-').replaceAll('/', '_'), encodeURIComponent(own)];
  });
}

function bytesOf(text: string): Buffer[] {
  const utf8 = Buffer.from(text);
  return utf8.length === text.length ? [utf8] : [utf8, Buffer.from(text, 'latin1')];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const entities: Record<string, string> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' };

function unpadded(base64: string): string {
  return base64.replace(/=+$/u, '');
}
