import picomatch from 'picomatch';
import { familiarName, type Reference } from '../../reference/index.ts';
import type { Profile } from './profile.ts';

/**
 * Whether a profile is for an image, by its familiar name without the tag. Podman's `localhost/` says only that an image
 * was built here, and counts on neither side, so that one profile serves whichever engine a member of the team has.
 */
export function isFor({ image }: Pick<Profile, 'image'>, reference: Reference): boolean {
  const isMatch = picomatch(builtHere(image), { dot: true, windows: false });
  return isMatch(builtHere(familiarName(reference.repository)));
}

function builtHere(name: string): string {
  return name.replace(/^localhost\//u, '');
}
