import assert from 'node:assert/strict';
import { Canary, formsOf } from '../../support/canary.ts';
import { textsIn } from '../../support/texts-in.ts';

const account = { user: 'mira', password: 'Pl4nted +"/ä%ö?Secret>>>???' };
const canary = new Canary(account);

describe('the search for a password', () => {
  for (const [form, text] of Object.entries(formsOf(account))) {
    it(`finds it ${form}`, () => {
      assert.ok(canary.formsIn(`… ${text} …`).includes(form));
      assert.ok(canary.formsIn(Buffer.from(`x${text}y`, 'utf16le')).includes(`${form}, in UTF-16`));
      const bytes = Buffer.concat([Buffer.from([0, 0xff]), Buffer.from(text)]);
      assert.ok(canary.formsIn(bytes).includes(form));
      assert.ok(canary.formsIn(bytes.toString('latin1')).includes(form));
    });
  }

  it('finds it in the base64 of anything, wherever it stands in it', () => {
    for (const before of ['', 'x', 'xy', '{"username":"mira","password":"', '{"username":"eve","password":"'])
      for (const after of ['', '"', '"}', '","serveraddress":"127.0.0.1:5000"}'])
        for (const text of [account.password, JSON.stringify(account.password).slice(1, -1)])
          for (const encoding of ['base64', 'base64url'] as const) {
            const encoded = Buffer.from(`${before}${text}${after}`).toString(encoding);
            assert.ok(canary.formsIn(encoded).includes('within base64'), encoded);
            assert.ok(canary.formsIn(encodeURIComponent(encoded)).includes('within base64'), encoded);
          }
  });

  it('finds what was cut off', () => {
    assert.equal(canary.formsIn(account.password.slice(0, -4))[0], 'its first half');
  });

  it('finds nothing where nothing is', () => {
    const other = { user: account.user, password: 'Another +"/ä%ö?Secret>>>???' };
    for (const text of ['', account.user, JSON.stringify(other), ...Object.values(formsOf(other))])
      assert.deepEqual(canary.formsIn(text), [], text);
  });
});

describe('the texts in a value', () => {
  const text = 'planted';
  class Keeper {
    get kept(): string {
      return this.#text;
    }
    readonly #text: string = text;
  }
  class StaticKeeper {
    static readonly kept = text;
    readonly own = 1;
  }
  const places: Record<string, () => unknown> = {
    itself: () => text,
    'a property': () => ({ deep: [{ in: text }] }),
    'a name': () => ({ [text]: 1 }),
    'a symbol': () => ({ [Symbol(text)]: 1 }),
    'a hidden property': () => Object.defineProperty({}, 'x', { value: text, enumerable: false }),
    'a property of a function': () => Object.assign(() => 1, { x: text }),
    'the name of a function': () => ({ [text]: () => 1 })[text],
    'a getter': () => ({ x: Object.freeze({ get y() { return text; } }) }), // prettier-ignore
    'what a getter throws': () => ({
      get x(): string {
        throw new Error(text);
      },
    }),
    'an inherited getter of what is private': () => new Keeper(),
    'a prototype': () => Object.create({ x: text }) as object,
    'a class': () => new StaticKeeper(),
    'a class that others come from': () => new (class extends StaticKeeper {})(),
    'an error': () => new Error(text),
    'a cause': () => new Error('x', { cause: new AggregateError([new Error(text)]) }),
    'a map': () => new Map([[{ text }, 1]]),
    'a set': () => new Set([[text]]),
    'a symbol’s own key': () => ({ [Symbol('x')]: { text } }),
    bytes: () => Buffer.from(`x${text}`).subarray(1),
    'an array buffer': () => new TextEncoder().encode(text).buffer,
    'a promise': () => Promise.resolve({ text }),
    'a promise that rejects': () => {
      const promise = Promise.reject(new Error(text));
      promise.catch(() => undefined);
      return promise;
    },
  };
  for (const [place, value] of Object.entries(places)) {
    it(`are found in ${place}`, async () => {
      const texts = await textsIn({ a: [value()] });
      assert.ok(
        texts.some((found) => found.includes(text)),
        texts.join(),
      );
    });
  }

  it('are found once in what leads back to itself, and not waited for', async () => {
    const value: Record<string, unknown> = { text, never: new Promise(() => undefined) };
    value.again = { value };
    assert.equal((await textsIn(value)).filter((found) => found === text).length, 1);
  });

  it('are not those of the whole program', async () => {
    const texts = await textsIn({ log: () => undefined, when: new Date(), signal: new AbortController().signal });
    assert.ok(texts.length < 3_000, String(texts.length));
  });
});
