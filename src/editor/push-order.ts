import type { HelperAnswers } from '../credentials/index.ts';
import type { ChosenImage, Overwrite, PushProgress, Replaced } from '../push/index.ts';
import { parseTarget, type Repository } from '../reference/index.ts';
import type { BlockedPush } from './checks/blocked-question.ts';
import type { Finding, FindingEnd } from './checks/push-checks.ts';

/** An image that is to be pushed, and where to: complete. */
export interface PushOrder {
  readonly image: ChosenImage;
  /** As given: what is no target becomes a failed result. */
  readonly targets: readonly string[];
  readonly platform?: string;
  /** When a target holds another image: what `dockerPush.confirm` says when absent. */
  readonly overwrite?: Overwrite;
}

export interface PushOrderWatch {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: PushProgress) => void;
  /** The target holds another image, and the order says to ask. True to replace it. */
  readonly onReplace?: (replaced: Replaced, signal: AbortSignal) => Promise<boolean>;
  /** A check waits for what takes long: layers that are read, a scan. Rejects when the signal aborts, and then alone. */
  readonly onFinding?: ((finding: Finding, signal: AbortSignal) => Promise<FindingEnd>) | undefined;
  /** A check stops the push. The reason to push all the same; undefined when there is none. */
  readonly onBlocked?: ((blocked: BlockedPush, signal: AbortSignal) => Promise<string | undefined>) | undefined;
  /** Told each local name (canonical) that the push needs and makes: one that no image had. */
  readonly onTag?: (reference: string, imageId: string) => void;
  /** What Docker's credential helpers said already when the targets were asked for. */
  readonly answers?: HelperAnswers;
  /** The registry wants a sign-in, or another one. True when there is one now: then the same push goes on. */
  readonly onSignInNeeded?: (repository: Repository, reason: string, signal: AbortSignal) => Promise<boolean>;
}

export function isTarget(text: string): boolean {
  try {
    return parseTarget(text).tag !== '';
  } catch {
    return false;
  }
}
