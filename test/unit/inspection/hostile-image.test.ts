import assert from 'node:assert/strict';
import path from 'node:path';
import { Readable } from 'node:stream';
import zlib from 'node:zlib';
import { pack as packer } from 'tar-stream';
import type { Log } from '../../../src/base/index.ts';
import {
  type Bytes,
  ImageInspector,
  type InspectedImage,
  InspectionError,
  type InspectionErrorCode,
  limits,
} from '../../../src/inspection/index.ts';
import { archive, gzip, inPieces } from './archives.ts';
import { digestOf } from './images.ts';

const noWords = (): void => undefined;
const log: Log = { trace: noWords, debug: noWords, info: noWords, warn: noWords, error: noWords };
const fails = (code: InspectionErrorCode, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof InspectionError, String(error));
  assert.equal(error.code, code, error.message);
  assert.match(error.message, words);
  return true;
};
const config = Buffer.from(JSON.stringify({ rootfs: { diff_ids: [`sha256:${'d'.repeat(64)}`] } }));
const MiB = 1024 * 1024;

describe('an image that is damaged or meant to harm, in a thread of its own', function () {
  this.timeout(180_000);
  let inspector: ImageInspector;
  before(() => (inspector = new ImageInspector({ workerFile: path.resolve('src/inspection/worker.ts'), log })));
  after(() => inspector.dispose());

  /** An image in a registry of one layer. */
  const withLayer = (layer: Bytes): Promise<InspectedImage> => {
    const descriptor = { mediaType: 'x/y', digest: `sha256:${'e'.repeat(64)}`, size: 1 };
    const manifest = { kind: 'image', configDigest: digestOf(config), layers: [descriptor] } as const;
    return inspector.inspectRemote(manifest, {
      openBlob: ({ digest }) => (digest === manifest.configDigest ? inPieces(config) : layer),
    });
  };

  it('ends where it is cut off, wherever that is', async () => {
    const whole = gzip(await archive(['a', 'x'.repeat(70_000)], ['b', 'y']));
    for (const length of [0, 3, 20, Math.floor(whole.length / 2), whole.length - 1])
      await assert.rejects(withLayer(inPieces(whole.subarray(0, length))), fails('layer-damaged', /./u), `${length}`);
  });

  it('ends at a path that climbs out', async () =>
    assert.rejects(
      withLayer(inPieces(gzip(await archive(['a/../../etc/passwd', 'x'])))),
      fails('layer-path', /leads out/u),
    ));

  it('is not led round in circles by its links', async () => {
    const layer = await archive(
      ['a', { type: 'symlink', linkname: 'b' }],
      ['b', { type: 'symlink', linkname: 'a' }],
      ['c', { type: 'link', linkname: 'c' }],
    );
    assert.equal((await withLayer(inPieces(gzip(layer)))).layers[0]?.entries, 3);
    const saved = await archive(
      ['a/layer.tar', { type: 'symlink', linkname: '../b/layer.tar' }],
      ['b/layer.tar', { type: 'symlink', linkname: '../a/layer.tar' }],
      ['c', config],
      ['manifest.json', JSON.stringify([{ Config: 'c', Layers: ['a/layer.tar'] }])],
    );
    await assert.rejects(
      inspector.inspectSaved(() => inPieces(saved)),
      fails('image-damaged', /no whole image/u),
    );
  });

  it('ends early in a file of ten gigabytes of nothing', () =>
    withinMemory(150 * MiB, () =>
      assert.rejects(withLayer(nothing(10 * 1024)), fails('layer-limit', /more than 200 times its size/u)),
    ));

  it('ends at more than a million entries', () =>
    withinMemory(256 * MiB, () =>
      assert.rejects(
        withLayer(manyEntries(limits.entries + 1)),
        fails('layer-limit', /The layer has more than 1000000 entries/u),
      ),
    ));
});

/** Fails where this process, its threads with it, takes more than so many bytes on top of what it has. */
async function withinMemory(bytes: number, work: () => Promise<void>): Promise<void> {
  const before = process.memoryUsage.rss();
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss() - before)), 20);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  assert.ok(most < bytes, `${Math.round(most / MiB)} MiB more`);
}

/** The head of a file of so many mebibytes, then zeros without end. */
function nothing(mebibytes: number): Bytes {
  const pack = packer();
  pack.entry({ name: 'sparse', size: mebibytes * MiB });
  const zeros = Buffer.alloc(MiB);
  const unpacked = async function* (): AsyncGenerator<Uint8Array> {
    for await (const head of pack) {
      yield head as Buffer;
      break;
    }
    for (;;) yield zeros;
  };
  return Readable.from(unpacked()).pipe(zlib.createGzip({ level: 1 }));
}

/** Empty files, each in a block that differs from the others by the digits of its name and its sum. */
async function* manyEntries(count: number): AsyncGenerator<Uint8Array> {
  const digits = 7;
  const header = (await archive(['f0000000', ''])).subarray(0, 512);
  const sum = header.reduce((total, byte) => total + byte, 0) - checksumIn(header) + 8 * 32;
  for (let first = 0; first < count; first += 1_000) {
    const blocks = Buffer.alloc(512 * Math.min(1_000, count - first));
    for (let at = 0; at < blocks.length; at += 512) {
      const name = String(first + at / 512).padStart(digits, '0');
      header.copy(blocks, at);
      blocks.write(name, at + 1, 'latin1');
      let own = sum;
      for (const digit of name) own += Number(digit);
      blocks.write(`${own.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
    }
    yield blocks;
  }
  yield Buffer.alloc(1024);
}

/** What the eight bytes of the sum add to the sum of all. */
function checksumIn(header: Uint8Array): number {
  return header.subarray(148, 156).reduce((total, byte) => total + byte, 0);
}
