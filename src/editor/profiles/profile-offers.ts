import { messageOf, plainText } from '../../base/index.ts';
import type { Reference, TaggedReference, TemplateFacts } from '../../reference/index.ts';
import { expandProfile } from './expand-profile.ts';
import { isFor } from './image-match.ts';
import type { ProfileEntry } from './profile.ts';

/** What becomes of an entry of the setting when images are to be pushed. */
export type ProfileOffer =
  | {
      readonly kind: 'ready';
      readonly name: string;
      /** Of each image, in their order. */
      readonly targets: readonly (readonly TaggedReference[])[];
    }
  /** It is for these images and cannot be pushed to now. */
  | { readonly kind: 'blocked'; readonly name: string; readonly reason: string }
  | (ProfileEntry & { readonly kind: 'fault' });

/**
 * The profiles that are for all of these images. They stay in the order of the setting, with what is written wrongly in its
 * place: Enter on the first row pushes at once, and what is meant by it must not change because a profile fails today.
 *
 * @param references of all images; undefined for one that is known by its ID alone, which no profile is for
 */
export function profileOffers(
  entries: readonly ProfileEntry[],
  references: readonly (Reference | undefined)[],
  others: TemplateFacts = {},
): readonly ProfileOffer[] {
  const named = references.filter((reference) => reference !== undefined);
  return entries.flatMap((entry): readonly ProfileOffer[] => {
    if (entry.kind === 'fault') return [entry];
    const { profile } = entry;
    if (named.length < references.length || !named.every((reference) => isFor(profile, reference))) return [];
    const name = plainText(profile.name, 80);
    try {
      return [{ kind: 'ready', name, targets: expandProfile(profile, named, others) }];
    } catch (error) {
      return [{ kind: 'blocked', name, reason: plainText(messageOf(error), 500) }];
    }
  });
}
