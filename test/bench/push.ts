import { type EngineKind, type RunningEngine, startEngine } from '../support/engine.ts';
import { buildImage, incompressible, tagImage } from '../support/images.ts';
import { startRegistry } from '../support/registry.ts';
import { makeRunFolder } from '../support/run-folder.ts';
import { dockerCli } from './docker-cli.ts';
import type { Figure } from './figure.ts';
import { interleaved, timed } from './interleaved.ts';
import { type Push, toNewRegistry } from './new-registry.ts';
import type { Bench, Measured, Part } from './part.ts';
import { startPusher } from './pusher.ts';

const image = 'bench:1';
const budget = { factor: 1.05, plus: 50 };

export const push: Part = {
  name: 'push',
  methods: [
    '**Push**: the image (four layers, 40 MB that cannot be compressed) from the engine to a registry on the loopback, ours against `docker push` of the same image to the same kind of registry. Both find the image under the target’s name. Cold: each push has a new registry with a new port, so nothing is there, and nothing can be mounted from another repository. Nothing to send: the same registry again and again. Ours runs in plain Node, through the bundles that ship: the plan with its look at the image, the push, and the question to the registry, with the engine connected and the rooms loaded as they are in an editor that has pushed before; without notifications and log. The reference is the whole command, with the start of its process, which is what a person would wait for.',
  ],
  measure,
};

async function measure({ dist, say }: Bench): Promise<Measured> {
  const figures: Figure[] = [];
  const versions: Record<string, string> = {};
  for (const kind of ['classic', 'containerd'] satisfies EngineKind[]) {
    say(`${kind} image store`);
    const engine = await startEngine({ kind });
    const home = await makeRunFolder();
    await buildImage(
      engine.socketPath,
      image,
      [1, 2, 3, 4].map((layer) => ({ path: `/layer${layer}`, content: incompressible(10_000_000, layer) })),
    );
    const cli = await dockerCli(engine.endpoint, home.path);
    const pusher = await startPusher(dist, engine.endpoint);
    versions[`Docker (${kind} image store)`] = engine.version;
    versions['Docker CLI'] = cli.version;
    try {
      figures.push(
        ...(await pushes(engine, (target) => pusher.push(image, target), cli.push)).map((figure) => ({
          ...figure,
          what: `${figure.what}, ${kind} image store`,
        })),
      );
    } finally {
      await pusher.stop();
      await engine.stop();
      await home.remove();
    }
  }
  return { figures, versions };
}

async function pushes(engine: RunningEngine, ours: Push, reference: Push): Promise<Figure[]> {
  const common = { against: '`docker push`', unit: 'ms', budget } as const;
  const cold = await interleaved(
    () => toNewRegistry(engine, image, ours),
    () => toNewRegistry(engine, image, reference),
  );
  const registry = await startRegistry();
  const target = `${registry.host}/bench:1`;
  await tagImage(engine.socketPath, image, target);
  await reference(target);
  const again = await interleaved(
    () => timed(() => ours(target)),
    () => timed(() => reference(target)),
  );
  await registry.stop();
  return [
    { what: 'push, cold', samples: cold, ...common },
    { what: 'push, nothing to send', samples: again, ...common },
  ];
}
