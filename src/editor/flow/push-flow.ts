import type { TaggedReference } from '../../reference/index.ts';
import { type Destination, destinationsFor, referenceOf, type Remembered } from './destinations.ts';
import { askDestination } from './destination-step.ts';
import { askName } from './name-step.ts';
import type { Answer } from './step.ts';
import type { RegistryConfig } from '../registry-list.ts';

/** What the flow must know of the image: its name here, and what was shown with it. */
export interface ImageToPush {
  readonly name: string;
  readonly id?: string;
  readonly sizeBytes?: number;
}

/** Who pushes to a destination. */
export interface TargetAccess {
  /** In words, as `mira (stored here)`; empty for nobody. */
  readonly accountAt: (destination: Destination) => Promise<string>;
  readonly signInOnTheWay: (destination: Destination) => Promise<Answer<unknown>>;
}

/**
 * Asks where an image should go: the destination, a sign-in if that is needed, then its name and tag there. Back returns to the step before with
 * what was entered; Escape closes with nothing changed, and then the answer is undefined.
 */
export async function askTarget(
  image: ImageToPush,
  remembered: readonly Remembered[],
  registries: readonly RegistryConfig[],
  { accountAt, signInOnTheWay }: TargetAccess,
): Promise<TaggedReference | undefined> {
  const reference = referenceOf(image.name);
  const known = await Promise.all(
    destinationsFor(reference, remembered, registries).map(async (destination) => {
      const facts = [destination.description, await accountAt(destination)];
      return { ...destination, description: facts.filter((fact) => fact !== '').join(' · ') };
    }),
  );
  const title = `Push ${image.name} to…`;
  let destination: Destination | undefined;
  const typed = new Map<string, string>();
  for (;;) {
    const where = await askDestination(
      { title, step: 1, totalSteps: 2, canGoBack: false },
      reference,
      known,
      destination,
    );
    if (where.kind !== 'next') return undefined;
    destination = where.value;
    const signedIn = await signInOnTheWay(destination);
    if (signedIn.kind === 'closed') return undefined;
    if (signedIn.kind === 'back') continue;
    const { label, path, registry, tag } = destination;
    const proposed = tag === '' ? path : `${path}:${tag}`;
    const frame = { title: `Push ${image.name} to ${registry}`, step: 2, totalSteps: 2, canGoBack: true };
    const shown = { id: image.id, sizeBytes: image.sizeBytes };
    const name = await askName(frame, destination, shown, typed.get(label) ?? proposed, (value) =>
      typed.set(label, value),
    );
    if (name.kind === 'closed') return undefined;
    if (name.kind === 'next') return name.value;
  }
}
