import { type RunningEngine, startEngine } from '../support/engine.ts';
import { buildImage, incompressible } from '../support/images.ts';
import { runs } from './interleaved.ts';
import { toNewRegistry } from './new-registry.ts';
import type { Bench, Measured, Part } from './part.ts';
import { resetPeak, resident } from './process-memory.ts';
import { startPusher } from './pusher.ts';

const layers = 20;
const layerBytes = 100_000_000;

export const memory: Part = {
  name: 'memory',
  methods: [
    '**Memory**: the process that pushes, through the bundles that ship, an image of 20 layers with 100 MB each, half of which can be compressed, from the containerd image store to a new registry. Idle: its resident memory once the engine is connected. Ours: the highest resident memory until the push is confirmed, as the kernel keeps it (`VmHWM`, reset before the push). Each run has a new process.',
  ],
  measure,
};

async function measure({ dist, say }: Bench): Promise<Measured> {
  const engine = await startEngine({ kind: 'containerd' });
  try {
    say('building 2 GB');
    const image = await buildBigImage(engine);
    const samples = { ours: [] as number[], reference: [] as number[] };
    for (let run = 0; run < runs; run++) {
      const pusher = await startPusher(dist, engine.endpoint);
      const idle = await resident(pusher.pid, 'VmRSS');
      await resetPeak(pusher.pid);
      await toNewRegistry(engine, image, (target) => pusher.push(image, target));
      samples.ours.push(await resident(pusher.pid, 'VmHWM'));
      samples.reference.push(idle);
      await pusher.stop();
    }
    const budget = { factor: 1, plus: 60 };
    return {
      figures: [{ what: 'memory, pushing 2 GB', against: 'idle', unit: 'MB', samples, budget }],
    };
  } finally {
    await engine.stop();
  }
}

/** Layer by layer, so that no build context is big. */
async function buildBigImage({ socketPath }: RunningEngine): Promise<string> {
  let from: string | undefined;
  for (let layer = 0; layer < layers; layer++) {
    const name = `big:${layer}`;
    await buildImage(socketPath, name, [{ path: `/file${layer}`, content: halfCompressible(layer) }], {}, from);
    from = name;
  }
  return from!;
}

/** Pages of noise and pages of text, in turn. */
function halfCompressible(seed: number): Buffer {
  const content = incompressible(layerBytes, seed);
  const page = Buffer.alloc(4096, 'A push sends what the registry does not have. ');
  for (let at = 0; at + page.length <= content.length; at += 2 * page.length) content.set(page, at);
  return content;
}
