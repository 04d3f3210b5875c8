import type { ImageDetails } from '../engine/index.ts';
import type { Reference, Repository } from '../reference/index.ts';
import type { ConfigReader, ManifestReader, TagLister } from '../registry/index.ts';

/** Of an image's layers, those that a repository is known to hold. There may be more that no image looked at has. */
export interface HeldLayers {
  readonly total: number;
  readonly held: number;
  /** Bytes of those that are not, before compression; absent where the engine does not say the size of each. */
  readonly missingBytes?: number;
}

export type LayerRegistry = ManifestReader & ConfigReader & TagLister;

/** So many images of a repository are looked at: those most like the new one. */
const looks = 3;

/**
 * Finds which layers are there already: by the `diff_ids` of images in the repository
 * (https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md), as a registry cannot be asked for a layer by the
 * digest that an engine knows. Undefined where nothing can be known.
 *
 * @param alike what is likely to have the same layers, the likeliest first; without any, the repository's tags are tried
 * @param sizes of the image's layers in bytes, lowest first, where the engine says them
 * @throws RegistryError, CancelledError
 */
export async function findHeldLayers(
  { layers, platform }: Pick<ImageDetails, 'layers' | 'platform'>,
  repository: Repository,
  registry: LayerRegistry,
  alike: readonly Reference[],
  sizes: readonly number[] | undefined,
  signal?: AbortSignal,
): Promise<HeldLayers | undefined> {
  if (layers.length === 0) return undefined;
  const held = await heldDiffIds(repository, registry, alike, platform, signal);
  const missing = layers.map((layer) => !held.has(layer));
  const missingBytes = sizes?.reduce((sum, size, index) => sum + (missing[index] === true ? size : 0), 0);
  return {
    total: layers.length,
    held: missing.filter((isMissing) => !isMissing).length,
    ...(missingBytes !== undefined && { missingBytes }),
  };
}

/**
 * The layers that a repository is known to hold, by the digests of their uncompressed bytes. There may be more.
 *
 * @param alike what is likely to have the layers that matter, the likeliest first; without any, the repository's tags are tried
 * @throws RegistryError, CancelledError
 */
export async function heldDiffIds(
  repository: Repository,
  registry: LayerRegistry,
  alike: readonly Reference[],
  platform: ImageDetails['platform'],
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const places = alike.length > 0 ? alike.slice(0, looks) : await someTags(repository, registry, signal);
  const found = await Promise.all(places.map((place) => diffIdsOf(place, registry, platform, signal)));
  return new Set(found.flat());
}

async function someTags(
  repository: Repository,
  registry: LayerRegistry,
  signal: AbortSignal | undefined,
): Promise<readonly Reference[]> {
  try {
    const { items } = await registry.tags(repository, {}, signal);
    return items.slice(-looks).map((tag) => ({ kind: 'tagged', repository, tag }));
  } catch (error) {
    // There is nothing in a repository that is not there.
    if ((error as { code?: unknown }).code === 'repository-missing') return [];
    throw error;
  }
}

async function diffIdsOf(
  place: Reference,
  registry: LayerRegistry,
  platform: ImageDetails['platform'],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const { repository } = place;
  const read = await registry.manifest(place, signal);
  if (!read) return [];
  const { body } = read;
  if (body.kind === 'image') return (await registry.config(repository, body.configDigest, signal))?.diffIds ?? [];
  const mine = body.manifests.find(
    (one) => one.platform?.os === platform?.os && one.platform?.architecture === platform?.architecture,
  );
  if (!mine) return [];
  const inner = await registry.manifest({ kind: 'digest', repository, digest: mine.digest }, signal);
  if (inner?.body.kind !== 'image') return [];
  return (await registry.config(repository, inner.body.configDigest, signal))?.diffIds ?? [];
}
