import { type Clock, type Log, messageOf, redacted, withDeadline } from '../base/index.ts';
import { formatReference, type TaggedReference } from '../reference/index.ts';
import type { Mutability } from '../registry/index.ts';

/** Says whether a tag may be pushed again with other content: a kind of registry that has such a setting. */
export interface TagPolicy {
  mutability(target: TaggedReference, signal: AbortSignal): Promise<Mutability>;
}

export interface PolicyQuestion {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** So long a push waits for it: where the setting cannot be read in time, the registry itself refuses later. */
const patienceMs = 3_000;

/**
 * Asks, where there is somebody to ask. An API that is slow, or fails, holds no push: then it is not known. Never rejects;
 * an abort ends it at once.
 */
export async function askMutability(
  policy: TagPolicy | undefined,
  target: TaggedReference,
  { clock, signal, log }: PolicyQuestion,
): Promise<Mutability> {
  if (!policy) return { kind: 'unknown' };
  const expired = (): Error => new Error(`no answer within ${patienceMs / 1_000} seconds`);
  const deadline = { clock, timeoutMs: patienceMs, signal, expired };
  try {
    return await withDeadline((within) => policy.mutability(target, within), deadline);
  } catch (error) {
    if (!signal.aborted)
      log.warn(`whether ${formatReference(target)} is immutable is not known: ${redacted(messageOf(error))}`);
    return { kind: 'unknown' };
  }
}
