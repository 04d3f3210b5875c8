import { type Clock, messageOf } from '../base/index.ts';
import type { ImageDetails } from '../engine/index.ts';
import { formatReference, type TaggedReference } from '../reference/index.ts';
import type { Descriptor, ManifestReader, ManifestResolver } from '../registry/index.ts';

/** What the registry, asked for a tag, says about an image. */
export type Finding =
  | { readonly kind: 'held'; readonly digest: string }
  | { readonly kind: 'other'; readonly digest: string }
  | { readonly kind: 'absent' }
  /** It could not be asked, for this reason. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly error?: unknown };

export type TagRegistry = ManifestResolver & ManifestReader;

/** Whether the tag has this digest. Costs one HEAD, which no registry counts as a pull. */
export async function findDigest(
  registry: TagRegistry,
  tag: TaggedReference,
  digest: string,
  signal?: AbortSignal,
): Promise<Finding> {
  return find(registry, tag, (descriptor) => Promise.resolve(descriptor.digest === digest), signal);
}

/**
 * Whether the tag holds this image, where the engine gave no digest: on the containerd store its digest is that of the
 * image's target, or of the one manifest that the engine said it chose from it; elsewhere the config digest that its
 * manifest names is the image's ID.
 */
export async function findImage(
  registry: TagRegistry,
  tag: TaggedReference,
  image: Pick<ImageDetails, 'id' | 'targetDigest' | 'configDigest'>,
  chosenDigests: readonly string[] = [],
  signal?: AbortSignal,
): Promise<Finding> {
  return find(
    registry,
    tag,
    async (descriptor) => {
      if (descriptor.digest === image.targetDigest || chosenDigests.includes(descriptor.digest)) return true;
      if (image.configDigest === undefined) return false;
      const byDigest = { kind: 'digest', repository: tag.repository, digest: descriptor.digest } as const;
      const manifest = await registry.manifest(byDigest, signal);
      return manifest?.body.kind === 'image' && manifest.body.configDigest === image.configDigest;
    },
    signal,
  );
}

/** Asks, and unless the answer is what was hoped for asks once more after this many milliseconds. */
export async function askTwice(ask: () => Promise<Finding>, clock: Clock, afterMs: number): Promise<Finding> {
  const first = await ask();
  if (first.kind === 'held') return first;
  await clock.sleep(afterMs);
  return ask();
}

async function find(
  registry: TagRegistry,
  tag: TaggedReference,
  holds: (descriptor: Descriptor) => Promise<boolean>,
  signal?: AbortSignal,
): Promise<Finding> {
  try {
    const descriptor = await registry.resolve(tag, signal);
    if (!descriptor) return { kind: 'absent' };
    return { kind: (await holds(descriptor)) ? 'held' : 'other', digest: descriptor.digest };
  } catch (error) {
    const reason = `${formatReference(tag)} could not be looked up. ${messageOf(error)}`;
    return { kind: 'unavailable', reason, error };
  }
}
