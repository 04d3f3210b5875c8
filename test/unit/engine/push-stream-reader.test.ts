import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PushStreamReader, readPushStream, type PushStreamEvent } from '../../../src/engine/index.ts';

const digest = `sha256:${'ab'.repeat(32)}`;

/** The events of one answer whose lines are these objects, or these texts. */
function read(...lines: (object | string)[]): PushStreamEvent[] {
  const reader = new PushStreamReader();
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\r\n');
  return [...reader.write(Buffer.from(text)), ...reader.end()];
}

describe('PushStreamReader', () => {
  it('reads each state of a layer', () => {
    const id = '53bc782d38e0';
    const states = {
      Waiting: { state: 'waiting' },
      Preparing: { state: 'preparing' },
      Pushed: { state: 'pushed' },
      'Layer already exists': { state: 'exists' },
      'Already exists': { state: 'exists' },
      'Mounted from acme/base': { state: 'mounted', from: 'acme/base' },
      'Skipped foreign layer': { state: 'skipped' },
      Unavailable: { state: 'unavailable' },
      'Retrying in 1 second': { state: 'retrying', retryInSeconds: 1 },
      'Retrying in 20 seconds': { state: 'retrying', retryInSeconds: 20 },
    };
    for (const [status, expected] of Object.entries(states))
      assert.deepEqual(read({ status, progressDetail: {}, id }), [{ type: 'layer', id, ...expected }]);
  });

  it('reads progress as the stores give it', () => {
    const pushing = (progressDetail?: object): PushStreamEvent[] =>
      read({ status: 'Pushing', id: 'a', progressDetail });
    const layer = { type: 'layer', id: 'a', state: 'pushing' };
    assert.deepEqual(pushing({ current: 2048, total: 4 }), [{ ...layer, current: 2048, total: 4 }]);
    assert.deepEqual(pushing({ total: 4 }), [{ ...layer, current: 0, total: 4 }]);
    assert.deepEqual(pushing({ current: 7 }), [{ ...layer, current: 7 }]);
    assert.deepEqual(pushing({}), [layer]);
    assert.deepEqual(pushing(), [layer]);
    assert.deepEqual(pushing({ current: '1', total: -4 }), [layer]);
  });

  it('gives out the digest of the status line and of aux, also when both are in one object', () => {
    const status = `1.0: digest: ${digest} size: 739`;
    const aux = { Tag: '1.0', Digest: digest, Size: 739 };
    const event = { type: 'digest', tag: '1.0', digest, size: 739 };
    assert.deepEqual(read({ status }), [event]);
    assert.deepEqual(read({ progressDetail: {}, aux }), [event]);
    assert.deepEqual(read({ status, aux }), [event, event]);
    assert.deepEqual(read({ aux: { tag: '1.0', digest } }), [{ type: 'digest', tag: '1.0', digest }]);
  });

  it('takes nothing for a digest that is none', () => {
    for (const status of ['1: digest: sha256:ab size: 1', `1: digest: ${digest}`, `x 1: digest: ${digest} size: 1`])
      assert.deepEqual(read({ status }), [{ type: 'message', text: status }]);
    assert.deepEqual(read({ aux: { Tag: '1', Digest: '', Size: 1 } }), []);
    assert.deepEqual(read({ aux: { Digest: digest } }), []);
  });

  it('warns of a manifest pushed instead of the index, and of missing content, in any case of the keys', () => {
    const [instead] = read({
      aux: { ManifestPushedInsteadOfIndex: true, OriginalIndex: { Digest: 'o' }, selectedManifest: { digest: 's' } },
    });
    assert(instead?.type === 'warning');
    assert.equal(instead.code, 'manifest-pushed-instead-of-index');
    assert.equal(instead.originalDigest, 'o');
    assert.equal(instead.selectedDigest, 's');
    const [missing] = read({ aux: { contentMissing: true, desc: { digest: 'd' } } });
    assert(missing?.type === 'warning');
    assert.equal(missing.code, 'content-missing');
    assert.equal(missing.originalDigest, 'd');
    assert.deepEqual(read({ aux: { manifestPushedInsteadOfIndex: 'yes', contentMissing: 1 } }), []);
  });

  it('reads an error in each of its forms, with or without words', () => {
    const wordless = 'The engine reported a failure without saying which.';
    const cases: [object, string, number?][] = [
      [{ errorDetail: { message: 'new' }, error: 'old' }, 'new'],
      [{ errorDetail: { message: 'new', code: 404 } }, 'new', 404],
      [{ error: 'old' }, 'old'],
      [{ errorDetail: {}, error: 'old' }, 'old'],
      [{ message: 'invalid tag format' }, 'invalid tag format'],
      [{ errorDetail: {} }, wordless],
      [{ errorDetail: 5, error: ['x'] }, wordless],
    ];
    for (const [line, message, code] of cases)
      assert.deepEqual(read(line), [{ type: 'error', message, ...(code !== undefined && { code }) }]);
    assert.deepEqual(read({ error: '', errorDetail: null }), []);
  });

  it('passes other statuses on as text, and ignores what it does not know', () => {
    assert.deepEqual(read({ status: 'The push refers to repository [a/b]' }), [
      { type: 'message', text: 'The push refers to repository [a/b]' },
    ]);
    assert.deepEqual(read({ status: 'Polishing', id: 'a' }), [{ type: 'message', text: 'Polishing' }]);
    assert.deepEqual(read({ stream: 'text' }), [{ type: 'message', text: 'text' }]);
    assert.deepEqual(read({}, { status: 5, id: {}, aux: [], progressDetail: 'x', novelty: true }, ''), []);
  });

  it('finds nothing in a name that every object has, nor in a __proto__ that a line brings', () => {
    assert.deepEqual(read({ status: 'constructor', id: 'toString' }), [{ type: 'message', text: 'constructor' }]);
    assert.deepEqual(
      read('{"__proto__":{"status":"Pushed","id":"a","error":"x"},"aux":{"__proto__":{"Tag":"1"}}}'),
      [],
    );
    assert.equal(({} as { status?: string }).status, undefined);
    Object.defineProperty(Object.prototype, 'error', { value: 'inherited', configurable: true });
    try {
      assert.deepEqual(read({ status: 'fine' }), [{ type: 'message', text: 'fine' }]);
    } finally {
      delete (Object.prototype as { error?: string }).error;
    }
  });

  it('counts the bytes of a damaged line and reads the next one', () => {
    const next = { status: 'Pushed', id: 'a' };
    const event = { type: 'layer', id: 'a', state: 'pushed' };
    for (const damaged of ['<html>', '{"status":', '[]', 'null', '"text"', '7', '{} {}'])
      assert.deepEqual(read(damaged, next), [{ type: 'damaged', bytes: damaged.length + 1 }, event]);
  });

  it('skips an over-long line, whole or in pieces, and keeps no more of it than the cap', () => {
    const pushed = Buffer.from('{"status":"Pushed","id":"a"}\n');
    const expected = [
      { type: 'damaged', bytes: 101 },
      { type: 'layer', id: 'a', state: 'pushed' },
    ];
    const long = Buffer.from(`${'x'.repeat(101)}\n`);
    assert.deepEqual(new PushStreamReader(100).write(Buffer.concat([long, pushed])), expected);
    const reader = new PushStreamReader(100);
    const events = [...long, ...pushed].flatMap((byte) => reader.write(Buffer.of(byte)));
    assert.deepEqual(events, expected);
    const fitting = `{"status":"${'x'.repeat(87)}"}`;
    assert.equal(new PushStreamReader(100).write(Buffer.from(`${fitting}\n`))[0]?.type, 'message');
    assert.deepEqual(new PushStreamReader(99).write(Buffer.from(`${fitting}\n`)), [{ type: 'damaged', bytes: 100 }]);
  });

  it('holds little of an endless line', () => {
    const reader = new PushStreamReader();
    const piece = Buffer.alloc(8 * 1024 * 1024, 'x');
    const before = process.memoryUsage().arrayBuffers;
    for (let written = 0; written < 32; written += 1) assert.deepEqual(reader.write(piece), []);
    assert(process.memoryUsage().arrayBuffers - before < 64 * 1024 * 1024);
    assert.deepEqual(reader.end(), [{ type: 'damaged', bytes: 32 * piece.length }]);
  });

  it('does not keep the caller’s buffer', () => {
    const reader = new PushStreamReader();
    const buffer = Buffer.from('{"status":"Pushed",');
    reader.write(buffer);
    buffer.fill('!');
    assert.deepEqual(reader.write(Buffer.from('"id":"a"}\n')), [{ type: 'layer', id: 'a', state: 'pushed' }]);
  });

  it('reads characters of several bytes however they are split, and bytes that are none as replacements', () => {
    const bytes = Buffer.from('{"status":"mèh — 🐋"}\n');
    const reader = new PushStreamReader();
    assert.deepEqual(
      [...bytes].flatMap((byte) => reader.write(Buffer.of(byte))),
      [{ type: 'message', text: 'mèh — 🐋' }],
    );
    const broken = Buffer.concat([Buffer.from('{"status":"a'), Buffer.of(0xff, 0xc3), Buffer.from('"}\n')]);
    assert.deepEqual(reader.write(broken), [{ type: 'message', text: 'a\uFFFD\uFFFD' }]);
  });

  it('reads any bytes, in any pieces, as it reads them whole', () => {
    const line = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .record(
          { status: fc.anything(), id: fc.anything(), error: fc.anything(), aux: fc.object() },
          { requiredKeys: [] },
        )
        .map((value) =>
          Buffer.from(JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? 1 : part))),
        ),
    );
    const stream = fc.array(line).map((lines) => Buffer.concat(lines.flatMap((each) => [each, Buffer.from('\n')])));
    fc.assert(
      fc.property(stream, fc.array(fc.nat(400)), (bytes, cuts) => {
        const reader = new PushStreamReader(200);
        const events: PushStreamEvent[] = [];
        let start = 0;
        for (const cut of [...cuts.sort((a, b) => a - b), bytes.length]) {
          events.push(...reader.write(bytes.subarray(start, cut)));
          start = Math.max(start, cut);
        }
        events.push(...reader.end());
        const whole = new PushStreamReader(200);
        assert.deepEqual(events, [...whole.write(bytes), ...whole.end()]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('readPushStream', () => {
  async function* cut(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from('{"status":"Pushed","id":"a"}\r\n{"error":"denied"}'));
    throw new Error('aborted');
  }

  it('gives out the last line of an answer cut short before it throws', async () => {
    const types: string[] = [];
    const reading = async (): Promise<void> => {
      for await (const event of readPushStream(cut())) types.push(event.type);
    };
    await assert.rejects(reading, /aborted/);
    assert.deepEqual(types, ['layer', 'error']);
  });

  it('closes its source when it is left', async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield await Promise.resolve(Buffer.from('{"status":"x"}\n'));
      } finally {
        closed = true;
      }
    }
    for await (const event of readPushStream(endless())) {
      assert.equal(event.type, 'message');
      break;
    }
    assert(closed);
  });
});
