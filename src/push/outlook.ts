import type { ImageDetails } from '../engine/index.ts';
import {
  type DigestReference,
  formatReference,
  formatRepository,
  parseTarget,
  type Reference,
  type TaggedReference,
} from '../reference/index.ts';
import type { Mutability, TagDetails } from '../registry/index.ts';
import { findHeldLayers, type HeldLayers, type LayerRegistry } from './held-layers.ts';
import { isPushed, type PushedRecord, type PushRecord } from './record.ts';
import { type Finding, findImage, type TagRegistry } from './verification.ts';

/** What a tag holds, as seen by who is about to push to it. */
export type TagOutlook =
  | { readonly kind: 'new' }
  | { readonly kind: 'same'; readonly digest: string }
  /** `ours`: this machine put it there, and nobody else since. `there`: where it was looked at more closely. */
  | { readonly kind: 'replaces'; readonly digest: string; readonly ours?: PushedRecord; readonly there?: There }
  | { readonly kind: 'unknown'; readonly reason: string; readonly error?: unknown };

/** What is at a tag: when it was made, and for which platforms. */
export type There = Pick<TagDetails, 'createdAt' | 'platforms'>;

/** Reads at the registry what a digest is. May reject. */
export type ReadDetails = (reference: DigestReference, signal?: AbortSignal) => Promise<There | undefined>;

/** What a push would do at its target. */
export interface Outlook {
  readonly tag: TagOutlook;
  /** Absent where nobody was asked. */
  readonly mutability?: Mutability;
  /** Absent where it is not known. */
  readonly layers?: HeldLayers;
}

export interface OutlookParts {
  readonly registry: TagRegistry & LayerRegistry;
  readonly details?: ReadDetails;
  readonly mutability?: (target: TaggedReference) => Promise<Mutability>;
  /** All pushes of this machine, newest first. */
  readonly history: readonly PushRecord[];
  /** Sizes of the image's layers in bytes, lowest first. */
  readonly layerSizes?: () => Promise<readonly number[] | undefined>;
  readonly signal?: AbortSignal;
}

/** Looks at a target, everything at once. What cannot be found out is absent, or unknown. Never rejects. */
export async function lookAhead(image: ImageDetails, target: TaggedReference, parts: OutlookParts): Promise<Outlook> {
  const { history, registry, signal } = parts;
  const finding = findImage(registry, target, image, [], signal);
  const tag = finding.then((found) => tagOutlook(found, image, lastPushesTo(formatReference(target), history)));
  const closer = tag.then((seen) =>
    seen.kind === 'replaces' ? whatIsThere(target, seen.digest, parts.details, signal) : undefined,
  );
  const layers = tag.then((seen) => layersAhead(image, target, seen, parts));
  const mutability = parts.mutability?.(target).catch((): Mutability => ({ kind: 'unknown' }));
  const [seen, there, held, may] = await Promise.all([tag, closer, layers, mutability]);
  return {
    tag: seen.kind === 'replaces' && there ? { ...seen, there } : seen,
    ...(may && { mutability: may }),
    ...(held && { layers: held }),
  };
}

/**
 * Which layers are there already, once it is known what the tag holds. Undefined where nothing can be known. Never rejects.
 *
 * @param tag where the registry could not be asked for it, it is not asked for more
 */
export async function layersAhead(
  image: ImageDetails,
  target: TaggedReference,
  tag: TagOutlook,
  {
    history,
    layerSizes,
    registry,
    signal,
  }: Pick<OutlookParts, 'history' | 'layerSizes' | 'signal'> & { readonly registry: LayerRegistry },
): Promise<HeldLayers | undefined> {
  if (tag.kind === 'unknown') return undefined;
  try {
    const sizes = await layerSizes?.().catch(() => undefined);
    return await findHeldLayers(image, target.repository, registry, alike(tag, target, history), sizes, signal);
  } catch {
    return undefined;
  }
}

/** Looks closer at what a tag holds. Undefined where that tells nothing. Never rejects. */
export async function whatIsThere(
  { repository }: TaggedReference,
  digest: string,
  details: ReadDetails | undefined,
  signal?: AbortSignal,
): Promise<There | undefined> {
  const found = await details?.({ kind: 'digest', repository, digest }, signal).catch(() => undefined);
  if (!found || (!found.createdAt && found.platforms.length === 0)) return undefined;
  const { createdAt, platforms } = found;
  return { ...(createdAt && { createdAt }), platforms };
}

/** Looks at the tag alone. Never rejects. */
export async function lookAtTag(
  image: ImageDetails,
  target: TaggedReference,
  { history, registry, signal }: Pick<OutlookParts, 'history' | 'signal'> & { readonly registry: TagRegistry },
): Promise<TagOutlook> {
  const found = await findImage(registry, target, image, [], signal);
  return tagOutlook(found, image, lastPushesTo(formatReference(target), history));
}

/**
 * What a finding means to this machine. An engine that writes another configuration than its image's own is believed by
 * what it pushed last: the very same image, under the digest that is there.
 */
export function tagOutlook(
  found: Finding,
  image: ImageDetails,
  last: readonly PushedRecord[],
  platform?: string,
): TagOutlook {
  switch (found.kind) {
    case 'absent':
      return { kind: 'new' };
    case 'held':
      return { kind: 'same', digest: found.digest };
    case 'unavailable':
      return { kind: 'unknown', reason: found.reason, ...(found.error !== undefined && { error: found.error }) };
    case 'other': {
      const { digest } = found;
      const ours = last.find(({ result }) => result.digest === digest);
      if (!ours) return { kind: 'replaces', digest };
      return ours.image.id === image.id && ours.platform === platform
        ? { kind: 'same', digest }
        : { kind: 'replaces', digest, ours };
    }
  }
}

/**
 * The pushes of which one has put there what this target (canonical) holds, if this machine has: the last that reached
 * it, and those since of which the engine said so and the registry did not. Newest first.
 *
 * @param history newest first
 */
export function lastPushesTo(target: string, history: readonly PushRecord[]): readonly PushedRecord[] {
  const there = history.filter((record) => record.target === target);
  const sure = there.findIndex(isPushed);
  return (sure < 0 ? there : there.slice(0, sure + 1)).flatMap((record) => arrived(record) ?? []);
}

/** A push that ended unknown as what it was, where the registry holds what the engine said. */
function arrived(record: PushRecord): PushedRecord | undefined {
  if (isPushed(record)) return record;
  const { result } = record;
  if (result?.outcome !== 'unknown' || result.engineDigest === undefined) return undefined;
  const { id, target, durationMs, engineDigest: digest, warnings } = result;
  const facts = { id, target, durationMs, warnings };
  return { ...record, result: { ...facts, outcome: 'pushed', digest, verification: 'unavailable' } };
}

/** What is most like a new image: what its tag holds, and what this machine pushed there last. */
function alike(tag: TagOutlook, target: TaggedReference, history: readonly PushRecord[]): readonly Reference[] {
  const { repository } = target;
  const place = formatRepository(repository);
  const before = history
    .filter(isPushed)
    .filter((record) => formatRepository(parseTarget(record.target).repository) === place)
    .map(({ result }) => result.digest);
  const there = tag.kind === 'replaces' || tag.kind === 'same' ? [tag.digest] : [];
  return [...new Set([...there, ...before])].map((digest) => ({ kind: 'digest', repository, digest }));
}

/** Whether a tag is one that others rely on: a whole version, as 1.4.2 or v1.4.2-rc.1 (https://semver.org). */
export function isVersion(tag: string): boolean {
  return /^v?\d+\.\d+\.\d+(?:[-_][0-9A-Za-z.-]+)?$/u.test(tag);
}
