import {
  formatReference,
  formatRegistryKey,
  formatRepository,
  parseReference,
  parseRegistryKey,
  parseTarget,
  type Reference,
  type RegistryKey,
  type Repository,
  type TaggedReference,
} from '../../reference/index.ts';
import { isImageId } from '../image-id.ts';
import type { RegistryConfig } from '../registry-list.ts';

/** Somewhere to push: a registry, and the path proposed for this image there. */
export interface Destination {
  /** `host[:port]`, as it will be in the reference. */
  readonly registry: string;
  /** Proposed, as the tag; the next step lets both be changed. Empty where nothing can be proposed. */
  readonly path: string;
  readonly tag: string;
  readonly label: string;
  readonly description: string;
  readonly group: 'last' | 'recent' | 'registry';
}

export interface Remembered {
  readonly source: string;
  readonly repository: Repository;
}

/** The canonical repository that an image is known by here: what its destinations are remembered under. */
export function sourceOf(reference: Reference): string {
  return formatRepository(reference.repository);
}

/**
 * The destinations to offer for an image: where it was pushed last, the registry in its own name, those that other
 * images went to, and the configured ones. Docker Hub is offered only where the user once chose or configured it: an
 * unqualified name says nothing about where it should go.
 */
export function destinationsFor(
  reference: Reference | undefined,
  remembered: readonly Remembered[],
  configured: readonly RegistryConfig[],
): Destination[] {
  const source = reference && sourceOf(reference);
  const tag = reference?.tag ?? '';
  const found: Destination[] = [];
  const add = (destination: Destination): void => {
    if (!found.some(({ label }) => label === destination.label)) found.push(destination);
  };
  const last = remembered.find((entry) => entry.source === source);
  if (last)
    add({
      ...last.repository,
      tag,
      label: formatRepository(last.repository),
      description: 'last used for this image',
      group: 'last',
    });
  if (reference && isQualified(reference))
    add({
      ...reference.repository,
      tag,
      label: formatRepository(reference.repository),
      description: 'in its own name',
      group: 'last',
    });
  for (const { repository } of remembered) {
    const namespace = repository.path.includes('/')
      ? repository.path.slice(0, repository.path.lastIndexOf('/'))
      : undefined;
    const key = { registry: repository.registry, ...(namespace !== undefined && { namespace }) };
    add({ ...destinationAt(formatRegistryKey(key), reference), description: 'used before', group: 'recent' });
  }
  for (const { registry, name } of configured) {
    try {
      add({ ...destinationAt(registry, reference), description: name ?? '', group: 'registry' });
    } catch {
      // A registry that is written wrongly in the settings is underlined there.
    }
  }
  return found;
}

/**
 * The destination that a person typed: `host[:port][/namespace]`, or a whole reference, as pasted.
 *
 * @throws InvalidReferenceError
 */
export function destinationAt(typed: string, reference: Reference | undefined): Destination {
  const pasted = wholeReference(typed);
  if (pasted) return { ...pasted.repository, tag: pasted.tag, label: typed, description: '', group: 'registry' };
  const key = parseRegistryKey(typed);
  const own = reference ? pathOf(reference) : '';
  const path = key.namespace === undefined ? own : `${key.namespace}/${own.slice(own.lastIndexOf('/') + 1)}`;
  const label = formatRegistryKey(key);
  return { registry: key.registry, path, tag: reference?.tag ?? '', label, description: '', group: 'registry' };
}

/** A registry, a namespace at one, or one repository there, as a destination. */
export function destinationIn(
  place: RegistryKey | Repository | TaggedReference,
  reference: Reference | undefined,
): Destination {
  if ('kind' in place) return destinationAt(formatReference(place), reference);
  if (!('path' in place)) return destinationAt(formatRegistryKey(place), reference);
  const label = formatRepository(place);
  return { ...place, tag: reference?.tag ?? '', label, description: '', group: 'registry' };
}

function wholeReference(typed: string): TaggedReference | undefined {
  // Only what has a tag behind a path is whole: `localhost:5000` alone is a registry.
  if (!/\/.*:/u.test(typed)) return undefined;
  return parseTarget(typed);
}

/**
 * Whether the name itself says which registry. A name without a host only reads as Docker Hub's, and Podman's `localhost/`
 * says only that an image was built here.
 */
export function isQualified({ repository: { registry } }: Reference): boolean {
  return registry !== 'docker.io' && registry !== 'localhost';
}

/** The path that the image has here, as a person writes it: without Docker Hub's `library/`. */
export function pathOf({ repository }: Reference): string {
  return repository.registry === 'docker.io' ? repository.path.replace(/^library\//u, '') : repository.path;
}

/** The reference of a local image by its name, or undefined for an ID. */
export function referenceOf(name: string): Reference | undefined {
  return isImageId(name) ? undefined : parseReference(name);
}
