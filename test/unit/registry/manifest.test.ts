import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readManifest } from '../../../src/registry/manifest.ts';
import { dockerManifest, dockerManifestList, ociIndex, ociManifest } from '../../../src/registry/media-types.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digest('b'), size: 20 };
const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digest('a'), size: 10 };
const image = { schemaVersion: 2, config, layers: [layer] };
const entry = { mediaType: ociManifest, digest: digest('c'), size: 30 };
const arm = { os: 'linux', architecture: 'arm64', variant: 'v8' };
const index = { schemaVersion: 2, manifests: [{ ...entry, platform: { ...arm, 'os.version': 'x' } }, entry] };

const readImage = { kind: 'image', configDigest: digest('a'), layers: [layer] };
const readIndex = { kind: 'index', manifests: [{ ...entry, platform: arm }, entry] };

describe('readManifest', () => {
  it('reads all four media types', () => {
    for (const mediaType of [ociManifest, dockerManifest])
      assert.deepEqual(readManifest({ ...image, mediaType }, mediaType), { mediaType, body: readImage });
    for (const mediaType of [ociIndex, dockerManifestList])
      assert.deepEqual(readManifest({ ...index, mediaType }, mediaType), { mediaType, body: readIndex });
  });

  it('takes the media type from the body, else from the header, else from the shape', () => {
    const kind = (json: unknown, type: string): unknown => {
      const read = readManifest(json, type);
      return 'fault' in read ? read.fault : read.mediaType;
    };
    assert.equal(kind({ ...image, mediaType: dockerManifest }, 'application/json'), dockerManifest);
    assert.equal(kind(image, dockerManifest), dockerManifest);
    assert.equal(kind(image, 'application/octet-stream'), ociManifest);
    assert.equal(kind(index, ''), ociIndex);
  });

  it('takes null for an empty list, as Go writes it', () => {
    assert.deepEqual(readManifest({ ...image, layers: null }, ociManifest), {
      mediaType: ociManifest,
      body: { ...readImage, layers: [] },
    });
  });

  const refused: [string, unknown, string, RegExp][] = [
    ['one that is image and index at once', { ...image, ...index }, ociManifest, /both/u],
    ['a body that contradicts its header', { ...image, mediaType: ociManifest }, dockerManifest, /media type/u],
    ['an index under an image’s type', index, ociManifest, /config/u],
    ['an image under an index’s type', image, ociIndex, /manifests/u],
    [
      'an old kind',
      { schemaVersion: 1, fsLayers: [], mediaType: 'application/vnd.docker.distribution.manifest.v1+json' },
      '',
      /not supported/u,
    ],
    ['an artifact', { mediaType: 'application/vnd.example+json' }, '', /not supported/u],
    ['a config without digest', { ...image, config: {} }, ociManifest, /config/u],
    ['a digest that is none', { ...image, config: { ...config, digest: 'sha256:x' } }, ociManifest, /config\.digest/u],
    ['a negative size', { ...image, layers: [{ ...layer, size: -1 }] }, ociManifest, /layers\.0\.size/u],
    ['a size that is no number', { ...image, layers: [{ ...layer, size: '1' }] }, ociManifest, /layers\.0\.size/u],
    ['layers that are no list', { ...image, layers: {} }, ociManifest, /layers/u],
    ['an object without anything', {}, '', /config/u],
    ['a number', 1, ociManifest, /object/u],
    ['null', null, ociManifest, /object/u],
  ];
  for (const [name, json, type, words] of refused)
    it(`refuses ${name}`, () => {
      const read = readManifest(json, type);
      assert.ok('fault' in read);
      assert.match(read.fault, words);
    });

  it('throws nothing, whatever the JSON', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom(ociManifest, ociIndex, ''),
        (json, type) => void readManifest(json, type),
      ),
    );
    const key = fc.constantFrom('mediaType', 'config', 'layers', 'manifests', 'digest', 'size', 'platform');
    const odd = fc.dictionary(key, fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant([{}]), fc.constant(config)));
    fc.assert(fc.property(odd, (json) => void readManifest(json, '')));
  });
});
