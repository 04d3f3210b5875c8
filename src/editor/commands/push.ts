import type { DestinationMemory, PushResult } from '../../push/index.ts';
import { formatReference, type Repository } from '../../reference/index.ts';
import type { EngineSession } from '../engine-session.ts';
import { askImage } from '../flow/image-step.ts';
import { askTarget, type ImageToPush } from '../flow/push-flow.ts';
import { type ResultActions, showResults, withPushProgress } from '../push-notifications.ts';
import { isTarget, type Pusher, type PushOrder } from '../pusher.ts';
import type { RegistryConfig } from '../registry-list.ts';
import type { SignIn } from '../sign-in.ts';
import { readPushArgument } from './push-argument.ts';

/** What the command works with, wired in extension.ts. */
export interface PushCommandParts {
  readonly pusher: Pusher;
  readonly session: EngineSession;
  readonly registries: () => readonly RegistryConfig[];
  readonly memory: () => Promise<DestinationMemory>;
  readonly signIn: SignIn;
  readonly actions: Pick<ResultActions, 'selectEngine' | 'refreshImages' | 'showLog'>;
}

/** “Push to Registry…”: asks for what is missing, pushes, and says once how it ended. */
export class PushCommand {
  readonly #parts: PushCommandParts;

  constructor(parts: PushCommandParts) {
    this.#parts = parts;
  }

  /** Takes a tree item, a PushRequest, or nothing. One result for each target, in order; none when it was closed. */
  async run(argument: unknown): Promise<PushResult[]> {
    const request = readPushArgument(argument);
    const image = request?.image ?? (await askImage(this.#parts.session));
    if (!image) return [];
    const platform = request?.platform === undefined ? {} : { platform: request.platform };
    return request?.targets ? this.#push({ image, targets: request.targets, ...platform }) : this.#ask(image, platform);
  }

  async #ask(image: ImageToPush, platform: Pick<PushOrder, 'platform'>): Promise<PushResult[]> {
    const memory = await this.#parts.memory();
    const target = await askTarget(image, await memory.all(), this.#parts.registries(), (destination) =>
      this.#parts.signIn.onTheWay(destination),
    );
    return target ? this.#push({ image, targets: [formatReference(target)], ...platform }) : [];
  }

  async #push(order: PushOrder): Promise<PushResult[]> {
    const { pusher, actions } = this.#parts;
    const results = order.targets.some(isTarget)
      ? await withPushProgress(titleOf(order), (signal, onProgress) =>
          pusher.push(order, {
            signal,
            onProgress,
            onSignInNeeded: (repository, reason) => this.#signIn(repository, reason),
          }),
        )
      : await pusher.push(order, { signal: new AbortController().signal });
    // The caller has its results now; the notification may stay for hours.
    void showResults(results, {
      ...actions,
      pushAgain: () => void this.#push(order),
      chooseDestination: () => void this.#ask(order.image, order),
    });
    return results;
  }

  async #signIn({ registry, path }: Repository, reason: string): Promise<boolean> {
    const { signIn } = this.#parts;
    const answer = await signIn.ask(signIn.keyFor({ registry, path }), { reason, repository: path });
    return answer.kind === 'next';
  }
}

function titleOf({ image, targets }: PushOrder): string {
  const [only, ...more] = targets;
  return only !== undefined && more.length === 0 ? only : `${image.name} to ${targets.length} targets`;
}
