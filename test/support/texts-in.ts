/** So many things a value may lead to; more than this is no value but a whole program. */
const most = 300_000;

/**
 * Every text that can be got at from a value: texts and bytes themselves (as Latin-1), names of properties, descriptions
 * of symbols, and the same of whatever is held by properties, hidden ones and those of prototypes and of functions
 * included, behind getters or in what they throw, in maps and sets, and in promises that have settled.
 *
 * @throws Error when that does not end
 */
export async function textsIn(...values: unknown[]): Promise<string[]> {
  const texts: string[] = [];
  const seen = new Set<unknown>(builtIn);
  const ahead: unknown[] = [...values];
  while (ahead.length > 0) {
    const value = ahead.pop();
    if (typeof value === 'string') texts.push(value);
    else if (typeof value === 'symbol') texts.push(value.description ?? '');
    if (!isObject(value) || seen.has(value)) continue;
    seen.add(value);
    if (seen.size > most) throw new Error(`There are more than ${most} things to look at.`);
    if (value instanceof Promise) ahead.push(await settled(value));
    else if (value instanceof Map || value instanceof Set) ahead.push(...([...value] as unknown[]).flat());
    else if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      texts.push(bytesOf(value).toString('latin1'));
      continue;
    }
    for (const holder of prototypes(value)) {
      if (holder !== value) ahead.push(holder);
      for (const key of Reflect.ownKeys(holder)) ahead.push(key, read(value, holder, key));
    }
  }
  return texts;
}

/** What every program has and nobody keeps anything in. */
const builtIn: readonly unknown[] = [
  ...[Object, Function, Array, Promise, Map, Set, Error, Symbol, String, Number, Boolean, RegExp, Date, Uint8Array],
  ...[globalThis, process],
].flatMap((thing) => [thing, 'prototype' in thing ? thing.prototype : undefined]);

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** The value, and those it inherits from but for what is built in. */
function* prototypes(value: object): Generator<object> {
  for (let holder: object | null = value; holder && !builtIn.includes(holder);) {
    yield holder;
    holder = Reflect.getPrototypeOf(holder);
  }
}

/** What the property gives, or what it throws. An inherited getter is asked on behalf of the one that inherits it. */
function read(value: object, holder: object, key: string | symbol): unknown {
  try {
    const property = Reflect.getOwnPropertyDescriptor(holder, key);
    return property && 'value' in property ? property.value : Reflect.get(holder, key, value);
  } catch (error) {
    return error;
  }
}

/** What a promise holds, or rejects with; undefined when it does not say so now. */
function settled(promise: Promise<unknown>): Promise<unknown> {
  const later = new Promise((resolve) => setImmediate(resolve));
  return Promise.race([promise, later]).catch((error: unknown) => error);
}

function bytesOf(value: ArrayBufferView | ArrayBuffer): Buffer {
  return value instanceof ArrayBuffer
    ? Buffer.from(value)
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
