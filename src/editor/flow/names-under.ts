import {
  type Destination,
  destinationAt,
  destinationsFor,
  isQualified,
  pathOf,
  type Remembered,
} from './destinations.ts';
import {
  formatReference,
  formatRegistryKey,
  InvalidReferenceError,
  parseTarget,
  type Reference,
  type TaggedReference,
} from '../../reference/index.ts';
import type { RegistryConfig } from '../registry-list.ts';

/**
 * The destinations to offer for several images at once: the namespaces in their own names, those that were used before,
 * last first, and the configured registries.
 */
export function destinationsForSeveral(
  references: readonly Reference[],
  remembered: readonly Remembered[],
  configured: readonly RegistryConfig[],
): Destination[] {
  const own = references.filter(isQualified).map(({ repository }): Destination => {
    const namespace = parentOf(repository.path);
    const key = formatRegistryKey({ registry: repository.registry, ...(namespace !== '' && { namespace }) });
    return { ...destinationAt(key, undefined), description: 'in their own names', group: 'last' };
  });
  const all = [...own, ...destinationsFor(undefined, remembered, configured)];
  return [...new Map(all.toReversed().map((destination) => [destination.label, destination])).values()].toReversed();
}

/** The namespace that a destination stands for when several images go there; empty for the registry itself. */
export function namespaceOf({ path, tag }: Destination): string {
  // A pasted reference is one image's; the others go beside it.
  return tag === '' ? path.replace(/\/$/u, '') : parentOf(path);
}

/**
 * What images will be called in a namespace of a registry: by the last part of their names, or by the whole of it where
 * two would share the last.
 *
 * @throws InvalidReferenceError, also for two images that would be called the same
 */
export function targetsUnder(
  registry: string,
  namespace: string,
  references: readonly Reference[],
): readonly TaggedReference[] {
  const targets = references.map((reference) => {
    const own = pathOf(reference);
    const name = lastOf(own);
    const shared = references.some((other) => lastOf(pathOf(other)) === name && pathOf(other) !== own);
    const path = [namespace, shared ? own : name].filter((part) => part !== '').join('/');
    return parseTarget(`${registry}/${path}:${reference.tag ?? ''}`);
  });
  const seen = new Set<string>();
  for (const name of targets.map(formatReference)) {
    if (seen.has(name)) throw new InvalidReferenceError(`Two of the images would be ${name}. Push them one by one.`);
    seen.add(name);
  }
  return targets;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
