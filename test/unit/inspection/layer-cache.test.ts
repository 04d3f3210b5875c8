import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LayerCache, type LayerListing, listLayer, readLayer } from '../../../src/inspection/index.ts';
import { collectingLog } from '../push/parts.ts';
import { archive, inPieces } from './archives.ts';

const diffId = (index: number): string => `sha256:${String(index).padStart(64, '0')}`;

describe('what is known of layers', () => {
  let folder: string;
  let log: ReturnType<typeof collectingLog>;
  let listing: LayerListing;
  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(tmpdir(), 'docker-push-layers-')), 'layers');
    log = collectingLog();
    const bytes = await archive(['etc/motd', 'hello'], ['opt/.wh.x', ''], ['big', 'x'.repeat(100_000)]);
    listing = await listLayer(readLayer(inPieces(bytes), { fingerprintFrom: 1000 }));
  });
  afterEach(() => rm(path.dirname(folder), { recursive: true, force: true }));
  const open = (capBytes?: number) => new LayerCache(folder, log, capBytes);

  it('is nothing at first', async () => assert.equal(await open().get(diffId(1)), undefined));

  it('is given back to whoever asks', async () => {
    await open().put(diffId(1), listing);
    assert.deepEqual([...((await open().get(diffId(1))) ?? [])], [...listing]);
    assert.equal(await open().get(diffId(2)), undefined);
    assert.deepEqual(await readdir(folder), [`${diffId(1).slice(7)}.v1.gz`]);
  });

  it('is lost by no window that writes at the same time', async () => {
    await Promise.all([1, 2, 3, 1, 2, 3].map((index) => open().put(diffId(index), listing)));
    for (const index of [1, 2, 3]) assert.deepEqual((await open().get(diffId(index)))?.encoded, listing.encoded);
    assert.equal((await readdir(folder)).length, 3);
  });

  it('is forgotten when damaged, and says so in the log alone', async () => {
    await open().put(diffId(1), listing);
    const file = path.join(folder, (await readdir(folder))[0] ?? '');
    const whole = await readFile(file);
    for (const damaged of [whole.subarray(0, -9), Buffer.from('garbage'), Buffer.alloc(0)]) {
      await writeFile(file, damaged);
      assert.equal(await open().get(diffId(1)), undefined);
      assert.deepEqual(await readdir(folder), []);
    }
    assert.equal(log.lines.filter((line) => line.startsWith('[debug]')).length, 3);
  });

  it('goes when there is too much of it, first what was wanted least lately', async () => {
    await open().put(diffId(0), listing);
    const { size } = await stat(path.join(folder, (await readdir(folder))[0] ?? ''));
    const cache = open(3 * size);
    for (const index of [1, 2]) await cache.put(diffId(index), listing);
    const names = (await readdir(folder)).sort();
    for (const [index, name] of names.entries()) await utimes(path.join(folder, name), 100 + index, 100 + index);
    assert.ok(await cache.get(diffId(0)));
    await cache.put(diffId(3), listing);
    const left = await Promise.all([0, 1, 2, 3].map(async (index) => Boolean(await cache.get(diffId(index)))));
    assert.deepEqual(left, [true, false, true, true]);
  });

  it('is kept for a digest alone', async () => {
    for (const bad of ['../../etc/passwd', 'sha256:xyz', 'sha512:00', '']) {
      await open().put(bad, listing);
      assert.equal(await open().get(bad), undefined);
    }
    await assert.rejects(readdir(folder));
  });

  it('spoils nothing where it cannot be written', async () => {
    await writeFile(folder, 'a file is in the way');
    await open().put(diffId(1), listing);
    assert.equal(await open().get(diffId(1)), undefined);
    assert.match(log.lines.join('\n'), /\[warn\] What is known of the layer sha256:0+1 could not be kept/u);
  });
});
