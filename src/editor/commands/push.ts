import * as vscode from 'vscode';
import { type Log, messageOf, plainText, stackOf } from '../../base/index.ts';
import type { HelperAnswers } from '../../credentials/index.ts';
import type { PushProgress, PushResult } from '../../push/index.ts';
import {
  formatReference,
  formatRegistryKey,
  formatRepository,
  parseTarget,
  type RegistryKey,
  type Repository,
  type TaggedReference,
} from '../../reference/index.ts';
import type { EngineSession } from '../engine-session.ts';
import { commandIds } from '../ids.ts';
import { LocalTags } from '../local-tags.ts';
import { AFewAtATime } from '../a-few-at-a-time.ts';
import { askImage } from '../flow/image-step.ts';
import { referenceOf } from '../flow/destinations.ts';
import { askTarget, askTargets, type ImageToPush, type TargetLists } from '../flow/push-flow.ts';
import { configuredProfiles } from '../profiles/configured-profiles.ts';
import { namedTargets } from '../profiles/named-profile.ts';
import { showResults, withPushProgress } from '../push-notifications.ts';
import type { Pusher } from '../pusher.ts';
import { isTarget, type PushOrder } from '../push-order.ts';
import type { MissingRepository, RepositoryCreation } from '../repository-creation.ts';
import type { TagAfterPush } from '../settings.ts';
import type { SignIn, SignInRequest } from '../sign-in.ts';
import type { WorkspacePushes } from '../workspace-pushes.ts';
import { readLastRequest, requestsOf } from './last-request.ts';
import { type PushArgument, readPushArgument } from './push-argument.ts';
import { readPushHere } from './push-here-argument.ts';
import { PushQuestions } from './push-questions.ts';
import { titleOf } from './request-title.ts';
import { destinationParts, flowParts, profileFacts, type WhereToParts } from './where-to.ts';

/** What the command works with, wired in extension.ts. */
export interface PushCommandParts extends WhereToParts {
  readonly pusher: Pusher;
  readonly session: EngineSession;
  readonly signIn: SignIn;
  readonly creation: RepositoryCreation;
  readonly workspacePushes: Pick<WorkspacePushes, 'lastRequest' | 'rememberRequest'>;
  readonly tagAfterPush: () => TagAfterPush;
  readonly showLog: () => void;
}

/** How a caller takes part in a push. */
export interface PushOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PushProgress) => void;
}

type Place = RegistryKey | Repository;

/** As it came to the command. */
interface RunOptions extends PushOptions {
  /** No person started it, so nobody is asked whether a check is passed over. */
  readonly isUnattended?: true;
}

/** As the steps of the flow leave it for the push. */
interface AskedOptions extends RunOptions {
  readonly answers?: HelperAnswers;
  /** Local names that an earlier push made, of which this one is the rest. */
  readonly made?: ReadonlyMap<string, string>;
}

/** “Push to Registry…”: asks for what is missing, pushes, and says once how it ended. */
export class PushCommand {
  readonly #parts: PushCommandParts;
  readonly #questions = new AFewAtATime(1);

  constructor(parts: PushCommandParts) {
    this.#parts = parts;
  }

  /** Takes tree items, a PushRequest, or nothing. One result for each target, in order; none when it was closed. */
  async run(argument: unknown, options: RunOptions & { readonly selection?: unknown } = {}): Promise<PushResult[]> {
    const requests = readPushArgument(argument, options.selection);
    if (requests.length > 1) return this.#askForAll(requests, options);
    const [request] = requests;
    const image = request?.image ?? (await askImage(this.#parts.session, 'Push to Registry'));
    if (!image) return [];
    const { profile, ...rest } = request ?? {};
    const order = { ...rest, image };
    // With targets in the place of the profile's name: what is repeated later goes where it went now.
    const targets = profile === undefined ? order.targets : await targetsOf(profile, image, this.#parts.log);
    return targets ? this.#push([{ ...order, targets }], options) : this.#ask(order, options);
  }

  /** “Push Image Here…”: pushes to a registry or a repository of the view Registries what was dropped there, or asks which image. */
  async pushHere(argument: unknown): Promise<PushResult[]> {
    const { place, requests } = readPushHere(argument);
    if (requests.length > 1) return this.#askForAll(requests, {}, place);
    const name = 'path' in place ? formatRepository(place) : formatRegistryKey(place);
    const image = requests[0]?.image ?? (await askImage(this.#parts.session, `Push to ${name}`));
    return image ? this.#ask({ image }, {}, place) : [];
  }

  /** Pushes exactly this image to exactly this target, or asks where to, if there is none yet. */
  pushShown(image: ImageToPush, target: string | undefined): Promise<PushResult[]> {
    return target === undefined ? this.#ask({ image }) : this.#push([{ image, targets: [target] }]);
  }

  /** “Push Again”: the last request from this workspace, with what its names stand for now. Asks where there was none. */
  async again(): Promise<PushResult[]> {
    const orders = readLastRequest(this.#parts.workspacePushes.lastRequest());
    return orders.length > 0 ? this.#push(orders) : this.run(undefined);
  }

  /** Pushes what is complete already. */
  orders(orders: readonly PushOrder[]): Promise<PushResult[]> {
    return this.#push(orders);
  }

  /** @param place where to, if that is known; of a target another name or tag is wanted there */
  async #ask(request: PushArgument, options: RunOptions = {}, place?: Place | TaggedReference): Promise<PushResult[]> {
    const answers: HelperAnswers = new Map();
    const targets = await askTarget(request.image, await flowParts(request.image, this.#parts, answers), place);
    return targets ? this.#push(ordersTo([request], targets), { ...options, answers }) : [];
  }

  async #askForAll(requests: readonly PushArgument[], options: RunOptions, place?: Place): Promise<PushResult[]> {
    const answers: HelperAnswers = new Map();
    const targets = await askTargets(
      requests.map(({ image }) => image),
      await destinationParts(this.#parts, answers),
      place,
    );
    return targets ? this.#push(ordersTo(requests, targets), { ...options, answers }) : [];
  }

  async #push(orders: readonly PushOrder[], options: AskedOptions = {}): Promise<PushResult[]> {
    const { log, pusher, workspacePushes } = this.#parts;
    const signIn = (repository: Repository, request: SignInRequest): Promise<boolean> =>
      this.#signIn(repository, request);
    const questions = new PushQuestions(this.#questions, signIn, options.made);
    const isSendable = orders.some(({ targets }) => targets.some(isTarget));
    if (isSendable)
      workspacePushes
        .rememberRequest(requestsOf(orders))
        .catch((error: unknown) => log.warn(`the request could not be remembered: ${messageOf(error)}`));
    const results = isSendable
      ? await withPushProgress(titleOf(orders), (cancelled, report) =>
          pusher.push(orders, {
            signal: options.signal ? AbortSignal.any([cancelled, options.signal]) : cancelled,
            ...(options.answers && { answers: options.answers }),
            onProgress: (progress) => {
              report(progress);
              options.onProgress?.(progress);
            },
            ...questions.watch(),
            ...(options.isUnattended && { onBlocked: undefined }),
          }),
        )
      : await pusher.push(orders, { signal: new AbortController().signal });
    const left = unfinished(orders, results);
    const [order] = left;
    const [target] = questions.elsewhere;
    if (order && target !== undefined && results.length === 1) {
      const instead = await this.#ask(order, options, parseTarget(target));
      return instead.length > 0 ? instead : results;
    }
    // The caller has its results now; the notification may stay for hours.
    this.#later(this.#tell(results, left, questions.made));
    if (questions.elsewhere.size > 0) this.#later(this.#askElsewhere(left, questions.elsewhere));
    return results;
  }

  /** Asks for other tags, one after the other. */
  async #askElsewhere(left: readonly PushOrder[], elsewhere: ReadonlySet<string>): Promise<void> {
    for (const target of elsewhere) {
      const order = left.find(({ targets }) =>
        targets.some((one) => isTarget(one) && formatReference(parseTarget(one)) === target),
      );
      if (order) await this.#ask(order, {}, parseTarget(target));
    }
  }

  /** @param left what is still to be pushed, one order for each image of which not all was */
  async #tell(
    results: readonly PushResult[],
    left: readonly PushOrder[],
    made: ReadonlyMap<string, string>,
  ): Promise<void> {
    const { creation, showLog } = this.#parts;
    const [first] = left;
    const missing = await creation.missingOf(results);
    const ask = (instead?: string): void => {
      const place = instead === undefined ? undefined : parseTarget(instead);
      this.#later(first ? this.#ask(first, {}, place) : Promise.resolve());
    };
    const removeTags = await new LocalTags(made, results, this.#parts).offer();
    await showResults(results, {
      showLog,
      selectEngine: () => void vscode.commands.executeCommand(commandIds.selectEngine),
      refreshImages: () => void vscode.commands.executeCommand(commandIds.refresh),
      pushAgain: () => this.#later(this.#push(left, { made })),
      chooseDestination: () => ask(),
      chooseTag: ask,
      ...(missing.length > 0 && {
        createRepository: () => this.#later(this.#createAndPush(missing, left, made)),
      }),
      signIn: (target) => this.#later(this.#signInAndPush(target, left, made)),
      ...(removeTags && { removeTags: () => this.#later(removeTags()) }),
    });
  }

  async #createAndPush(
    missing: readonly MissingRepository[],
    left: readonly PushOrder[],
    made: ReadonlyMap<string, string>,
  ): Promise<void> {
    const created = await this.#parts.creation.create(missing);
    if (created.kind === 'created') await this.#push(left, { made });
    // Told like the end of a push, with what helps.
    if (created.kind === 'refused')
      await this.#tell([{ ...created.missing.result, outcome: 'failed', error: created.error }], left, made);
  }

  async #signInAndPush(target: string, orders: readonly PushOrder[], made: ReadonlyMap<string, string>): Promise<void> {
    if (await this.#signIn(parseTarget(target).repository, {})) await this.#push(orders, { made });
  }

  async #signIn({ registry, path }: Repository, request: SignInRequest): Promise<boolean> {
    const { signIn } = this.#parts;
    const answer = await signIn.ask(await signIn.keyFor({ registry, path }), { ...request, repository: path });
    return answer.kind === 'next';
  }

  /** What a button of a notification starts, long after the command has ended. */
  #later(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      this.#parts.log.error(stackOf(error));
      void vscode.window.showErrorMessage(plainText(messageOf(error)));
    });
  }
}

/** Each image with where it goes. */
function ordersTo(requests: readonly PushArgument[], targets: TargetLists): PushOrder[] {
  return requests.map((request, index) => ({ ...request, targets: (targets[index] ?? []).map(formatReference) }));
}

async function targetsOf(profile: string, { name }: ImageToPush, log: Log): Promise<readonly string[]> {
  const profiles = await configuredProfiles();
  return namedTargets(profile, referenceOf(name), profiles, await profileFacts(profiles, log));
}

/** What a request left undone. */
function unfinished(orders: readonly PushOrder[], results: readonly PushResult[]): PushOrder[] {
  let index = 0;
  return orders
    .map((order) => ({ ...order, targets: order.targets.filter(() => results[index++]?.outcome !== 'pushed') }))
    .filter(({ targets }) => targets.length > 0);
}
