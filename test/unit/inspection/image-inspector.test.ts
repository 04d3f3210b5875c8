import assert from 'node:assert/strict';
import { readdir, readFile, writeFile as write } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CancelledError, type Clock, type Log, systemClock } from '../../../src/base/index.ts';
import {
  type Bytes,
  type InspectedImage,
  InspectionError,
  type InspectionErrorCode,
  ImageInspector,
  type InspectionProgress,
  type InspectorOptions,
  leannessOf,
  readImageConfig,
  readSavedImage,
} from '../../../src/inspection/index.ts';
import { makeRunFolder, type RunFolder } from '../../support/run-folder.ts';
import { until } from '../../support/until.ts';
import { gzip, inPieces } from './archives.ts';
import { classicArchive, digestOf, type Layer, makeImage, type MadeImage, ociArchive } from './images.ts';

const workerFile = path.resolve('src/inspection/worker.ts');
const layers: Layer[] = [
  ['ADD rootfs.tar /', ['etc/', ''], ['etc/motd', 'hello'], ['big', Buffer.alloc(3_000_000, 'a')]],
  ['RUN make', ['app/api', 'x'.repeat(100_000)], ['.wh.big', '']],
];
const noWords = (): void => undefined;
const quiet: Log = { trace: noWords, debug: noWords, info: noWords, warn: noWords, error: noWords };
const fails = (code: InspectionErrorCode, words: RegExp) => (error: unknown) =>
  error instanceof InspectionError && error.code === code && words.test(error.message);

describe('an image inspected in a thread of its own', () => {
  let image: MadeImage;
  let bytes: Buffer;
  let folder: RunFolder;
  const open: ImageInspector[] = [];
  const inspector = (options: Partial<InspectorOptions> = {}): ImageInspector => {
    const one = new ImageInspector({ workerFile, log: quiet, ...options });
    open.push(one);
    return one;
  };
  before(async () => {
    image = await makeImage(layers, { User: 'app' });
    bytes = await classicArchive(image);
    folder = await makeRunFolder();
  });
  after(() => folder.remove());
  afterEach(async () => {
    for (const one of open.splice(0)) one.dispose();
    await noThread();
  });
  const saved = (archive = bytes, one = inspector()) => one.inspectSaved(() => inPieces(archive, 50_000));

  it('is what it is without one', async () => {
    const read = await readSavedImage(inPieces(bytes));
    const expected: InspectedImage = {
      config: read.config,
      layers: [
        { diffId: image.diffIds[0] ?? '', line: 'ADD rootfs.tar /', entries: 3, bytes: 3_000_005 },
        { diffId: image.diffIds[1] ?? '', line: 'RUN make', entries: 2, bytes: 100_000 },
      ],
      leanness: leannessOf(read),
      secrets: [],
    };
    assert.equal(expected.leanness.hiddenBytes, 3_000_000);
    assert.deepEqual(await saved(), expected);
    const packed = await ociArchive([image, await makeImage([], {}, { architecture: 'arm64' })]);
    await assert.rejects(saved(packed), fails('image-ambiguous', /several platforms/u));
    const platform = { os: 'linux', architecture: 'amd64' };
    assert.deepEqual(await inspector().inspectSaved(() => inPieces(packed), { platform }), expected);
  });

  it('is read out of a registry, and what is known is not asked for again', async () => {
    const packed = image.layers.map((layer) => gzip(layer));
    const blobs = new Map([image.config, ...packed].map((blob) => [digestOf(blob), blob]));
    const asked: (number | undefined)[] = [];
    const opener = {
      openBlob: ({ digest, size }: { digest: string; size?: number }) => {
        asked.push(size);
        return inPieces(blobs.get(digest) ?? Buffer.alloc(0));
      },
    };
    const descriptors = packed.map((blob) => ({ mediaType: 'x/y', digest: digestOf(blob), size: blob.length }));
    const manifest = { kind: 'image', configDigest: digestOf(image.config), layers: descriptors } as const;
    const one = inspector({ cacheFolder: path.join(folder.path, 'remote') });
    const first = await one.inspectRemote(manifest, opener);
    assert.deepEqual(first, await saved());
    assert.deepEqual(asked, [undefined, ...packed.map(({ length }) => length)]);
    asked.length = 0;
    assert.deepEqual(await one.inspectRemote(manifest, opener), first);
    assert.deepEqual(asked, [undefined]);
  });

  it('is not asked of the engine where all its layers are known', async () => {
    const cacheFolder = path.join(folder.path, 'saved');
    const first = await saved(bytes, inspector({ cacheFolder }));
    assert.equal((await readdir(cacheFolder)).length, 4);
    const config = readImageConfig(JSON.parse(image.config.toString()));
    const never = (): Bytes => assert.fail('It is asked for.');
    assert.deepEqual(await inspector({ cacheFolder }).inspectSaved(never, { config }), first);
    const unknown = inspector({ cacheFolder: path.join(folder.path, 'other') });
    assert.deepEqual(await unknown.inspectSaved(() => inPieces(bytes), { config }), first);
  });

  it('tells what its cache has to say', async () => {
    const lines: string[] = [];
    const log = { ...quiet, warn: (line: string) => lines.push(line) };
    const cacheFolder = path.join(folder.path, 'no-folder');
    await write(cacheFolder, '');
    await saved(bytes, inspector({ cacheFolder, log }));
    assert.match(lines[0] ?? '', /could not be kept/u);
  });

  it('comes no faster than it is read', async () => {
    let [sent, most] = [0, 0];
    const endless = async function* (signal: AbortSignal): AsyncGenerator<Uint8Array> {
      yield* inPieces(bytes.subarray(0, 512 + 1));
      while (!signal.aborted) {
        sent += 1_000_000;
        most = Math.max(most, sent);
        yield await Promise.resolve(Buffer.alloc(1_000_000));
      }
    };
    // A thread that never takes any.
    const stuck = path.join(folder.path, 'stuck.mjs');
    await write(
      stuck,
      `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => {}); parentPort.postMessage({ kind: 'open', stream: 1 });`,
    );
    const control = new AbortController();
    const inspected = inspector({ workerFile: stuck }).inspectSaved(endless, { signal: control.signal });
    await delay(500);
    assert.ok(most > 0 && most <= 4_000_000, `${most} bytes`);
    control.abort();
    await assert.rejects(inspected, CancelledError);
  });

  it('is told how far it is, ten times a second at most', async () => {
    let now = 0;
    const clock: Clock = { ...systemClock, now: () => (now += 10) };
    const told: InspectionProgress[] = [];
    await inspector({ clock }).inspectSaved(() => inPieces(bytes, 10_000), {
      onProgress: (progress) => told.push(progress),
    });
    // A tenth of all pieces, and of the two layers.
    const pieces = Math.ceil(bytes.length / 10_000);
    assert.ok(told.length <= (pieces + 2) / 10 + 1 && told.length > pieces / 20, `${told.length} of ${pieces}`);
    assert.deepEqual(told[0], { bytes: 10_000 });
    assert.ok(told.at(-1)?.layer?.number !== undefined);
  });

  it('is one of several, one after another', async () => {
    const one = inspector();
    let [running, most] = [0, 0];
    const source = async function* (): AsyncGenerator<Uint8Array> {
      most = Math.max(most, ++running);
      yield* inPieces(bytes);
      running--;
    };
    const cancelled = new AbortController();
    const all = [source, source, source].map((each, index) =>
      one.inspectSaved(each, index === 1 ? { signal: cancelled.signal } : {}),
    );
    cancelled.abort();
    const results = await Promise.allSettled(all);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.equal(most, 1);
  });

  describe('ends', () => {
    it('at once when that is wanted, with the source and without a thread', async () => {
      const control = new AbortController();
      let left = false;
      const source = async function* (signal: AbortSignal): AsyncGenerator<Uint8Array> {
        yield bytes.subarray(0, 200_000);
        setTimeout(() => control.abort(), 50);
        await delay(60_000, undefined, { signal }).catch(() => (left = true));
      };
      await assert.rejects(inspector().inspectSaved(source, { signal: control.signal }), CancelledError);
      await delay(1);
      assert.ok(left);
      await noThread();
      await assert.rejects(inspector().inspectSaved(source, { signal: control.signal }), CancelledError);
    });

    it('with what the source says', async () => {
      const lost = new Error('The engine went away.');
      const source = async function* (): AsyncGenerator<Uint8Array> {
        yield* inPieces(bytes.subarray(0, 200_000));
        throw lost;
      };
      await assert.rejects(inspector().inspectSaved(source), (error) => error === lost);
    });

    it('with the fault of the image, and goes on to the next', async () => {
      const one = inspector();
      await assert.rejects(saved(bytes.subarray(0, 200_000), one), fails('image-damaged', /is damaged/u));
      const climbing = await classicArchive(await makeImage([['RUN evil', ['../etc/passwd', 'x']]]));
      await assert.rejects(saved(climbing, one), fails('layer-path', /leads out/u));
      assert.equal((await saved(bytes, one)).layers.length, 2);
    });

    it('clearly when its thread takes too much memory', async function () {
      this.timeout(30_000);
      const greedy = path.join(folder.path, 'greedy.mjs');
      await write(greedy, `const kept = []; for (;;) kept.push({ a: [kept.length, String(kept.length)] });`);
      await assert.rejects(
        saved(bytes, inspector({ workerFile: greedy, heapMegabytes: 16 })),
        fails('inspection-memory', /more memory/u),
      );
    });

    for (const [what, code] of [
      ['throws', `setTimeout(() => { throw new Error('a fault') })`],
      ['rejects', `Promise.reject(new Error('a fault'))`],
      ['leaves', `process.exit(3)`],
      ['cannot be loaded', `import './not-there.mjs'`],
    ] as const)
      it(`clearly when its thread ${what}`, async () => {
        const file = path.join(folder.path, `${what.replaceAll(' ', '-')}.mjs`);
        await write(file, code);
        await assert.rejects(
          saved(bytes, inspector({ workerFile: file })),
          fails('inspection-crashed', /ended unexpectedly: (?:a fault|It ended with the code 3|Cannot find module)/u),
        );
      });
  });
});

/** The kernel may list a thread for a moment after another was told that it has ended. */
async function noThread(): Promise<void> {
  await until('no thread is left', async () => (await threads()).length === 0, 5_000);
}

/** The names of the threads of this process that inspect. */
async function threads(): Promise<string[]> {
  const names = await Promise.all(
    (await readdir('/proc/self/task')).map((id) => readFile(`/proc/self/task/${id}/comm`, 'utf8').catch(() => 'gone')),
  );
  return names.map((name) => name.trim()).filter((name) => /inspection|WorkerThread/u.test(name));
}
