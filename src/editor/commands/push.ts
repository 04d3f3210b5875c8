import * as vscode from 'vscode';
import { type Log, messageOf, plainText } from '../../base/index.ts';
import type { HelperAnswers } from '../../credentials/index.ts';
import type { DestinationMemory, PushProgress, PushResult } from '../../push/index.ts';
import {
  formatReference,
  formatRegistryKey,
  formatRepository,
  parseTarget,
  type RegistryKey,
  type Repository,
  type TaggedReference,
  type TemplateFacts,
} from '../../reference/index.ts';
import type { Accounts } from '../accounts.ts';
import type { EngineSession } from '../engine-session.ts';
import { commandIds } from '../ids.ts';
import { LocalTags } from '../local-tags.ts';
import { OneAtATime } from '../one-at-a-time.ts';
import { askImage } from '../flow/image-step.ts';
import { referenceOf } from '../flow/destinations.ts';
import {
  askTarget,
  askTargets,
  type DestinationParts,
  type FlowParts,
  type ImageToPush,
  type TargetLists,
} from '../flow/push-flow.ts';
import { type ConfiguredProfiles, configuredProfiles } from '../profiles/configured-profiles.ts';
import { namedTargets } from '../profiles/named-profile.ts';
import { showResults, withPushProgress } from '../push-notifications.ts';
import { isTarget, type Pusher, type PushOrder } from '../pusher.ts';
import type { RegistryDoor } from '../registry-door.ts';
import type { RegistryConfig } from '../registry-list.ts';
import type { MissingRepository, RepositoryCreation } from '../repository-creation.ts';
import { askToReplace } from '../replace-question.ts';
import type { TagAfterPush } from '../settings.ts';
import type { SignIn, SignInRequest } from '../sign-in.ts';
import type { TargetLook } from '../target-look.ts';
import { workspaceTags, workspaceValues } from '../workspace-facts/workspace-tags.ts';
import type { WorkspacePushes } from '../workspace-pushes.ts';
import { readLastRequest, requestsOf } from './last-request.ts';
import { type PushArgument, readPushArgument } from './push-argument.ts';
import { readPushHere } from './push-here-argument.ts';
import { nextTagsAt } from './registry-tags.ts';

/** What the command works with, wired in extension.ts. */
export interface PushCommandParts {
  readonly pusher: Pusher;
  readonly session: EngineSession;
  readonly accounts: Pick<Accounts, 'find'>;
  readonly door: Pick<RegistryDoor, 'open'>;
  readonly registries: () => readonly RegistryConfig[];
  readonly memory: () => Promise<DestinationMemory>;
  readonly signIn: SignIn;
  readonly creation: RepositoryCreation;
  readonly workspacePushes: Pick<WorkspacePushes, 'lastRequest' | 'rememberRequest'>;
  readonly look: Pick<TargetLook, 'at'>;
  readonly tagAfterPush: () => TagAfterPush;
  readonly showLog: () => void;
  readonly log: Log;
}

/** How a caller takes part in a push. */
export interface PushOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PushProgress) => void;
}

type Place = RegistryKey | Repository;

/** As the steps of the flow leave it for the push. */
interface AskedOptions extends PushOptions {
  readonly answers?: HelperAnswers;
}

/** “Push to Registry…”: asks for what is missing, pushes, and says once how it ended. */
export class PushCommand {
  readonly #parts: PushCommandParts;
  readonly #questions = new OneAtATime();

  constructor(parts: PushCommandParts) {
    this.#parts = parts;
  }

  /** Takes tree items, a PushRequest, or nothing. One result for each target, in order; none when it was closed. */
  async run(argument: unknown, options: PushOptions & { readonly selection?: unknown } = {}): Promise<PushResult[]> {
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
  async #ask(request: PushArgument, options: PushOptions = {}, place?: Place | TaggedReference): Promise<PushResult[]> {
    const answers: HelperAnswers = new Map();
    const targets = await askTarget(request.image, await this.#flowParts(request.image, answers), place);
    return targets ? this.#push(ordersTo([request], targets), { ...options, answers }) : [];
  }

  async #askForAll(requests: readonly PushArgument[], options: PushOptions, place?: Place): Promise<PushResult[]> {
    const answers: HelperAnswers = new Map();
    const targets = await askTargets(
      requests.map(({ image }) => image),
      await this.#destinationParts(answers),
      place,
    );
    return targets ? this.#push(ordersTo(requests, targets), { ...options, answers }) : [];
  }

  async #flowParts(image: ImageToPush, answers: HelperAnswers): Promise<FlowParts> {
    const { log, look } = this.#parts;
    return {
      ...(await this.#destinationParts(answers)),
      ...look.at(image, answers),
      suggestions: {
        ofWorkspace: (signal) => workspaceTags(log, signal),
        ofRegistry: (repository, signal) => nextTagsAt(repository, this.#parts, answers, signal),
      },
    };
  }

  async #destinationParts(answers: HelperAnswers): Promise<DestinationParts> {
    const { accounts, log, memory, registries, signIn } = this.#parts;
    const profiles = await configuredProfiles();
    return {
      remembered: await (await memory()).all(),
      registries: registries(),
      profiles,
      profileFacts: await profileFacts(profiles, log),
      accountAt: (destination) => signIn.accountAt(destination),
      whoPushes: (repository) => whoPushes(accounts, repository, answers),
      signInNeed: (destination, signal) => signIn.needAt(destination, answers, signal),
      signIn: (destination, need) => signIn.onTheWay(destination, need),
    };
  }

  async #push(orders: readonly PushOrder[], options: AskedOptions = {}): Promise<PushResult[]> {
    const { log, pusher, workspacePushes } = this.#parts;
    const declined = new Set<string>();
    /** Where the person signed in during this request. */
    const signedIn = new Set<string>();
    /** Targets that are not to be replaced: another tag is wanted. */
    const elsewhere = new Set<string>();
    const made = new Map<string, string>();
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
            onTag: (reference, imageId) => made.set(reference, imageId),
            // Several are pushed at a time, and a person answers one question at a time.
            onReplace: (replaced, signal) =>
              this.#questions.do(async () => {
                const answer = signal.aborted ? 'cancel' : await askToReplace(replaced);
                if (answer === 'elsewhere') elsewhere.add(formatReference(replaced.target));
                return answer === 'replace';
              }),
            onSignInNeeded: (repository, reason, signal) =>
              this.#questions.do(async () => {
                const { registry } = repository;
                // Who declined once in a request is not asked for each of its other images.
                if (declined.has(registry) || signal.aborted) return false;
                if (signedIn.has(registry)) return true;
                ((await this.#signIn(repository, { reason, signal })) ? signedIn : declined).add(registry);
                return signedIn.has(registry);
              }),
          }),
        )
      : await pusher.push(orders, { signal: new AbortController().signal });
    const left = unfinished(orders, results);
    const [order] = left;
    const [target] = elsewhere;
    if (order && target !== undefined && results.length === 1) {
      const instead = await this.#ask(order, options, parseTarget(target));
      return instead.length > 0 ? instead : results;
    }
    // The caller has its results now; the notification may stay for hours.
    this.#later(this.#tell(results, left, new LocalTags(made, results, this.#parts)));
    if (elsewhere.size > 0) this.#later(this.#askElsewhere(left, elsewhere));
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
  async #tell(results: readonly PushResult[], left: readonly PushOrder[], tags?: LocalTags): Promise<void> {
    const { creation, showLog } = this.#parts;
    const [first] = left;
    const missing = await creation.missingOf(results);
    const ask = (instead?: string): void => {
      const place = instead === undefined ? undefined : parseTarget(instead);
      this.#later(first ? this.#ask(first, {}, place) : Promise.resolve());
    };
    const removeTags = await tags?.offer();
    await showResults(results, {
      showLog,
      selectEngine: () => void vscode.commands.executeCommand(commandIds.selectEngine),
      refreshImages: () => void vscode.commands.executeCommand(commandIds.refresh),
      pushAgain: () => this.#later(this.#push(left)),
      chooseDestination: () => ask(),
      chooseTag: ask,
      ...(missing.length > 0 && { createRepository: () => this.#later(this.#createAndPush(missing, left)) }),
      signIn: (target) => this.#later(this.#signInAndPush(target, left)),
      ...(removeTags && { removeTags: () => this.#later(removeTags()) }),
    });
  }

  async #createAndPush(missing: readonly MissingRepository[], left: readonly PushOrder[]): Promise<void> {
    const created = await this.#parts.creation.create(missing);
    if (created.kind === 'created') await this.#push(left);
    // Told like the end of a push, with what helps.
    if (created.kind === 'refused')
      await this.#tell([{ ...created.missing.result, outcome: 'failed', error: created.error }], left);
  }

  async #signInAndPush(target: string, orders: readonly PushOrder[]): Promise<void> {
    if (await this.#signIn(parseTarget(target).repository, {})) await this.#push(orders);
  }

  async #signIn({ registry, path }: Repository, request: SignInRequest): Promise<boolean> {
    const { signIn } = this.#parts;
    const answer = await signIn.ask(await signIn.keyFor({ registry, path }), { ...request, repository: path });
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

/** Each image with where it goes. */
function ordersTo(requests: readonly PushArgument[], targets: TargetLists): PushOrder[] {
  return requests.map((request, index) => ({ ...request, targets: (targets[index] ?? []).map(formatReference) }));
}

async function targetsOf(profile: string, { name }: ImageToPush, log: Log): Promise<readonly string[]> {
  const profiles = await configuredProfiles();
  return namedTargets(profile, referenceOf(name), profiles, await profileFacts(profiles, log));
}

/** Git is waited for no longer than a person waits for a list. */
const factsLimitMs = 2_000;

/** What the workspace's variables in the profiles stand for. */
function profileFacts({ entries }: ConfiguredProfiles, log: Log): Promise<TemplateFacts> {
  const templates = entries.flatMap((entry) => (entry.kind === 'profile' ? entry.profile.targets : []));
  return workspaceValues(templates, log, AbortSignal.timeout(factsLimitMs));
}

/** Who would push, in words. A helper is heard only where it was asked already, as the registry wanted a sign-in. */
async function whoPushes(
  accounts: Pick<Accounts, 'find'>,
  repository: Repository,
  answers: HelperAnswers,
): Promise<string> {
  const { describeSource, registryOfAddress } = await import('../../credentials/index.ts');
  const registry = repository.registry.toLowerCase();
  // Answers are kept by helper and address.
  const wasAsked = [...answers.keys()].some(
    (asked) => registryOfAddress(asked.slice(asked.indexOf(' ') + 1)) === registry,
  );
  const answer = await accounts.find(repository, wasAsked ? { answers } : undefined).catch(() => undefined);
  const isKnown = answer?.kind === 'found' || (answer?.kind === 'unasked' && answer.source === 'machine');
  return isKnown ? describeSource(answer) : '';
}

/** What a request left undone. */
function unfinished(orders: readonly PushOrder[], results: readonly PushResult[]): PushOrder[] {
  let index = 0;
  return orders
    .map((order) => ({ ...order, targets: order.targets.filter(() => results[index++]?.outcome !== 'pushed') }))
    .filter(({ targets }) => targets.length > 0);
}

function titleOf(orders: readonly PushOrder[]): string {
  const targets = orders.flatMap((order) => order.targets);
  const [target, ...moreTargets] = targets;
  if (target !== undefined && moreTargets.length === 0) return target;
  const [order, ...moreOrders] = orders;
  const what = order && moreOrders.length === 0 ? order.image.name : `${orders.length} images`;
  return `${what} to ${placeOf(targets)}`;
}

/** The one registry of all targets, or how many there are. */
function placeOf(targets: readonly string[]): string {
  const registries = new Set(targets.map((target) => target.slice(0, target.indexOf('/'))));
  const [only] = registries;
  return registries.size === 1 && only ? only : `${targets.length} targets`;
}
