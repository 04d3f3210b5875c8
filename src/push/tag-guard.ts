import { CancelledError, type Log, SidedError } from '../base/index.ts';
import { formatReference, type TaggedReference } from '../reference/index.ts';
import { type PushPlan, shortDigest } from './plan.ts';
import type { Overwrite, PushError } from './request.ts';
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
  /** True to replace it. */
  readonly confirm?: ((replaced: Replaced, signal: AbortSignal) => Promise<boolean>) | undefined;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Whether a push may go on. */
export type Permission =
  | { readonly kind: 'granted'; readonly warnings: readonly string[] }
  | { readonly kind: 'refused'; readonly error: PushError };

const granted = { kind: 'granted', warnings: [] } as const;

/**
 * Looks at what the tag holds before anything is sent, as far as the request wants that. A tag that is new or holds this
 * very image is no question. No registry can be asked to create a tag only if it is not there, so what appears between
 * this look and the end of the push is replaced all the same.
 *
 * @throws CancelledError when the user declines
 */
export async function guardTag(
  { image, target }: PushPlan,
  overwrite: Overwrite,
  { registry, confirm, signal, log }: TagGuardParts,
): Promise<Permission> {
  if (overwrite === 'allow') return granted;
  const name = formatReference(target);
  const finding: Finding = registry
    ? await findImage(registry, target, image, [], signal)
    : { kind: 'unavailable', reason: `${target.repository.registry} cannot be asked from here.` };
  signal.throwIfAborted();
  switch (finding.kind) {
    case 'absent':
    case 'held':
      return granted;
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
