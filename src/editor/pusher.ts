import { messageOf } from '../base/index.ts';
import type { HelperAnswers } from '../credentials/index.ts';
import type { DestinationMemory, PushProgress, PushQueue, PushResult } from '../push/index.ts';
import { parseTarget, type TaggedReference } from '../reference/index.ts';
import { AFewAtATime } from './a-few-at-a-time.ts';
import { CommonProgress } from './common-progress.ts';
import { referenceOf, sourceOf } from './flow/destinations.ts';
import type { PushOrder, PushOrderWatch } from './push-order.ts';
import { TargetPush, type TargetPushParts } from './target-push.ts';
import type { WorkspacePushes } from './workspace-pushes.ts';

export interface PusherParts extends TargetPushParts {
  readonly memory: () => Promise<DestinationMemory>;
  readonly workspacePushes: WorkspacePushes;
  readonly maxConcurrentPushes: () => number;
  /** Told of every result, whoever asked for the push. */
  readonly pushed: (result: PushResult) => void;
}

/** So many targets of a request are looked at at a time. */
const looksAtATime = 10;

/** The one way to a push, for commands and for other extensions. It shows nothing; it asks only what safety demands. */
export class Pusher {
  readonly #parts: PusherParts;
  #queue: PushQueue | undefined;

  constructor(parts: PusherParts) {
    this.#parts = parts;
  }

  /**
   * One result for each target of each order, in order. Of several targets all are looked at, and asked about, before
   * anything is sent; then a few are pushed at a time. Never rejects.
   */
  async push(orders: readonly PushOrder[], options: PushOrderWatch): Promise<PushResult[]> {
    const { newPushId, PushQueue } = await import('../push/index.ts');
    this.#queue ??= new PushQueue(this.#parts.maxConcurrentPushes);
    const queue = this.#queue;
    const { answers = new Map() as HelperAnswers } = options;
    const all = orders.flatMap((order) => order.targets.map((text) => ({ order, text })));
    const progress = options.onProgress && new CommonProgress(all.length, options.onProgress);
    const pushes = all.map(({ order, text }, index) => {
      const onProgress = (now: PushProgress): void => progress?.report(index, now);
      return new TargetPush(newPushId(), order, text, { ...options, answers, onProgress }, this.#parts);
    });
    const few = new AFewAtATime(looksAtATime);
    const looks = pushes.length > 1 ? pushes.map((push) => few.do(() => push.look())) : [];
    const ready = looks.length > 0 ? Promise.all(looks) : undefined;
    return Promise.all(
      pushes.map(async (push, index) => {
        const result = await push.inTurn(queue, ready);
        if (result.outcome === 'pushed') this.#remember(push.order, parseTarget(push.text));
        progress?.end(index, result);
        this.#parts.pushed(result);
        return result;
      }),
    );
  }

  /** Beside the push: a push that went well is not spoiled by a full disk. */
  #remember({ image }: PushOrder, { repository }: TaggedReference): void {
    const reference = referenceOf(image.name);
    if (!reference) return;
    const source = sourceOf(reference);
    Promise.all([
      this.#parts.memory().then((memory) => memory.remember(source, repository)),
      this.#parts.workspacePushes.remember(source, repository),
    ]).catch((error: unknown) => this.#parts.log.warn(`the destination could not be remembered: ${messageOf(error)}`));
  }
}
