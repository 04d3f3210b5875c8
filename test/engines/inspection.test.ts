import assert from 'node:assert/strict';
import { chooseEndpoint, type Engine, EngineError, openEngine } from '../../src/engine/index.ts';
import {
  type KnownLayers,
  type LayerListing,
  leannessOf,
  pathOf,
  type ReadImage,
  readRemoteImage,
  readSavedImage,
} from '../../src/inspection/index.ts';
import { parseReference, type TaggedReference } from '../../src/reference/index.ts';
import { openRegistry, RegistryError } from '../../src/registry/index.ts';
import { type EngineKind, type RunningEngine, startEngine } from '../support/engine.ts';
import { buildImage, engineRequest, imageId, incompressible } from '../support/images.ts';
import { startRegistry } from '../support/registry.ts';
import { classicArchive, type Layer, makeImage, type MadeImage } from '../unit/inspection/images.ts';

/** Podman takes a name without a host for one of its own. */
const name = 'example.com/acme/api:1';
const kinds: EngineKind[] = ['classic', 'containerd', 'podman'];
const big = incompressible(11_000_000, 'big');
const planted: Layer[] = [
  [
    'ADD file:0123 in /',
    ['etc/', { mode: 0o755 }],
    ['etc/motd', 'hello'],
    ['big.bin', incompressible(6_000_000, 'first')],
  ],
  ['RUN /bin/sh -c apt-get install x # buildkit', ['var/lib/apt/lists/all', incompressible(2_000_000, 'lists')]],
  ['COPY key /root/key', ['root/key', '-----BEGIN PRIVATE KEY-----'], ['big.bin', big], ['same.bin', big]],
  ['RUN /bin/sh -c rm /root/key # buildkit', ['root/.wh.key', '']],
];

for (const kind of kinds)
  describe(`What is in an image, ${kind} image store`, function () {
    this.timeout(120_000);
    let running: RunningEngine;
    let made: MadeImage;
    let engine: Engine;
    before(async () => {
      [running, made] = await Promise.all([startEngine({ kind }), makeImage(planted, { User: 'app' })]);
      const answer = await engineRequest(
        running.socketPath,
        'POST',
        '/images/load?quiet=1',
        await classicArchive(made, name),
      );
      assert.equal(answer.status, 200, answer.text);
      const readFile = (): Promise<string> => Promise.reject(new Error('No file is read for an address.'));
      const question = { setting: running.endpoint, env: {}, platform: process.platform, home: '/', readFile };
      engine = openEngine(await chooseEndpoint(question));
    });
    after(async () => {
      engine.dispose();
      await running.stop();
    });
    it('is found as it was planted: paths, whiteouts, instructions, and what is carried in vain', async () => {
      const kept = new Map<string, LayerListing>();
      const known: KnownLayers = {
        get: (diffId) => Promise.resolve(kept.get(diffId)),
        put: (diffId, listing) => Promise.resolve(void kept.set(diffId, listing)),
      };
      const image = await readSavedImage(engine.saveImage(name), { known });
      assert.deepEqual(
        image.layers.map(({ diffId, instruction, listing }) => [
          ...[diffId, instruction],
          ...[...listing].map(({ key, kind: what, size }) => `${what} ${pathOf(key)} ${size}`),
        ]),
        [
          [made.diffIds[0], planted[0]?.[0], 'file /big.bin 6000000', 'folder /etc 0', 'file /etc/motd 5'],
          [made.diffIds[1], planted[1]?.[0], 'file /var/lib/apt/lists/all 2000000'],
          [made.diffIds[2], planted[2]?.[0], 'file /big.bin 11000000', 'file /root/key 27', 'file /same.bin 11000000'],
          [made.diffIds[3], planted[3]?.[0], 'whiteout /root/key 0'],
        ],
      );
      const leanness = leannessOf(image);
      assert.equal(leanness.hiddenBytes, 6_000_027);
      assert.deepEqual(
        leanness.findings.map((one) => [
          'layer' in one ? one.layer.index : -1,
          one.kind,
          'bytes' in one ? one.bytes : 0,
        ]),
        [
          [2, 'duplicate-files', 11_000_000],
          [0, 'hidden-files', 6_000_000],
          [1, 'package-cache', 2_000_000],
          [-1, 'no-healthcheck', 0],
        ],
      );
      assert.deepEqual([...kept.keys()], made.diffIds);
    });

    it('is read of what the engine built itself', async () => {
      await buildImage(running.socketPath, 'acme/built:1', [
        { path: '/app/a', content: incompressible(100_000, 'a') },
        { path: '/app/b', content: incompressible(200_000, 'b') },
        { path: '/app/a', content: incompressible(50_000, 'c') },
      ]);
      const image = await readSavedImage(engine.saveImage('acme/built:1'));
      assert.equal(image.layers.length, 3);
      assert.ok(image.layers.every(({ instruction }) => /COPY/u.test(instruction ?? '')));
      const { hiddenBytes, efficiencyPercent } = leannessOf(image);
      assert.equal(hiddenBytes, 100_000);
      // (50,000 + 200,000) of (100,000 + 50,000 + 200,000)
      assert.ok(Math.abs(efficiencyPercent - (100 * 250) / 350) < 1e-9, String(efficiencyPercent));
    });

    it('is the same out of the registry to which it was pushed', async () => {
      const registry = await startRegistry();
      try {
        const pushed = parseReference(`${registry.host}/acme/api:1`) as TaggedReference;
        await engine.tagImage(await imageId(running.socketPath, name), pushed);
        for await (const event of engine.pushImage(pushed, {})) assert.notEqual(event.type, 'error');
        const client = openRegistry(registry.host);
        const manifest = await client.manifest(pushed);
        assert.equal(manifest?.body.kind, 'image');
        const { repository } = pushed;
        const image = await readRemoteImage(manifest.body, {
          openBlob: (blob, signal) => client.openBlob(repository, blob, signal),
        });
        assert.deepEqual(told(image), told(await readSavedImage(engine.saveImage(name))));
        assert.deepEqual(
          image.layers.map(({ diffId }) => diffId),
          made.diffIds,
        );
        const none = { digest: `sha256:${'0'.repeat(64)}` };
        await assert.rejects(
          client.openBlob(repository, none)[Symbol.asyncIterator]().next(),
          (error) => error instanceof RegistryError && error.code === 'blob-missing',
        );
      } finally {
        await registry.stop();
      }
    });

    it('is given out no longer than somebody reads, and not at all where there is none', async () => {
      let bytes = 0;
      for await (const chunk of engine.saveImage(name)) {
        bytes += chunk.length;
        if (bytes > 1_000_000) break;
      }
      // The engine is there for the next.
      await engine.ping();
      await assert.rejects(
        readSavedImage(engine.saveImage('example.com/acme/none:1')),
        (error) => error instanceof EngineError && error.code === 'engine-image-missing',
      );
    });
  });

function told({ config, layers }: ReadImage): unknown[] {
  return [config, ...layers.map(({ instruction, listing }) => [instruction, ...listing])];
}
