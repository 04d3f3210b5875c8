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
  /** Those since of which the engine gave a digest, and nobody knows whether they arrived; and where each name's went. */
  readonly #unsure = new Map<string, readonly PushRecord[]>();
  readonly #unsureTargets = new Map<string, string>();
  readonly #seen: Seen;

  /** @param past newest first */
  constructor(past: readonly PushRecord[], seen: Seen) {
    this.#seen = seen;
    for (const record of past) {
      const { image, target } = record;
      const name = canonical(image.name);
      if (isPushed(record)) {
        if (name !== undefined && !this.#byName.has(name)) this.#byName.set(name, record);
        if (!this.#byTarget.has(target)) this.#byTarget.set(target, record);
      } else if (engineDigestOf(record) !== undefined && !this.#byTarget.has(target)) {
        this.#unsure.set(target, [...(this.#unsure.get(target) ?? []), record]);
        if (name !== undefined && !this.#unsureTargets.has(name)) this.#unsureTargets.set(name, target);
      }
    }
  }

  /** @param reference canonical */
  of(reference: string, imageId: string): Standing {
    const target = this.targetOf(reference);
    if (target === undefined) return { kind: 'never' };
    // Another name here may have gone there since: what counts is what is there now.
    const last = this.#byTarget.get(target);
    const sight = this.#seen.get(target);
    const endedAt = last && (last.endedAt ?? last.at + last.result.durationMs);
    // Another window may have pushed since somebody looked.
    const isNews = sight && (endedAt === undefined || sight.at >= endedAt) && sight.digest !== last?.result.digest;
    if (!isNews) return last ? this.#compared(last, reference, imageId) : { kind: 'never' };
    // What is there tells that it arrived.
    const arrived = this.#unsure.get(target)?.find((record) => engineDigestOf(record) === sight.digest);
    if (arrived) return this.#compared(arrived, reference, imageId);
    if (!last) return { kind: 'never' };
    return { kind: sight.digest === undefined ? 'gone' : 'replaced', target, at: last.at };
  }

  /** Where a local tag was pushed last; its own name, where that is it. */
  targetOf(reference: string): string | undefined {
    if (this.#byTarget.has(reference) || this.#unsure.has(reference)) return reference;
    return this.#byName.get(reference)?.target ?? this.#unsureTargets.get(reference);
  }

  /** All that a registry may hold from here. */
  targets(): readonly string[] {
    return [...new Set([...this.#byTarget.keys(), ...this.#unsure.keys()])];
  }

  /** By the push whose image its target holds. */
  #compared({ at, image, target }: PushRecord, reference: string, imageId: string): Standing {
    if (image.id === imageId) return { kind: 'in-step', target, at };
    // Another name of the same image says nothing else.
    const isOwn =
      [target, canonical(image.name)].includes(reference) || this.#byName.get(reference)?.image.id === image.id;
    return isOwn ? { kind: 'ahead', target, at } : { kind: 'replaced', target, at, by: image.name };
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
