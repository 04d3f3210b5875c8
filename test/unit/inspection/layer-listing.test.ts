import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  InspectionError,
  type LayerEntry,
  LayerListing,
  listLayer,
  pathOf,
  readLayer,
} from '../../../src/inspection/index.ts';
import { archive, inPieces } from './archives.ts';

async function* given(entries: readonly LayerEntry[]): AsyncGenerator<LayerEntry> {
  for (const entry of entries) yield await Promise.resolve(entry);
}
const file = (path: string, size = 1): LayerEntry => ({ kind: 'file', path, size, mode: 0o644 });
const pathsOf = (listing: LayerListing): string[] => [...listing].map(({ key }) => pathOf(key));

describe('the listing of a layer', () => {
  it('has the order of a tree, whatever the order of the archive', async () => {
    const paths = ['/b', '/a.txt', '/a/z', '/a', '/a/b/c', '/a-', '/ä', '/'];
    const listing = await listLayer(given(paths.map((path) => file(path))));
    assert.deepEqual(pathsOf(listing), ['/', '/a', '/a/b/c', '/a/z', '/a-', '/a.txt', '/b', '/ä']);
    assert.deepEqual([listing.entries, listing.fileBytes], [8, 8]);
  });

  it('keeps what is known of each', async () => {
    const bytes = await archive(['bin/su', { mode: 0o4755 }], ['var/.wh..wh..opq'], ['opt/big', 'x'.repeat(300)]);
    const listing = await listLayer(readLayer(inPieces(bytes), { fingerprintFrom: 300 }));
    const fingerprint = createHash('sha1').update('x'.repeat(300)).digest('hex').slice(0, 16);
    assert.deepEqual(
      [...listing].map(({ key, ...rest }) => ({ path: pathOf(key), ...rest })),
      [
        { path: '/bin/su', kind: 'file', size: 0, mode: 0o4755 },
        { path: '/opt/big', kind: 'file', size: 300, mode: 0o644, fingerprint },
        { path: '/var', kind: 'opaque', size: 0, mode: 0 },
      ],
    );
  });

  it('takes the last of several entries for a path, beside what the layer takes away there', async () => {
    const listing = await listLayer(
      given([file('/a', 1), { kind: 'whiteout', path: '/a' }, { kind: 'folder', path: '/a', mode: 0 }, file('/a', 3)]),
    );
    assert.deepEqual(
      [...listing].map(({ kind, size }) => [kind, size]),
      [
        ['whiteout', 0],
        ['file', 3],
      ],
    );
  });

  it('gives back any paths and sizes', () =>
    fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), fc.maxSafeNat()), async (sizes) => {
        const known = new Map(Object.entries(sizes).map(([name, size]) => [`/${name.replace(/[/\0]/gu, '_')}`, size]));
        const listing = await listLayer(given([...known].map(([path, size]) => file(path, size))));
        const read = LayerListing.read(Buffer.from(listing.encoded));
        assert.deepEqual(new Map([...read].map(({ key, size }) => [pathOf(key), size])), known);
      }),
      { numRuns: 50 },
    ));

  it('refuses what is damaged', async () => {
    const { encoded } = await listLayer(given([file('/a/b', 5), file('/a/c', 500), file('/b')]));
    for (let length = 1; length < encoded.length; length++)
      try {
        assert.ok(LayerListing.read(encoded.subarray(0, length)).entries < 3);
      } catch (error) {
        assert.ok(error instanceof InspectionError, String(error));
      }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          LayerListing.read(Buffer.from(bytes));
        } catch (error) {
          assert.ok(error instanceof InspectionError, String(error));
        }
      }),
    );
  });

  it('ends paths that are too long together', async () => {
    const long = `/${'x'.repeat(4000)}`;
    const endless = async function* (): AsyncGenerator<LayerEntry> {
      for (let index = 0; ; index++) yield await Promise.resolve(file(`${long}${index}`));
    };
    await assert.rejects(
      listLayer(endless()),
      (error) => error instanceof InspectionError && error.code === 'layer-limit',
    );
  });

  it('holds many entries in little memory, in order or not', async function () {
    this.timeout(60_000);
    const count = 100_000;
    for (const isSorted of [true, false]) {
      const before = process.memoryUsage().arrayBuffers;
      const many = async function* (): AsyncGenerator<LayerEntry> {
        for (let index = 0; index < count; index++) {
          const number = String(isSorted ? index : (index * 7_919) % count).padStart(7, '0');
          const path = `/usr/lib/node_modules/${number.slice(0, 4)}/dist/esm/internal/file-${number}.js`;
          yield index % 1000 === 0 ? await Promise.resolve(file(path, index)) : file(path, index);
        }
      };
      const listing = await listLayer(many());
      assert.equal(listing.entries, count);
      assert.ok(listing.encoded.length < 25 * count, `${listing.encoded.length} bytes`);
      const most = process.memoryUsage().arrayBuffers - before;
      assert.ok(most < 200 * count, `${most} bytes`);
    }
  });
});
