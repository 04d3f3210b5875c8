import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import zlib from 'node:zlib';
import { Readable } from 'node:stream';
import { pack as packer } from 'tar-stream';
import { CancelledError } from '../../../src/base/index.ts';
import { InspectionError, limits, readLayer } from '../../../src/inspection/index.ts';
import { all, archive, entriesOf, gzip, inPieces } from './archives.ts';

const refuses = (code: string, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof InspectionError, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, words);
  return true;
};

/** As zstd:chunked: a frame a file, with checksums or not, and one to skip. */
function frames(bytes: Buffer): Buffer {
  const skipped = Buffer.from([0x5e, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5]);
  const params = { [zlib.constants.ZSTD_c_checksumFlag]: 1 };
  return Buffer.concat([
    ...[skipped, zlib.zstdCompressSync(bytes.subarray(0, 700), { params })],
    ...[skipped, zlib.zstdCompressSync(bytes.subarray(700, 1024)), zlib.zstdCompressSync(bytes.subarray(1024))],
    skipped,
  ]);
}

describe('reading a layer', () => {
  it('gives each entry with its path, kind, size and mode', async () => {
    const bytes = await archive(
      ['etc/', { mode: 0o755 }],
      ['etc/motd', 'hello'],
      ['./usr//bin/../bin/sudo', { mode: 0o4755, size: 0 }],
      ['bin', { type: 'symlink', linkname: 'usr/bin' }],
      ['etc/issue', { type: 'link', linkname: 'etc/motd' }],
      ['dev/null', { type: 'character-device' }],
      ['run/pipe', { type: 'fifo' }],
      ['/', { mode: 0o755 }],
    );
    assert.deepEqual(await entriesOf(bytes), [
      { kind: 'folder', path: '/etc', mode: 0o755 },
      { kind: 'file', path: '/etc/motd', size: 5, mode: 0o644 },
      { kind: 'file', path: '/usr/bin/sudo', size: 0, mode: 0o4755 },
      { kind: 'symbolic-link', path: '/bin', mode: 0o644 },
      { kind: 'hard-link', path: '/etc/issue', mode: 0o644 },
      { kind: 'device', path: '/dev/null', mode: 0o644 },
      { kind: 'pipe', path: '/run/pipe', mode: 0o644 },
      { kind: 'folder', path: '/', mode: 0o755 },
    ]);
  });

  it('reads whiteouts as what they take away', async () => {
    const bytes = await archive(
      ['etc/.wh.motd'],
      ['.wh.opt'],
      ['var/.wh..wh..opq'],
      ['.wh..wh..opq'],
      ['.wh..wh.plnk/'],
      ['usr/.wh.'],
    );
    assert.deepEqual(await entriesOf(bytes), [
      { kind: 'whiteout', path: '/etc/motd' },
      { kind: 'whiteout', path: '/opt' },
      { kind: 'opaque', path: '/var' },
      { kind: 'opaque', path: '/' },
      { kind: 'file', path: '/usr/.wh.', size: 0, mode: 0o644 },
    ]);
  });

  it('takes long and foreign names', async () => {
    const long = `${'folder/'.repeat(40)}Grüße 🐳`;
    assert.deepEqual(
      (await entriesOf(await archive([long, 'x']))).map(({ path }) => path),
      [`/${long}`],
    );
  });

  describe('however it is packed', () => {
    const parts = [['a', 'x'.repeat(70_000)], ['b']] as const;
    const packings: [name: string, pack: (bytes: Buffer) => Buffer][] = [
      ['not at all', (bytes) => bytes],
      ['with gzip', (bytes) => zlib.gzipSync(bytes)],
      [
        'with gzip, in several members',
        (bytes) => Buffer.concat([gzip(bytes.subarray(0, 999)), gzip(bytes.subarray(999))]),
      ],
      ['with zstd', (bytes) => zlib.zstdCompressSync(bytes)],
      ['with zstd, in several frames', frames],
    ];
    for (const [name, pack] of packings)
      for (const size of [1, 511, 65_536])
        it(`${name}, in pieces of ${size} bytes`, async () => {
          const entries = await entriesOf(pack(await archive(...parts)), {}, size);
          assert.deepEqual(
            entries.map((entry) => [entry.path, entry.kind === 'file' && entry.size]),
            [
              ['/a', 70_000],
              ['/b', 0],
            ],
          );
        });
    it('empty', async () => assert.deepEqual(await entriesOf(gzip(Buffer.alloc(1024))), []));
  });

  it('gives fingerprints and the content of small files where that is asked for', async () => {
    const bytes = await archive(
      ['small', 'key'],
      ['large', Buffer.alloc(2 * limits.contentBytes, 1)],
      ['again', 'key'],
    );
    const asked: string[] = [];
    const wantsContent = ({ path }: { path: string }): boolean => asked.push(path) > 0 && path === '/again';
    const [small, large, again] = await entriesOf(bytes, { fingerprintFrom: 3, wantsContent });
    const fingerprint = createHash('sha1').update('key').digest('hex').slice(0, 16);
    assert.deepEqual(small, { kind: 'file', path: '/small', size: 3, mode: 0o644, fingerprint });
    assert.ok(large?.kind === 'file' && large.fingerprint !== fingerprint && large.content === undefined);
    assert.ok(again?.kind === 'file' && again.content);
    assert.equal(again.content.toString(), 'key');
    assert.deepEqual(asked, ['/small', '/again']);
  });

  describe('that is damaged', () => {
    it('ends where the archive is cut off', async () => {
      const bytes = await archive(['a', 'x'.repeat(70_000)]);
      for (const cut of [bytes.subarray(0, 60_000), gzip(bytes.subarray(0, 60_000))])
        await assert.rejects(
          entriesOf(cut),
          refuses('layer-damaged', /The layer is damaged: Unexpected end of data\./u),
        );
    });
    for (const [name, pack] of [
      ['gzip', zlib.gzipSync],
      ['zstd', zlib.zstdCompressSync],
    ] as const)
      it(`ends where ${name} is cut off`, async () => {
        const packed = pack(await archive(['a', Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * i) % 251))]));
        await assert.rejects(entriesOf(packed.subarray(0, -20)), refuses('layer-damaged', /unexpected end of file/u));
      });
    it('ends at garbage', async () => {
      const garbage = Buffer.from('<!doctype html>'.repeat(100));
      await assert.rejects(entriesOf(garbage), refuses('layer-damaged', /neither a tar archive/u));
      await assert.rejects(entriesOf(Buffer.alloc(0)), refuses('layer-damaged', /neither a tar archive/u));
      await assert.rejects(entriesOf(gzip(garbage)), refuses('layer-damaged', /Invalid tar header/u));
      const bytes = await archive(['a', 'x']);
      await assert.rejects(entriesOf(Buffer.concat([bytes, garbage])), refuses('layer-damaged', /damaged/u));
    });
    it('ends at a path that climbs out', async () => {
      for (const name of ['../etc/passwd', 'a/../../b', '..', '/..', 'a/.wh...'])
        await assert.rejects(entriesOf(await archive([name])), refuses('layer-path', /leads out of the image/u));
    });
    it('ends at a path that no Linux takes', async () =>
      assert.rejects(entriesOf(await archive(['x/'.repeat(2100) + 'y'])), refuses('layer-limit', /longer than 4096/u)));
    it('does not follow links, which may lead round in circles', async () => {
      const loop = await archive(
        ['a', { type: 'symlink', linkname: 'b' }],
        ['b', { type: 'symlink', linkname: 'a' }],
        ['c', { type: 'link', linkname: 'c' }],
        ['d', { type: 'symlink', linkname: '../../../etc' }],
      );
      assert.equal((await entriesOf(loop)).length, 4);
    });
    it('ends where there are too many entries', async () => {
      const bytes = await archive(...Array.from({ length: 30 }, (_, index) => [`f${index}`] as const));
      assert.equal((await entriesOf(bytes, { mostEntries: 30 })).length, 30);
      await assert.rejects(entriesOf(bytes, { mostEntries: 29 }), refuses('layer-limit', /more than 29 entries/u));
      assert.equal(limits.entries, 1_000_000);
    });
    it('is not believed the size that it claims', async () => {
      const bytes = await archive(['a', { size: 0 }]);
      const header = Buffer.from(bytes.subarray(0, 512));
      header.write('777777777777', 124, 'latin1');
      await assert.rejects(entriesOf(header), refuses('layer-damaged', /Invalid tar header/u));
    });
  });

  it('ends a huge file of nothing early', async function () {
    this.timeout(60_000);
    const pack = packer();
    pack.entry({ name: 'sparse', size: 10 * 1024 ** 3 });
    const zeros = Buffer.alloc(1024 * 1024);
    const source = async function* (): AsyncGenerator<Uint8Array> {
      const head = (pack.read() as Buffer | null) ?? Buffer.alloc(0);
      yield* Readable.from([head, ...Array.from({ length: 10 * 1024 }, () => zeros)]).pipe(
        zlib.createGzip({ level: 1 }),
      ) as AsyncIterable<Uint8Array>;
    };
    const before = process.memoryUsage().rss;
    let most = 0;
    const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
    try {
      await assert.rejects(all(readLayer(source())), refuses('layer-limit', /more than 200 times its size/u));
    } finally {
      clearInterval(timer);
    }
    assert.ok(most - before < 100 * 1024 * 1024, `${most - before} bytes`);
  });

  it('passes on what fails its source, as it is', async () => {
    const bytes = await archive(['a', 'x'.repeat(70_000)]);
    const lost = new Error('The engine went away.');
    const source = async function* (): AsyncGenerator<Uint8Array> {
      yield* inPieces(bytes.subarray(0, 5000));
      throw lost;
    };
    await assert.rejects(all(readLayer(source())), (error) => error === lost);
  });

  it('lets go of its source when it is left or cancelled', async () => {
    const bytes = await archive(['a', 'x'.repeat(70_000)], ['b', 'x'.repeat(7_000_000)]);
    let released = 0;
    const source = async function* (): AsyncGenerator<Uint8Array> {
      try {
        yield* inPieces(bytes, 1024);
      } finally {
        released++;
      }
    };
    for await (const entry of readLayer(source())) {
      assert.equal(entry.path, '/a');
      break;
    }
    const control = new AbortController();
    await assert.rejects(async () => {
      for await (const entry of readLayer(source(), { signal: control.signal })) {
        assert.equal(entry.path, '/a');
        control.abort();
      }
    }, CancelledError);
    for (let turn = 0; released < 2 && turn < 100; turn++) await new Promise(setImmediate);
    assert.equal(released, 2);
  });
});
