import { type Log, messageOf, redacted } from '../base/index.ts';
import type { HelperAnswers } from '../credentials/index.ts';
import type { Engine, ImageDetails } from '../engine/index.ts';
import type { PushRecord, TagOutlook } from '../push/index.ts';
import type { RegistryClient } from '../registry/index.ts';
import { remembering } from './remembering-registry.ts';
import type { TaggedReference } from '../reference/index.ts';
import { isLatestAlone } from './checks/check-plan.ts';
import { objectionLabel } from './checks/check-words.ts';
import type { PushChecks } from './checks/push-checks.ts';
import type { EngineSession } from './engine-session.ts';
import type { ImageToPush } from './flow/push-flow.ts';
import type { FindTag, WouldDo } from './flow/would-do.ts';
import { askedHelpers } from './asked-helpers.ts';
import { outlookWords, tagWords } from './push-words.ts';
import type { PushesModel } from './pushes-model.ts';
import type { OpenRegistry, RegistryDoor } from './registry-door.ts';
import { isSameHere } from './registry-side.ts';

export interface TargetLookParts {
  readonly session: Pick<EngineSession, 'connect'>;
  readonly door: Pick<RegistryDoor, 'open'>;
  readonly pushes: Pick<PushesModel, 'load'>;
  readonly checks: Pick<PushChecks, 'known'>;
  readonly log: Log;
}

/** What pushes of one image would do. */
export interface Looks {
  /** All that is known. */
  readonly outlook: WouldDo;
  /** Of the tag alone, where there are many. */
  readonly wouldDo: WouldDo;
  /** The same, to be counted. */
  readonly findTag: FindTag;
}

/** Looks at targets while they are chosen, before anything is sent. */
export class TargetLook {
  readonly #parts: TargetLookParts;

  constructor(parts: TargetLookParts) {
    this.#parts = parts;
  }

  /** @param answers of Docker's credential helpers: as long as none was asked, none is for the sake of a look */
  at(image: ImageToPush, answers: HelperAnswers): Looks {
    const { door, log, pushes, session } = this.#parts;
    let inspected: Promise<ImageDetails> | undefined;
    const details = (engine: Engine): Promise<ImageDetails> =>
      (inspected ??= engine.inspectImage(image.id ?? image.name).catch((error: unknown) => {
        inspected = undefined;
        throw error;
      }));
    const registries = new Map<RegistryClient, ReturnType<typeof remembering>>();
    const look = async <T>(
      target: TaggedReference,
      signal: AbortSignal,
      find: (target: TaggedReference, place: Place) => Promise<T>,
    ): Promise<T | undefined> => {
      try {
        const { registry } = target.repository;
        const { engine } = await session.connect();
        if (!isSameHere(registry, engine.chosen.local)) return undefined;
        const ask = await askedHelpers(registry, answers, signal);
        const [found, history, opened] = await Promise.all([
          details(engine),
          pushes.load(),
          door.open(target.repository, ask),
        ]);
        const { client, policy } = opened;
        const remembered = registries.get(client) ?? remembering(client);
        registries.set(client, remembered);
        return await find(target, { details: found, engine, history, registry: remembered, policy, signal });
      } catch (error) {
        inspected = undefined;
        if (!signal.aborted) log.debug(`what a push would do is not known: ${redacted(messageOf(error))}`);
        return undefined;
      }
    };
    return {
      outlook: async (target, signal) => {
        const found = await Promise.all([
          look(target, signal, wholeWords),
          // These need no registry.
          this.#checkWords(image.name, details, target, signal),
        ]);
        return found.filter((words) => words).join(' · ');
      },
      wouldDo: async (target, signal) => (await look(target, signal, shortWords)) ?? '',
      findTag: (target, signal) => look(target, signal, tagAlone),
    };
  }

  /** What is known of the image that a check was to find. Never rejects. */
  async #checkWords(
    name: string,
    inspect: (engine: Engine) => Promise<ImageDetails>,
    target: TaggedReference,
    signal: AbortSignal,
  ): Promise<string> {
    const { checks, log, pushes, session } = this.#parts;
    try {
      const { engine } = await session.connect();
      const [details, history] = await Promise.all([inspect(engine), pushes.load()]);
      const latestAlone = isLatestAlone(target, details.id, { targets: [] }, history);
      const { objections } = await checks.known({ name, details, target, latestAlone }, engine, signal);
      return objections
        .map((one) => `${one.action === 'block' ? 'stopped by a check: ' : ''}${objectionLabel(one)}`)
        .join(' · ');
    } catch (error) {
      if (!signal.aborted) log.debug(`what the checks say is not known: ${redacted(messageOf(error))}`);
      return '';
    }
  }
}

interface Place {
  readonly details: ImageDetails;
  readonly engine: Engine;
  readonly history: readonly PushRecord[];
  readonly registry: ReturnType<typeof remembering>;
  readonly policy: OpenRegistry['policy'];
  readonly signal: AbortSignal;
}

async function wholeWords(
  target: TaggedReference,
  { details, engine, history, registry, policy, signal }: Place,
): Promise<string> {
  const [{ lookAhead }, { readTagDetails }] = await Promise.all([
    import('../push/index.ts'),
    import('../registry/index.ts'),
  ]);
  const outlook = await lookAhead(details, target, {
    ...{ registry, history, signal },
    details: (reference) => readTagDetails(registry, reference, signal),
    ...(policy && { mutability: (tag: TaggedReference) => policy.mutability(tag, signal) }),
    layerSizes: () => engine.layerSizes(details.id, signal),
  });
  return outlookWords(outlook);
}

async function tagAlone(target: TaggedReference, { details, history, registry, signal }: Place): Promise<TagOutlook> {
  const { lookAtTag } = await import('../push/index.ts');
  return lookAtTag(details, target, { registry, history, signal });
}

async function shortWords(target: TaggedReference, place: Place): Promise<string> {
  const tag = await tagAlone(target, place);
  return tag.kind === 'unknown' ? '' : tagWords(tag);
}
