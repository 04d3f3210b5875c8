import { type Log, messageOf, prefixed, SidedError, systemClock } from '../../base/index.ts';
import type { ChosenImage, DestinationMemory, PushProgress, PushResult } from '../../push/index.ts';
import { formatReference, isLoopback, parseTarget, type TaggedReference } from '../../reference/index.ts';
import { type Connection, describeEngine, type EngineSession } from '../engine-session.ts';
import { referenceOf, sourceOf } from '../flow/destinations.ts';
import { askImage } from '../flow/image-step.ts';
import { askTarget, type ImageToPush } from '../flow/push-flow.ts';
import { type ResultActions, showResults, withPushProgress } from '../push-notifications.ts';
import { resultLine } from '../push-words.ts';
import { transportOf, type RegistryConfig } from '../settings.ts';
import { readPushArgument } from './push-argument.ts';

/** What the command works with, wired in extension.ts. */
export interface PushCommandParts {
  readonly session: EngineSession;
  readonly log: Log;
  readonly registries: () => readonly RegistryConfig[];
  readonly memory: () => Promise<DestinationMemory>;
  readonly userAgent: string;
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
    return request?.targets
      ? this.#push(image, request.targets, request.platform)
      : this.#ask(image, request?.platform);
  }

  async #ask(image: ImageToPush, platform?: string): Promise<PushResult[]> {
    const memory = await this.#parts.memory();
    const target = await askTarget(image, await memory.all(), this.#parts.registries());
    return target ? this.#push(image, [formatReference(target)], platform) : [];
  }

  async #push(image: ImageToPush, targets: readonly string[], platform?: string): Promise<PushResult[]> {
    const [only] = targets;
    const what = targets.length === 1 && only !== undefined ? only : `${image.name} to ${targets.length} targets`;
    const results = await withPushProgress(what, async (signal, report) => {
      const done: PushResult[] = [];
      for (const target of targets) done.push(await this.#pushOne(image, target, platform, signal, report));
      return done;
    });
    // The caller has its results now; the notification may stay for hours.
    void showResults(results, {
      ...this.#parts.actions,
      pushAgain: () => void this.#push(image, targets, platform),
      chooseDestination: () => void this.#ask(image, platform),
    });
    return results;
  }

  async #pushOne(
    image: ChosenImage,
    text: string,
    platform: string | undefined,
    signal: AbortSignal,
    report: (progress: PushProgress) => void,
  ): Promise<PushResult> {
    const { log, session } = this.#parts;
    const { describePlan, newPushId, planPush, pushErrorOf, runPush } = await import('../../push/index.ts');
    const started = systemClock.now();
    try {
      const target = parseTarget(text);
      const connection = await session.connect();
      const plan = await planPush(image, target, connection.engine, {
        signal,
        ...(platform !== undefined && { platform }),
      });
      log.info(`${describePlan(plan)}, ${describeEngine(connection)}`);
      const own = prefixed(log, `${plan.id} `);
      const registry = await this.#registryFor(target, connection, own);
      const parts = {
        engine: connection.engine,
        store: connection.info.store,
        log: own,
        clock: systemClock,
        ...(registry && { registry }),
      };
      const result = await runPush(plan, parts, { signal, onProgress: report });
      own[result.outcome === 'failed' || result.outcome === 'unknown' ? 'error' : 'info'](resultLine(result));
      if (result.outcome === 'pushed') await this.#remember(image, target);
      return result;
    } catch (error) {
      const facts = {
        id: newPushId(),
        target: text,
        durationMs: Math.round(systemClock.now() - started),
        warnings: [],
      };
      if (signal.aborted) return { ...facts, outcome: 'cancelled' };
      if (!(error instanceof SidedError))
        log.error(error instanceof Error ? (error.stack ?? error.message) : messageOf(error));
      const result: PushResult = { ...facts, outcome: 'failed', error: pushErrorOf(error) };
      log.error(`push ${image.name} → ${text}: ${resultLine(result)}`);
      return result;
    }
  }

  /** The registry as seen from here; a loopback name means another machine to an engine that is elsewhere. */
  async #registryFor(target: TaggedReference, { engine }: Connection, log: Log) {
    const { registry } = target.repository;
    if (isLoopback(registry) && !engine.chosen.local) return undefined;
    const { openRegistry } = await import('../../registry/index.ts');
    const transport = transportOf(target.repository, this.#parts.registries());
    return openRegistry(registry, { userAgent: this.#parts.userAgent, log, ...(transport && { transport }) });
  }

  async #remember(image: ChosenImage, target: TaggedReference): Promise<void> {
    const reference = referenceOf(image.name);
    if (reference) await (await this.#parts.memory()).remember(sourceOf(reference), target.repository);
  }
}
