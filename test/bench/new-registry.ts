import type { RunningEngine } from '../support/engine.ts';
import { removeImage, tagImage } from '../support/images.ts';
import { startRegistry } from '../support/registry.ts';
import { timed } from './interleaved.ts';

/** Pushes to a target, under whose name the image is already known. */
export type Push = (target: string) => Promise<void>;

/**
 * How long a push takes, in milliseconds, to a registry that has nothing and was never seen before; registry and name
 * are gone afterwards.
 *
 * @param image a local name
 */
export async function toNewRegistry({ socketPath }: RunningEngine, image: string, push: Push): Promise<number> {
  const registry = await startRegistry();
  const target = `${registry.host}/bench:1`;
  await tagImage(socketPath, image, target);
  const milliseconds = await timed(() => push(target));
  await removeImage(socketPath, target);
  await registry.stop();
  return milliseconds;
}
