import * as vscode from 'vscode';
import { type Log, messageOf, plainText } from '../../base/index.ts';
import type { DestinationMemory, PushProgress, PushResult } from '../../push/index.ts';
import { formatReference, parseTarget, type Repository } from '../../reference/index.ts';
import type { EngineSession } from '../engine-session.ts';
import { commandIds } from '../ids.ts';
import { askImage } from '../flow/image-step.ts';
import { askTarget, type ImageToPush } from '../flow/push-flow.ts';
import { showResults, withPushProgress } from '../push-notifications.ts';
import { isTarget, type Pusher, type PushOrder } from '../pusher.ts';
import type { RegistryConfig } from '../registry-list.ts';
import type { SignIn, SignInRequest } from '../sign-in.ts';
import { readPushArgument } from './push-argument.ts';

/** What the command works with, wired in extension.ts. */
export interface PushCommandParts {
  readonly pusher: Pusher;
  readonly session: EngineSession;
  readonly registries: () => readonly RegistryConfig[];
  readonly memory: () => Promise<DestinationMemory>;
  readonly signIn: SignIn;
  readonly showLog: () => void;
  readonly log: Log;
}

/** How a caller takes part in a push. */
export interface PushOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PushProgress) => void;
}

/** “Push to Registry…”: asks for what is missing, pushes, and says once how it ended. */
export class PushCommand {
  readonly #parts: PushCommandParts;

  constructor(parts: PushCommandParts) {
    this.#parts = parts;
  }

  /** Takes a tree item, a PushRequest, or nothing. One result for each target, in order; none when it was closed. */
  async run(argument: unknown, options: PushOptions = {}): Promise<PushResult[]> {
    const request = readPushArgument(argument);
    const image = request?.image ?? (await askImage(this.#parts.session, 'Push to Registry'));
    if (!image) return [];
    const platform = request?.platform === undefined ? {} : { platform: request.platform };
    return request?.targets
      ? this.#push({ image, targets: request.targets, ...platform }, options)
      : this.#ask(image, platform, options);
  }

  /** Pushes exactly this image to exactly this target, or asks where to, if there is none yet. */
  pushShown(image: ImageToPush, target: string | undefined): Promise<PushResult[]> {
    return target === undefined ? this.#ask(image, {}) : this.#push({ image, targets: [target] });
  }

  async #ask(
    image: ImageToPush,
    { platform }: Pick<PushOrder, 'platform'>,
    options: PushOptions = {},
  ): Promise<PushResult[]> {
    const memory = await this.#parts.memory();
    const target = await askTarget(image, await memory.all(), this.#parts.registries(), {
      accountAt: (destination) => this.#parts.signIn.accountAt(destination),
      signInOnTheWay: (destination) => this.#parts.signIn.onTheWay(destination),
    });
    if (!target) return [];
    const order = { image, targets: [formatReference(target)], ...(platform !== undefined && { platform }) };
    return this.#push(order, options);
  }

  async #push(order: PushOrder, options: PushOptions = {}): Promise<PushResult[]> {
    const { pusher, showLog } = this.#parts;
    const results = order.targets.some(isTarget)
      ? await withPushProgress(titleOf(order), (cancelled, report) =>
          pusher.push(order, {
            signal: options.signal ? AbortSignal.any([cancelled, options.signal]) : cancelled,
            onProgress: (progress) => {
              report(progress);
              options.onProgress?.(progress);
            },
            onSignInNeeded: (repository, reason, signal) => this.#signIn(repository, { reason, signal }),
          }),
        )
      : await pusher.push(order, { signal: new AbortController().signal });
    // The caller has its results now; the notification may stay for hours.
    void showResults(results, {
      showLog,
      selectEngine: () => void vscode.commands.executeCommand(commandIds.selectEngine),
      refreshImages: () => void vscode.commands.executeCommand(commandIds.refresh),
      pushAgain: () => this.#later(this.#push(order)),
      chooseDestination: () => this.#later(this.#ask(order.image, order)),
      signIn: (target) => this.#later(this.#signInAndPush(target, order)),
    });
    return results;
  }

  async #signInAndPush(target: string, order: PushOrder): Promise<void> {
    if (await this.#signIn(parseTarget(target).repository, {})) await this.#push(order);
  }

  async #signIn({ registry, path }: Repository, request: SignInRequest): Promise<boolean> {
    const { signIn } = this.#parts;
    const answer = await signIn.ask(signIn.keyFor({ registry, path }), { ...request, repository: path });
    return answer.kind === 'next';
  }

  /** What a button of a notification starts, long after the command has ended. */
  #later(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      this.#parts.log.error(error instanceof Error ? (error.stack ?? error.message) : messageOf(error));
      void vscode.window.showErrorMessage(plainText(messageOf(error)));
    });
  }
}

function titleOf({ image, targets }: PushOrder): string {
  const [only, ...more] = targets;
  return only !== undefined && more.length === 0 ? only : `${image.name} to ${targets.length} targets`;
}
