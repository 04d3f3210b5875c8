import type { ImageEvent, LocalImage } from '../engine/index.ts';
import { familiarReference, parseReference } from '../reference/index.ts';
import type { OwnTags } from './own-tags.ts';

/** The image that was built or tagged last, as far as the engine tells. */
export interface LastBuilt {
  /** As a person writes it. */
  readonly name: string;
  /** Canonical. */
  readonly reference: string;
  readonly id: string;
  readonly sizeBytes: number;
  /** When it got its name; of an image that was there before we looked, when it was made. */
  readonly at: Date | undefined;
  /** The engine told of it while we looked. */
  readonly seen: boolean;
}

/** What gives an image a name; a pull does too, but is not the user's work. */
const namings = new Set(['tag', 'import', 'load', 'build', 'loadfromarchive']);

/**
 * Finds the last-built image from the engine's events and lists. Docker has no event for a build: a build that names its
 * image looks like a tag (https://github.com/moby/moby/issues/15211), so the newest name that is not ours counts.
 */
export class LastBuiltFinder {
  readonly #ownTags: OwnTags;
  #latest:
    | { readonly reference: string | undefined; readonly imageId: string | undefined; readonly time: Date | undefined }
    | undefined;
  #found: LastBuilt | undefined;

  constructor(ownTags: OwnTags) {
    this.#ownTags = ownTags;
  }

  hear({ action, reference, imageId, time }: ImageEvent): void {
    if (!namings.has(action)) return;
    if (reference !== undefined && this.#ownTags.take(reference)) return;
    this.#latest = { reference, imageId, time };
  }

  /** The last-built image among those that are there now. */
  find(images: readonly LocalImage[]): LastBuilt | undefined {
    const heard = this.#latest && images.flatMap((image) => named(image)).find((one) => isMeant(one, this.#latest));
    if (heard) this.#found = { ...heard, at: this.#latest?.time ?? heard.at, seen: true };
    // What was found stays as long as it has its name; what its name points to now is what would be pushed.
    const still =
      this.#found && images.flatMap((image) => named(image)).find((one) => one.reference === this.#found?.reference);
    if (still && this.#found) this.#found = { ...still, at: this.#found.at, seen: this.#found.seen };
    else this.#found = newest(images);
    return this.#found;
  }
}

type Latest = { readonly reference: string | undefined; readonly imageId: string | undefined } | undefined;

function isMeant(one: LastBuilt, latest: Latest): boolean {
  if (latest?.reference !== undefined) return one.reference === latest.reference;
  return latest?.imageId !== undefined && one.id === latest.imageId;
}

function named({ id, references, sizeBytes, createdAt }: LocalImage): LastBuilt[] {
  return references.flatMap((reference) => {
    const parsed = parseReference(reference);
    if (parsed.kind !== 'tagged') return [];
    return { name: familiarReference(parsed), reference, id, sizeBytes, at: createdAt, seen: false };
  });
}

/** Before any event: the image that was made last. A name without a registry is where a build usually leaves it. */
function newest(images: readonly LocalImage[]): LastBuilt | undefined {
  const all = images.flatMap((image) => named(image));
  const time = ({ at }: LastBuilt): number => at?.getTime() ?? 0;
  return all.sort((a, b) => time(b) - time(a) || a.reference.length - b.reference.length)[0];
}
