import {
  expandTarget,
  formatReference,
  InvalidReferenceError,
  type Reference,
  type TaggedReference,
  type TemplateFacts,
} from '../../reference/index.ts';
import { imageFacts } from './image-facts.ts';
import type { Profile } from './profile.ts';

/**
 * Where a profile sends each of these images, in their order; no target twice.
 *
 * @param others what further variables stand for, the same for all images
 * @throws InvalidReferenceError, also for two images that would be called the same
 */
export function expandProfile(
  { targets }: Pick<Profile, 'targets'>,
  references: readonly Reference[],
  others: TemplateFacts = {},
): readonly (readonly TaggedReference[])[] {
  const taken = new Set<string>();
  return references.map((reference) => {
    const facts = { ...others, ...imageFacts(reference) };
    const expanded = targets.map((template) => expandTarget(template, facts));
    const own = new Map(expanded.map((target) => [formatReference(target), target]));
    for (const name of own.keys()) {
      if (taken.has(name)) throw new InvalidReferenceError(`Two of the images would be ${name}. Push them one by one.`);
      taken.add(name);
    }
    return [...own.values()];
  });
}
