import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';

/**
 * Inspects with the bundles that ship, in a process that holds nothing else; JavaScript, because Node would load a
 * compiler into it for anything else. Each message is an order, each answer how long it took and the longest delay of
 * the event loop meanwhile, in milliseconds.
 */
const [dist, folder] = process.argv.slice(2);
const { ImageInspector } = createRequire(path.join(dist, 'extension.cjs'))('./inspection.cjs');

const nothing = () => undefined;
const log = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
const workerFile = path.join(dist, 'inspection-worker.cjs');
const bytesOf = (digest) => createReadStream(path.join(folder, digest.replace('sha256:', '')));
const works = {
  idle: () => delay(1_000),
  inspect: async ({ manifest, cacheFolder, findsSecrets }) => {
    const inspector = new ImageInspector({ workerFile, cacheFolder, findsSecrets, log });
    const { layers } = await inspector.inspectRemote(manifest, { openBlob: ({ digest }) => bytesOf(digest) });
    return layers.reduce((sum, { entries }) => sum + entries, 0);
  },
  /** As src/inspection/compression.ts unpacks. */
  unpack: async ({ manifest }) => {
    let bytes = 0;
    for (const { digest } of manifest.layers)
      for await (const chunk of bytesOf(digest).pipe(createGunzip({ chunkSize: 64 * 1024 }))) bytes += chunk.length;
    return bytes;
  },
};

process.on('disconnect', () => process.exit());
process.on('message', (order) => {
  measured(order).then(
    (answer) => process.send(answer),
    (error) => process.send({ error: String(error) }),
  );
});
process.send({});

async function measured(order) {
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  const started = performance.now();
  const count = await works[order.work](order);
  const ms = performance.now() - started;
  loop.disable();
  return { count, ms, longestDelayMs: loop.max / 1e6 };
}
