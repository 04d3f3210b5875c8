import { CancelledError, type Clock, type Log, SidedError } from '../base/index.ts';
import { formatReference, type TaggedReference } from '../reference/index.ts';
import { type PushPlan, shortDigest } from './plan.ts';
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
}

export interface TagGuardParts {
  /** Absent when it cannot be asked from here. */
  readonly registry?: TagRegistry | undefined;
  /** Absent where nobody can tell which tags are immutable. */
  readonly policy?: TagPolicy | undefined;
  /** True to replace it. */
  readonly confirm?: ((replaced: Replaced, signal: AbortSignal) => Promise<boolean>) | undefined;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly clock: Clock;
}

/** Whether a push may go on. */
export type Permission =
  | { readonly kind: 'granted'; readonly warnings: readonly string[] }
  | { readonly kind: 'refused'; readonly error: PushError };

const granted = { kind: 'granted', warnings: [] } as const;

/**
 * Looks, before anything is sent, whether the tag is immutable, and at what it holds, as far as that or the request asks
 * for it. A tag that is new or holds this very image is no question. No registry can be asked to create a tag only if it is
 * not there, so what appears between this look and the end of the push is replaced all the same.
 *
 * @throws CancelledError when the user declines
 */
export async function guardTag(plan: PushPlan, overwrite: Overwrite, parts: TagGuardParts): Promise<Permission> {
  const { policy, signal, log } = parts;
  const name = formatReference(plan.target);
  const settled = new AbortController();
  // Beside the other look, and given up where that says enough.
  const asking = askMutability(policy, plan.target, { ...parts, signal: AbortSignal.any([signal, settled.signal]) });
  try {
    if (overwrite === 'allow') {
      const { kind } = await asking;
      signal.throwIfAborted();
      if (kind !== 'immutable') return granted;
    }
    const finding = await lookAt(plan, parts);
    signal.throwIfAborted();
    if (finding.kind === 'absent' || finding.kind === 'held') return granted;
    const mutability = finding.kind === 'other' ? await asking : undefined;
    signal.throwIfAborted();
    if (finding.kind === 'other' && mutability?.kind === 'immutable' && !(await mayBePart(finding.digest, plan, parts)))
      return refused(
        'policy',
        'tag-immutable',
        `Nothing was sent: ${name} holds another image, ${shortDigest(finding.digest)}, and cannot be replaced: ${mutability.reason}. Choose another tag.`,
      );
    if (overwrite !== 'allow') return await judge(finding, plan, overwrite, parts);
    log.info(`${name} is immutable, and whether it holds this very image is for the registry to say`);
    return granted;
  } finally {
    settled.abort();
  }
}

function lookAt({ image, target }: PushPlan, { registry, signal }: TagGuardParts): Promise<Finding> {
  if (registry) return findImage(registry, target, image, [], signal);
  return Promise.resolve({
    kind: 'unavailable',
    reason: `${target.repository.registry} cannot be asked from here.`,
  });
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
  finding: Extract<Finding, { kind: 'other' | 'unavailable' }>,
  { image, target }: PushPlan,
  overwrite: 'ask' | 'refuse',
  { confirm, signal, log }: TagGuardParts,
): Promise<Permission> {
  const name = formatReference(target);
  switch (finding.kind) {
    case 'unavailable':
      if (finding.error instanceof SidedError && finding.error.code === 'unauthorized')
        return refused('credentials', 'unauthorized', finding.error.message);
      if (overwrite === 'refuse')
        return refused(
          'policy',
          'overwrite-unknown',
          `Nothing was sent to ${name}: it must not replace another image, and whether it would is not known. ${finding.reason}`,
        );
      return { kind: 'granted', warnings: [`Whether ${name} held another image was not checked: ${finding.reason}`] };
    case 'other':
      if (overwrite === 'refuse' || !confirm)
        return refused(
          'policy',
          'overwrite-refused',
          `Nothing was sent: ${name} holds another image, ${shortDigest(finding.digest)}. Choose another tag, or allow it to be replaced.`,
        );
      if (!(await confirm({ target, digest: finding.digest, imageId: image.id }, signal))) throw new CancelledError();
      log.info(`${name} replaces ${finding.digest}, as confirmed`);
      return granted;
  }
}

function refused(side: PushError['side'], code: string, message: string): Permission {
  return { kind: 'refused', error: { side, code, message } };
}
