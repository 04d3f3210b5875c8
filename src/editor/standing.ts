import type { PushRecord, PushResult } from '../push/index.ts';
import { formatReference, parseReference } from '../reference/index.ts';
import { isImageId } from './image-id.ts';

/** How a local tag stands to the tag at the registry to which it was pushed last, as far as this machine knows. */
export type Standing =
  | { readonly kind: 'never' }
  /** `ahead`: rebuilt since. */
  | { readonly kind: 'in-step' | 'ahead'; readonly target: string; readonly at: number }
  /** Somebody else put something else there, or took it away. `by`: the name here whose image was put there instead. */
  | { readonly kind: 'replaced' | 'gone'; readonly target: string; readonly at: number; readonly by?: string };

type Pushed = PushRecord & { readonly result: Extract<PushResult, { outcome: 'pushed' }> };

/** What a registry was seen to hold under a target: a digest, or nothing. */
export interface Sight {
  readonly digest: string | undefined;
  /** In milliseconds since 1970. */
  readonly at: number;
}

/** By target. */
export type Seen = ReadonlyMap<string, Sight>;

/** Finds how tags stand, by the history and by what was seen at registries since. Nothing is asked. */
export class Standings {
  /** The last push of each local name, and to each target. */
  readonly #byName = new Map<string, Pushed>();
  readonly #byTarget = new Map<string, Pushed>();
  /** Those since of which the engine gave a digest, and nobody knows whether they arrived. */
  readonly #unsure = new Map<string, readonly PushRecord[]>();
  readonly #seen: Seen;

  /** @param past newest first */
  constructor(past: readonly PushRecord[], seen: Seen) {
    this.#seen = seen;
    for (const record of past) {
      if (!isPushed(record)) {
        const { target } = record;
        if (engineDigestOf(record) !== undefined && !this.#byTarget.has(target))
          this.#unsure.set(target, [...(this.#unsure.get(target) ?? []), record]);
        continue;
      }
      const name = canonical(record.image.name);
      if (name !== undefined && !this.#byName.has(name)) this.#byName.set(name, record);
      if (!this.#byTarget.has(record.target)) this.#byTarget.set(record.target, record);
    }
  }

  /** @param reference canonical */
  of(reference: string, imageId: string): Standing {
    const target = this.targetOf(reference);
    // Another name here may have gone there since: what counts is what is there now.
    const last = target === undefined ? undefined : this.#byTarget.get(target);
    if (!last || target === undefined) return { kind: 'never' };
    const { at, endedAt = at + last.result.durationMs } = last;
    const sight = this.#seen.get(target);
    // Another window may have pushed since somebody looked.
    if (!sight || sight.at < endedAt || sight.digest === last.result.digest) return compared(last, reference, imageId);
    // What is there tells that it arrived.
    const arrived = this.#unsure.get(target)?.find((record) => engineDigestOf(record) === sight.digest);
    if (arrived) return compared(arrived, reference, imageId);
    return { kind: sight.digest === undefined ? 'gone' : 'replaced', target, at };
  }

  /** Where a local tag was pushed last; its own name, where that is it. */
  targetOf(reference: string): string | undefined {
    return this.#byTarget.has(reference) ? reference : this.#byName.get(reference)?.target;
  }
}

const marks: Record<Exclude<Standing['kind'], 'never'>, string> = {
  'in-step': '✓',
  ahead: '↑',
  replaced: '≠',
  gone: '∅',
};

/** As few letters as possible, for a row; undefined for what was never pushed. */
export function standingMark({ kind }: Standing): string | undefined {
  return kind === 'never' ? undefined : marks[kind];
}

/** The same in words, for a hover and for who listens. */
export function standingWords(standing: Standing): string | undefined {
  switch (standing.kind) {
    case 'never':
      return undefined;
    case 'in-step':
      return `in step with ${standing.target}`;
    case 'ahead':
      return `ahead of ${standing.target}: built anew since it was pushed`;
    case 'replaced':
      return `${standing.target} was replaced ${standing.by === undefined ? 'by someone else' : `from here, by ${standing.by}`}`;
    case 'gone':
      return `${standing.target} is gone from the registry`;
  }
}

/** By the push whose image its target holds. */
function compared({ at, image, target }: PushRecord, reference: string, imageId: string): Standing {
  if (image.id === imageId) return { kind: 'in-step', target, at };
  const isOwn = target === reference || canonical(image.name) === reference;
  return isOwn ? { kind: 'ahead', target, at } : { kind: 'replaced', target, at, by: image.name };
}

/** What the engine said of a push of which nobody knows whether it arrived. */
function engineDigestOf({ result }: PushRecord): string | undefined {
  return result?.outcome === 'unknown' ? result.engineDigest : undefined;
}

function isPushed(record: PushRecord): record is Pushed {
  return record.result?.outcome === 'pushed';
}

function canonical(name: string): string | undefined {
  try {
    return isImageId(name) ? undefined : formatReference(parseReference(name));
  } catch {
    return undefined;
  }
}
