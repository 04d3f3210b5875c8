import type { Log } from '../base/index.ts';
import { messageOf } from '../base/index.ts';
import type { PushResult } from '../push/index.ts';
import { readCanonical } from '../reference/index.ts';
import type { EngineSession } from './engine-session.ts';
import type { TagAfterPush } from './settings.ts';

export interface LocalTagsParts {
  readonly session: Pick<EngineSession, 'connect'>;
  readonly tagAfterPush: () => TagAfterPush;
  readonly log: Log;
}

/** The local tags that a request made only because an engine pushes nothing without one. */
export class LocalTags {
  readonly #made: readonly (readonly [name: string, imageId: string])[];
  readonly #parts: LocalTagsParts;

  /** @param made the image's ID by the canonical name; those that did not arrive are kept, as they will be pushed again */
  constructor(made: ReadonlyMap<string, string>, results: readonly PushResult[], parts: LocalTagsParts) {
    const arrived = new Set(results.flatMap(({ outcome, target }) => (outcome === 'pushed' ? [target] : [])));
    this.#made = [...made].filter(([name]) => arrived.has(name));
    this.#parts = parts;
  }

  /** Removes them where that is set; else gives what removes them, where that is to be offered. Never rejects. */
  async offer(): Promise<(() => Promise<void>) | undefined> {
    const setting = this.#parts.tagAfterPush();
    if (this.#made.length === 0 || setting === 'keep') return undefined;
    if (setting === 'offer') return () => this.#remove();
    await this.#remove().catch((error: unknown) =>
      this.#parts.log.warn(`A tag that was made for a push could not be removed: ${messageOf(error)}`),
    );
    return undefined;
  }

  async #remove(): Promise<void> {
    const { engine } = await this.#parts.session.connect();
    for (const [name, imageId] of this.#made) {
      const { id, references } = await engine.inspectImage(name);
      // The name may mean another image by now.
      if (id !== imageId) continue;
      // The image would go with its last name.
      if (references.length > 1) await engine.untagImage(readCanonical(name));
      this.#parts.log.info(
        references.length > 1 ? `removed the local tag ${name}` : `kept ${name}: it is the image's last name`,
      );
    }
  }
}
