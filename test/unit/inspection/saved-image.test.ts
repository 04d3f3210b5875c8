import assert from 'node:assert/strict';
import { CancelledError } from '../../../src/base/index.ts';
import {
  InspectionError,
  type KnownLayers,
  type LayerListing,
  pathOf,
  readImageConfig,
  type ReadImage,
  readRemoteImage,
  readSavedImage,
  recallImage,
} from '../../../src/inspection/index.ts';
import { archive, gzip, inPieces } from './archives.ts';
import { classicArchive, digestOf, type Layer, makeImage, type MadeImage, ociArchive } from './images.ts';

const layers: Layer[] = [
  ['ADD rootfs.tar /', ['etc/', ''], ['etc/motd', 'hello']],
  ['RUN make', ['app/api', 'x'.repeat(100_000)], ['etc/.wh.motd', '']],
  ['COPY a a', ['a', 'same']],
  ['COPY a a', ['a', 'same']],
];
const expected = [
  ['ADD rootfs.tar /', '/etc', '/etc/motd'],
  ['RUN make', '/app/api', '/etc/motd'],
  ['COPY a a', '/a'],
  ['COPY a a', '/a'],
];
const told = ({ layers: read }: ReadImage): string[][] =>
  read.map(({ instruction = '', listing }) => [instruction, ...[...listing].map(({ key }) => pathOf(key))]);
const fails = (code: string, words: RegExp) => (error: unknown) =>
  error instanceof InspectionError && error.code === code && words.test(error.message);

function memory(): KnownLayers & { readonly kept: Map<string, LayerListing>; readonly asked: string[] } {
  const kept = new Map<string, LayerListing>();
  const asked: string[] = [];
  return {
    ...{ kept, asked },
    get: (diffId) => Promise.resolve((asked.push(diffId), kept.get(diffId))),
    put: (diffId, listing) => Promise.resolve(void kept.set(diffId, listing)),
  };
}

describe('an image as an engine saves it', () => {
  let image: MadeImage;
  before(async () => (image = await makeImage(layers, { User: 'app', Healthcheck: { Test: ['NONE'] } })));

  it('is read in the layout of old Docker, whatever the order of its parts', async () => {
    const read = await readSavedImage(inPieces(await classicArchive(image), 700));
    assert.deepEqual(told(read), expected);
    assert.deepEqual(
      read.layers.map(({ diffId }) => diffId),
      image.diffIds,
    );
    assert.deepEqual([read.config.user, read.config.healthcheck], ['app', 'disabled']);
  });

  for (const withManifest of [true, false])
    it(`is read in the OCI layout, with packed layers, ${withManifest ? 'with' : 'without'} manifest.json`, async () =>
      assert.deepEqual(told(await readSavedImage(inPieces(await ociArchive([image], { withManifest })))), expected));

  it('is the one for the platform that was asked for', async () => {
    const other = await makeImage(layers.slice(0, 1), {}, { architecture: 'arm64' });
    const bytes = await ociArchive([image, other]);
    await assert.rejects(readSavedImage(inPieces(bytes)), fails('image-ambiguous', /several platforms/u));
    const read = await readSavedImage(inPieces(bytes), { platform: { os: 'linux', architecture: 'arm64' } });
    assert.equal(read.layers.length, 1);
    const none = { platform: { os: 'linux', architecture: 's390x' } };
    await assert.rejects(readSavedImage(inPieces(bytes), none), fails('image-damaged', /no whole image/u));
  });

  it('tells no instructions where the history does not fit', async () => {
    const config = JSON.parse(image.config.toString()) as { history: unknown[] };
    config.history.pop();
    const bytes = await classicArchive({ ...image, config: Buffer.from(JSON.stringify(config)) });
    const read = await readSavedImage(inPieces(bytes));
    assert.ok(read.layers.every(({ instruction }) => instruction === undefined));
  });

  it('gives its layers to be known, by their digests', async () => {
    const known = memory();
    await readSavedImage(inPieces(await classicArchive(image)), { known });
    assert.deepEqual([...known.kept.keys()], [...new Set(image.diffIds)]);
    const digest = image.diffIds[1] ?? '';
    const bytes = await archive(
      [`blobs/sha256/${digest.slice(7)}`, image.layers[1] ?? ''],
      ['c', JSON.stringify({ rootfs: { diff_ids: [digest] } })],
      ['manifest.json', JSON.stringify([{ Config: 'c', Layers: [`blobs/sha256/${digest.slice(7)}`] }])],
    );
    const read = await readSavedImage(inPieces(bytes), { known });
    assert.equal(read.layers[0]?.listing, known.kept.get(digest));
    const config = readImageConfig(JSON.parse(image.config.toString()));
    const recalled = await recallImage(config, known);
    assert.ok(recalled);
    assert.deepEqual(told(recalled), expected);
    known.kept.delete(digest);
    assert.equal(await recallImage(config, known), undefined);
  });

  describe('and is damaged', () => {
    it('cut off', async () => {
      const bytes = await classicArchive(image);
      await assert.rejects(readSavedImage(inPieces(bytes.subarray(0, 20_000))), InspectionError);
    });
    it('without an image', async () => {
      await assert.rejects(
        readSavedImage(inPieces(await archive(['a', 'b']))),
        fails('image-damaged', /no whole image/u),
      );
      await assert.rejects(readSavedImage(inPieces(Buffer.from('{"message":"no such image"}'))), InspectionError);
    });
    it('with a layer too many, or one that climbs out', async () => {
      const more = { ...image, layers: [...image.layers, await archive(['z', ''])] };
      await assert.rejects(
        readSavedImage(inPieces(await classicArchive(more))),
        fails('image-damaged', /not the layers of which/u),
      );
      const climbing = await makeImage([['RUN evil', ['../etc/passwd', 'x']], ...layers]);
      await assert.rejects(readSavedImage(inPieces(await classicArchive(climbing))), fails('layer-path', /leads out/u));
    });
    it('with links in a circle', async () => {
      const bytes = await archive(
        ['a/layer.tar', { type: 'symlink', linkname: '../b/layer.tar' }],
        ['b/layer.tar', { type: 'symlink', linkname: '../a/layer.tar' }],
        ['c', image.config],
        ['manifest.json', JSON.stringify([{ Config: 'c', Layers: ['a/layer.tar'] }])],
      );
      await assert.rejects(readSavedImage(inPieces(bytes)), fails('image-damaged', /no whole image/u));
    });
  });

  it('passes on what fails the engine, and stops when cancelled', async () => {
    const bytes = await classicArchive(image);
    const lost = new Error('The engine went away.');
    const source = async function* (): AsyncGenerator<Uint8Array> {
      yield* inPieces(bytes.subarray(0, 5000));
      throw lost;
    };
    await assert.rejects(readSavedImage(source()), (error) => error === lost);
    const control = new AbortController();
    const stopping = async function* (): AsyncGenerator<Uint8Array> {
      for await (const piece of inPieces(bytes, 512)) {
        yield piece;
        control.abort();
      }
    };
    await assert.rejects(readSavedImage(stopping(), { signal: control.signal }), CancelledError);
  });
});

describe('an image out of a registry', () => {
  it('is read a layer at a time, and what is known is not asked for', async () => {
    const image = await makeImage(layers);
    const packed = image.layers.map((bytes) => gzip(bytes));
    const blobs = new Map([image.config, ...packed].map((bytes) => [digestOf(bytes), bytes]));
    const asked: string[] = [];
    const opener = {
      openBlob: ({ digest }: { digest: string }) => {
        asked.push(digest);
        return inPieces(blobs.get(digest) ?? Buffer.alloc(0));
      },
    };
    const descriptors = packed.map((bytes) => ({ mediaType: 'x/y', digest: digestOf(bytes), size: bytes.length }));
    const manifest = { kind: 'image', configDigest: digestOf(image.config), layers: descriptors } as const;
    const known = memory();
    assert.deepEqual(told(await readRemoteImage(manifest, opener, { known })), expected);
    assert.deepEqual(asked, [manifest.configDigest, ...new Set(descriptors.map(({ digest }) => digest))]);
    asked.length = 0;
    assert.deepEqual(told(await readRemoteImage(manifest, opener, { known })), expected);
    assert.deepEqual(asked, [manifest.configDigest]);
  });
});
