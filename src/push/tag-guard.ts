import { CancelledError, type Clock, type Log, SidedError, withDeadline } from '../base/index.ts';
import type { ImageDetails } from '../engine/index.ts';
import { formatReference, type TaggedReference } from '../reference/index.ts';
import { type PushPlan, shortDigest } from './plan.ts';
import { isVersion, type TagOutlook, tagOutlook, type ReadDetails, type There, whatIsThere } from './outlook.ts';
import type { PushedRecord } from './record.ts';
import type { Overwrite, PushError } from './request.ts';
import { askMutability, type TagPolicy } from './tag-policy.ts';
import { type Finding, findImage, type TagRegistry } from './verification.ts';

/** What a push would replace. */
export interface Replaced {
  readonly target: TaggedReference;
  /** What the tag holds now. */
  readonly digest: string;
  /** What would be there instead. */
  readonly imageId: string;
  /** The push by which this machine put it there, where nobody else did since. */
  readonly ours?: PushedRecord;
  /** Absent where the registry did not tell in time. */
  readonly there?: There;
}

/**
 * What a request says of a tag that holds another image. `unexpected`: asks where this machine did not put it there last,
 * or where the tag is a version, which others rely on.
 */
export type Caution = Overwrite | 'unexpected';

/** Whether a request itself wants to know what the tag holds, and not just to be told where that is known. */
export function wantsToKnow(caution: Caution): boolean {
  return caution === 'ask' || caution === 'refuse';
}

export interface TagGuardParts {
  /** Absent when it cannot be asked from here. */
  readonly registry?: TagRegistry | undefined;
  /** What a digest at the registry is, for the question. */
  readonly details?: ReadDetails | undefined;
  /** Absent where nobody can tell which tags are immutable. */
  readonly policy?: TagPolicy | undefined;
  /** The pushes of this machine of which one may have put there what the target holds, newest first. */
  readonly lastPushes?: (() => Promise<readonly PushedRecord[]>) | undefined;
  /** True to replace it. */
  readonly confirm?: ((replaced: Replaced, signal: AbortSignal) => Promise<boolean>) | undefined;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly clock: Clock;
}

/** Whether a push may go on. */
export type Permission =
  /** `tag`: what was found, where somebody looked. */
  | { readonly kind: 'granted'; readonly warnings: readonly string[]; readonly tag?: TagOutlook }
  | { readonly kind: 'refused'; readonly error: PushError };

const granted = { kind: 'granted', warnings: [] } as const;
/** So long a push that need not ask waits for the registry to say what the tag holds. */
const patienceMs = 5_000;
/** So long a question waits for what is good to know beside it. */
const closerMs = 2_000;

/**
 * Looks, before anything is sent, at what the tag holds, and whether it is immutable. A tag that is new or holds this very image is no question. No registry can be asked to create a tag only if it is
 * not there, so what appears between this look and the end of the push is replaced all the same.
 *
 * @throws CancelledError when the user declines
 */
export async function guardTag(plan: PushPlan, caution: Caution, parts: TagGuardParts): Promise<Permission> {
  const { policy, signal, log } = parts;
  const name = formatReference(plan.target);
  const settled = new AbortController();
  // Beside the other look, and given up where that says enough.
  const asking = askMutability(policy, plan.target, { ...parts, signal: AbortSignal.any([signal, settled.signal]) });
  try {
    const look = lookAt(plan, parts);
    const finding = wantsToKnow(caution) ? await look : await inTime(look, plan, parts, settled.signal);
    signal.throwIfAborted();
    const last = (finding.kind === 'other' ? await parts.lastPushes?.() : undefined) ?? [];
    const tag = tagOutlook(finding, plan.image, last, plan.platform);
    signal.throwIfAborted();
    if (tag.kind === 'new' || tag.kind === 'same') return { ...granted, tag };
    const mutability = tag.kind === 'replaces' || caution === 'allow' ? await asking : undefined;
    signal.throwIfAborted();
    if (tag.kind === 'replaces' && mutability?.kind === 'immutable' && !(await mayBePart(tag.digest, plan, parts)))
      return refused(
        'policy',
        'tag-immutable',
        `Nothing was sent: ${name} holds another image, ${shortDigest(tag.digest)}, and cannot be replaced: ${mutability.reason}. Choose another tag.`,
      );
    if (tag.kind === 'unknown' && mutability?.kind === 'immutable')
      log.info(`${name} is immutable, and whether it holds this very image is for the registry to say`);
    return await judge(tag, plan, caution, parts);
  } finally {
    settled.abort();
  }
}

function lookAt({ image, platform, target }: PushPlan, { registry, signal }: TagGuardParts): Promise<Finding> {
  if (registry) return findImage(registry, target, platform === undefined ? image : partOf(image), [], signal);
  return Promise.resolve({
    kind: 'unavailable',
    reason: `${target.repository.registry} cannot be asked from here.`,
  });
}

/** Of one platform alone the digest is not that of the whole. */
function partOf({ id, configDigest }: ImageDetails): Parameters<typeof findImage>[2] {
  return { id, ...(configDigest !== undefined && { configDigest }) };
}

/** A registry that is slow holds no push that would go on without its answer, too. */
function inTime(
  look: Promise<Finding>,
  { target }: PushPlan,
  { clock, signal }: TagGuardParts,
  settled: AbortSignal,
): Promise<Finding> {
  const late = clock.sleep(patienceMs, AbortSignal.any([signal, settled])).then((): Finding => ({
    kind: 'unavailable',
    reason: `${target.repository.registry} did not say within ${patienceMs / 1_000} seconds.`,
  }));
  // When the other is first, or nobody waits any more, its end is no news.
  return Promise.race([look, late.catch(() => look)]);
}

/** Of an index an engine may send one image alone, whose digest is known only then: the tag may hold just that. */
async function mayBePart(
  digest: string,
  { image, target, platform }: PushPlan,
  { registry, signal }: TagGuardParts,
): Promise<boolean> {
  if (platform === undefined && !image.targetIsIndex) return false;
  const held = { kind: 'digest', repository: target.repository, digest } as const;
  const manifest = await registry?.manifest(held, signal).catch(() => undefined);
  return manifest?.body.kind !== 'index';
}

/** What the request says to a tag that holds another image, or of which that is not known. */
async function judge(
  tag: Extract<TagOutlook, { kind: 'replaces' | 'unknown' }>,
  { image, target }: PushPlan,
  caution: Caution,
  parts: TagGuardParts,
): Promise<Permission> {
  const { confirm, signal, log } = parts;
  const name = formatReference(target);
  switch (tag.kind) {
    case 'unknown':
      // Who need not look goes on: what the engine sends says it better, and may be let in.
      if (wantsToKnow(caution) && tag.error instanceof SidedError && tag.error.code === 'unauthorized')
        return refused('credentials', 'unauthorized', tag.error.message);
      if (caution === 'refuse')
        return refused(
          'policy',
          'overwrite-unknown',
          `Nothing was sent to ${name}: it must not replace another image, and whether it would is not known. ${tag.reason}`,
        );
      return {
        kind: 'granted',
        warnings: [`Whether ${name} held another image was not checked: ${tag.reason}`],
        tag,
      };
    case 'replaces': {
      const { digest, ours } = tag;
      if (caution === 'allow' || (caution === 'unexpected' && ours && !isVersion(target.tag)))
        return { ...granted, tag };
      if (caution === 'refuse' || !confirm)
        return refused(
          'policy',
          'overwrite-refused',
          `Nothing was sent: ${name} holds another image, ${shortDigest(digest)}. Choose another tag, or allow it to be replaced.`,
        );
      const there = await lookCloser(target, digest, parts);
      const replaced = { target, digest, imageId: image.id, ...(ours && { ours }), ...(there && { there }) };
      if (!(await confirm(replaced, signal))) throw new CancelledError();
      log.info(`${name} replaces ${digest}, as confirmed`);
      return { ...granted, tag };
    }
  }
}

async function lookCloser(
  target: TaggedReference,
  digest: string,
  { clock, details, signal }: TagGuardParts,
): Promise<There | undefined> {
  const expired = (): Error => new Error('The registry was slow.');
  const deadline = { clock, timeoutMs: closerMs, signal, expired };
  return withDeadline((within) => whatIsThere(target, digest, details, within), deadline).catch((error: unknown) => {
    if (error instanceof CancelledError) throw error;
    return undefined;
  });
}

function refused(side: PushError['side'], code: string, message: string): Permission {
  return { kind: 'refused', error: { side, code, message } };
}
