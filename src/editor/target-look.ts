import { type Log, messageOf, redacted } from '../base/index.ts';
import type { HelperAnswers } from '../credentials/index.ts';
import type { TaggedReference } from '../reference/index.ts';
import type { EngineSession } from './engine-session.ts';
import type { ImageToPush } from './flow/push-flow.ts';
import type { WouldDo } from './flow/would-do.ts';
import { outlookWords } from './push-words.ts';
import type { PushesModel } from './pushes-model.ts';
import type { RegistryDoor } from './registry-door.ts';
import { isSameHere } from './registry-side.ts';

export interface TargetLookParts {
  readonly session: Pick<EngineSession, 'connect'>;
  readonly door: Pick<RegistryDoor, 'open'>;
  readonly pushes: Pick<PushesModel, 'load'>;
  readonly log: Log;
}

/** Looks at targets while they are chosen, before anything is sent. */
export class TargetLook {
  readonly #parts: TargetLookParts;

  constructor(parts: TargetLookParts) {
    this.#parts = parts;
  }

  /** @param answers of Docker's credential helpers: one that was not asked yet is not asked for the sake of a look */
  at(image: ImageToPush, answers: HelperAnswers): WouldDo {
    return async (target, signal) => {
      try {
        return await this.#words(image, target, answers, signal);
      } catch (error) {
        if (!signal.aborted)
          this.#parts.log.debug(`what a push of ${image.name} would do is not known: ${redacted(messageOf(error))}`);
        return '';
      }
    };
  }

  async #words(
    image: ImageToPush,
    target: TaggedReference,
    answers: HelperAnswers,
    signal: AbortSignal,
  ): Promise<string> {
    const { door, pushes, session } = this.#parts;
    const { repository } = target;
    const { lookAhead } = await import('../push/index.ts');
    const { engine } = await session.connect();
    if (!isSameHere(repository.registry, engine.chosen.local)) return '';
    const [details, history, { client, policy }] = await Promise.all([
      engine.inspectImage(image.id ?? image.name, signal),
      pushes.load(),
      door.open(repository, answers.size > 0 ? { answers, signal } : undefined),
    ]);
    const outlook = await lookAhead(details, target, {
      ...{ registry: client, history, signal },
      ...(policy && { mutability: (tag: TaggedReference) => policy.mutability(tag, signal) }),
      layerSizes: () => engine.layerSizes(details.id, signal),
    });
    return outlookWords(outlook);
  }
}
