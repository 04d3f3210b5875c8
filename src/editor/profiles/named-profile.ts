import { messageOf, plainText, SidedError } from '../../base/index.ts';
import { familiarReference, formatReference, type Reference, type TemplateFacts } from '../../reference/index.ts';
import type { ConfiguredProfiles } from './configured-profiles.ts';
import { expandProfile } from './expand-profile.ts';
import { isFor } from './image-match.ts';
import type { Profile } from './profile.ts';

/**
 * The targets of the profile that a script names. Of several with one name it is the first that is for the image.
 *
 * @param reference undefined for an image that is given by its ID
 * @throws SidedError (`reference`, `argument-invalid`) for a name that is not known, an image that it is not for, and what
 *   cannot be expanded now
 */
export function namedTargets(
  name: string,
  reference: Reference | undefined,
  { entries, ignored }: Pick<ConfiguredProfiles, 'entries' | 'ignored'>,
  others: TemplateFacts = {},
): readonly string[] {
  const shown = `“${plainText(name, 80)}”`;
  const profiles = entries.flatMap((entry) => (entry.kind === 'profile' ? [entry.profile] : []));
  const named = profiles.filter((profile) => profile.name === name);
  if (named.length === 0) {
    const fault = entries.find((entry) => entry.kind === 'fault' && entry.which === shown);
    if (fault?.kind === 'fault') throw refused(`The profile ${shown} is written wrongly. ${fault.reason}`);
    const untrusted = ignored ? ' Profiles of this workspace are ignored until it is trusted.' : '';
    throw refused(`There is no profile ${shown}.${known(profiles)}${untrusted}`);
  }
  if (!reference) throw refused(`The profile ${shown} is for images by their names, and this one is given by its ID.`);
  const profile = named.find((one) => isFor(one, reference));
  if (!profile) {
    const patterns = named.map(({ image }) => `“${plainText(image, 80)}”`).join(' and ');
    throw refused(`The profile ${shown} is for images like ${patterns}, not for ${familiarReference(reference)}.`);
  }
  try {
    return expandProfile(profile, [reference], others).flat().map(formatReference);
  } catch (error) {
    throw refused(`The profile ${shown} cannot be used now. ${messageOf(error)}`);
  }
}

function known(profiles: readonly Profile[]): string {
  const names = [...new Set(profiles.map(({ name }) => `“${plainText(name, 80)}”`))];
  return names.length === 0 ? ' None is set up.' : ` There is ${names.join(', ')}.`;
}

function refused(message: string): SidedError {
  return new SidedError('reference', 'argument-invalid', message);
}
