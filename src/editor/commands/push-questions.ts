import { CancelledError, untilAborted } from '../../base/index.ts';
import { formatReference, type Repository } from '../../reference/index.ts';
import type { AFewAtATime } from '../a-few-at-a-time.ts';
import { askToOverride } from '../checks/blocked-question.ts';
import type { FindingEnd } from '../checks/push-checks.ts';
import { showFinding } from '../checks/shown-finding.ts';
import type { PushOrderWatch } from '../push-order.ts';
import { askToReplace } from '../replace-question.ts';
import type { SignInRequest } from '../sign-in.ts';

/** What one request asks a person on its way, and what came of it. */
export class PushQuestions {
  readonly #line: AFewAtATime;
  readonly #signIn: (repository: Repository, request: SignInRequest) => Promise<boolean>;
  readonly #declined = new Set<string>();
  readonly #signedIn = new Set<string>();
  readonly #elsewhere = new Set<string>();
  readonly #made: Map<string, string>;
  /** What is found out, or was, of images by their IDs: once for all the targets of one. */
  readonly #found = new Map<string, Promise<FindingEnd>>();

  /**
   * @param line several are pushed at a time, and a person answers one question at a time
   * @param signIn asks for a sign-in; true when there is one now
   * @param made local names that an earlier push made, of which this one is the rest
   */
  constructor(
    line: AFewAtATime,
    signIn: (repository: Repository, request: SignInRequest) => Promise<boolean>,
    made: ReadonlyMap<string, string> = new Map(),
  ) {
    this.#line = line;
    this.#signIn = signIn;
    this.#made = new Map(made);
  }

  /** Targets (canonical) that are not to be replaced: another tag is wanted. */
  get elsewhere(): ReadonlySet<string> {
    return this.#elsewhere;
  }

  /** Local names (canonical) that the request made, with the IDs of their images. */
  get made(): ReadonlyMap<string, string> {
    return this.#made;
  }

  /** Where the pushes of the request ask. */
  watch(): Required<Pick<PushOrderWatch, 'onBlocked' | 'onFinding' | 'onReplace' | 'onSignInNeeded' | 'onTag'>> {
    return {
      onFinding: async (finding, signal) => {
        const key = `${finding.kind} ${finding.image.details.id}`;
        for (;;) {
          const known = this.#found.get(key);
          const found = known ?? showFinding(finding, signal);
          this.#found.set(key, found);
          try {
            return await untilAborted(found, signal);
          } catch (error) {
            if (this.#found.get(key) === found) this.#found.delete(key);
            // It was cancelled with another target's push, and this one still wants to know.
            if (!known || signal.aborted || !(error instanceof CancelledError)) throw error;
          }
        }
      },
      onBlocked: (blocked, signal) => this.#line.do(async () => (signal.aborted ? undefined : askToOverride(blocked))),
      onTag: (reference, imageId) => void this.#made.set(reference, imageId),
      onReplace: (replaced, signal) =>
        this.#line.do(async () => {
          const answer = signal.aborted ? 'cancel' : await askToReplace(replaced);
          if (answer === 'elsewhere') this.#elsewhere.add(formatReference(replaced.target));
          return answer === 'replace';
        }),
      onSignInNeeded: (repository, reason, signal) =>
        this.#line.do(async () => {
          const { registry } = repository;
          // Who declined once in a request is not asked for each of its other images.
          if (this.#declined.has(registry) || signal.aborted) return false;
          if (this.#signedIn.has(registry)) return true;
          const isSignedIn = await this.#signIn(repository, { reason, signal });
          (isSignedIn ? this.#signedIn : this.#declined).add(registry);
          return isSignedIn;
        }),
    };
  }
}
