import { SidedError } from '../../base/index.ts';
import { parseRegistryKey, parseRepository, type RegistryKey, type Repository } from '../../reference/index.ts';
import { type PushArgument, readPushArgument } from './push-argument.ts';

/** What goes to a place: images that were dropped there; none where they are still to be chosen. */
export interface PushHere {
  readonly place: RegistryKey | Repository;
  readonly requests: readonly PushArgument[];
}

/**
 * Reads what `dockerPush.pushHere` is called with: a row of the view Registries, with the images that were dropped on it.
 * Another extension can pass anything, so nothing in it is taken on trust.
 *
 * @throws SidedError (`reference`) for what is no such row, or no image
 */
export function readPushHere(argument: unknown): PushHere {
  const { config, item, images } = (argument ?? {}) as Record<string, unknown>;
  const requests = Array.isArray(images) && images.length > 0 ? readPushArgument(images) : [];
  const { repository } = (item ?? {}) as Record<string, unknown>;
  if (repository !== undefined) {
    const { registry, path } = (repository ?? {}) as Record<string, unknown>;
    if (typeof registry === 'string' && typeof path === 'string')
      return { place: parseRepository(`${registry}/${path}`), requests };
  } else {
    const { registry } = (config ?? {}) as Record<string, unknown>;
    if (typeof registry === 'string') return { place: parseRegistryKey(registry), requests };
  }
  throw new SidedError(
    'reference',
    'argument-invalid',
    'What was passed is no registry or repository of the view Registries.',
  );
}
