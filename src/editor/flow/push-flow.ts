import {
  formatRepository,
  type Reference,
  type RegistryKey,
  type Repository,
  type TaggedReference,
  type TemplateFacts,
} from '../../reference/index.ts';
import { type Destination, destinationIn, destinationsFor, referenceOf, type Remembered } from './destinations.ts';
import { askDestination, type RowLooks } from './destination-step.ts';
import type { WhoPushes } from './enter-message.ts';
import { askName } from './name-step.ts';
import { destinationsForSeveral, namespaceOf } from './names-under.ts';
import { askNamespace } from './namespace-step.ts';
import { type ProfileRow, profileRows } from './profile-rows.ts';
import { type Answer, showBusy, type StepFrame } from './step.ts';
import { askTags, type TagStepParts, tagStepTitle } from './tag-step.ts';
import { SeveralLooks } from './several-looks.ts';
import type { FindTag, WouldDo } from './would-do.ts';
import type { ConfiguredProfiles } from '../profiles/configured-profiles.ts';
import { profileOffers } from '../profiles/profile-offers.ts';
import type { RegistryConfig } from '../registry-list.ts';
import type { SignInNeed } from '../sign-in.ts';
import type { SuggestedTag } from '../workspace-facts/suggested-tags.ts';

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
  readonly whoPushes: WhoPushes;
  /** Whether the registry wants a sign-in, and nobody is signed in. Never rejects. */
  readonly signInNeed: (destination: Destination, signal: AbortSignal) => Promise<SignInNeed | undefined>;
  readonly signIn: (destination: Destination, need: SignInNeed) => Promise<Answer<unknown>>;
}

/** Where images can go. */
export interface DestinationParts extends TargetAccess {
  readonly remembered: readonly Remembered[];
  readonly registries: readonly RegistryConfig[];
  readonly profiles: ConfiguredProfiles;
  /** What the workspace's variables in them stand for. */
  readonly profileFacts: TemplateFacts;
  readonly tagsFor: (image: ImageToPush) => FindTag;
}

export interface FlowParts extends DestinationParts, TagStepParts {
  /** The same with all that is known: its layers, the bytes to send. */
  readonly outlook: WouldDo;
  /** Shows what is in the image. */
  readonly inspect: () => void;
}

/** Of each image, in their order. */
export type TargetLists = readonly (readonly TaggedReference[])[];

/**
 * Asks where an image should go: the destination, a sign-in if that is needed, then its name and tag there, or several
 * tags; or a profile, whose targets need no further answer. Back returns to the step before with what was entered; Escape
 * closes with nothing changed, and then the answer is undefined.
 *
 * @param place where it should go, if that is known: then the first step is one that Back leads to. Of a target another tag
 *   is wanted: then the first step is that of the tags there, and Back leads to the name
 */
export function askTarget(
  image: ImageToPush,
  parts: FlowParts,
  place?: RegistryKey | Repository | TaggedReference,
): Promise<TargetLists | undefined> {
  const reference = referenceOf(image.name);
  const known = destinationsFor(reference, parts.remembered, parts.registries);
  const given = place && destinationIn(place, reference);
  const profiles = rowsFor([reference], parts);
  const severalLooks = new SeveralLooks([parts.tagsFor(image)]);
  const look: RowLooks = {
    ofDestination: async ({ registry, path, tag }, signal) =>
      path === '' || tag === '' ? '' : parts.wouldDo({ kind: 'tagged', repository: { registry, path }, tag }, signal),
    ofProfile: (targets, signal) => severalLooks.at(targets, signal),
  };
  let refused = place && 'kind' in place ? place : undefined;
  return askWhere(image.name, reference, { known, given, profiles, look }, parts, async (destination, frame, typed) => {
    const { path, tag } = destination;
    const proposed = tag === '' ? path : `${path}:${tag}`;
    const shown = { id: image.id, sizeBytes: image.sizeBytes };
    const tagsAt = async (
      repository: Repository,
      own: readonly SuggestedTag[],
      not?: string,
    ): Promise<Answer<TargetLists>> => {
      const tags = await askTags(
        { ...frame, title: tagStepTitle(repository), inspect: parts.inspect },
        repository,
        own,
        parts,
        not,
      );
      return tags.kind === 'next' ? { kind: 'next', value: [tags.value] } : tags;
    };
    const instead = refused;
    refused = undefined;
    if (instead && formatRepository(instead.repository) === formatRepository(destination)) {
      const own = ownTags(undefined, reference).filter(({ tag }) => tag !== instead.tag);
      const tags = await tagsAt(instead.repository, own, instead.tag);
      if (tags.kind !== 'back') return tags;
    }
    for (;;) {
      const value = typed.get(destination.label) ?? proposed;
      const remember = (now: string): void => void typed.set(destination.label, now);
      const { inspect, outlook, whoPushes } = parts;
      const name = await askName({ ...frame, inspect }, destination, shown, whoPushes, outlook, value, remember);
      if (name.kind !== 'next') return name;
      if (name.value.kind === 'target') return { kind: 'next', value: [[name.value.target]] };
      const tags = await tagsAt(name.value.repository, ownTags(name.value.tag, reference));
      if (tags.kind !== 'back') return tags;
    }
  });
}

/** What was typed is offered first, then the tag that the image has here. */
function ownTags(tag: string | undefined, reference: Reference | undefined): SuggestedTag[] {
  const own = reference?.tag;
  return [
    ...(tag !== undefined && tag !== own ? [{ tag, from: 'as typed' }] : []),
    ...(own === undefined ? [] : [{ tag: own, from: 'the image’s own' }]),
  ];
}

/**
 * Asks where several images should go: one destination and one namespace for all of them; each keeps its own name. Of a
 * repository that is given its namespace is proposed. A profile that is for all of them sends each to its own targets.
 */
export function askTargets(
  images: readonly ImageToPush[],
  parts: DestinationParts,
  place?: RegistryKey | Repository,
): Promise<TargetLists | undefined> {
  const all = images.map(({ name }) => referenceOf(name));
  const references = all.filter((reference) => reference !== undefined);
  const known = destinationsForSeveral(references, parts.remembered, parts.registries);
  const given = place && severalIn(place);
  const looks = new SeveralLooks(images.map((image) => parts.tagsFor(image)));
  const look: RowLooks = {
    ofDestination: () => Promise.resolve(''),
    ofProfile: (targets, signal) => looks.at(targets, signal),
  };
  const offered = { known, given, profiles: rowsFor(all, parts), look };
  return askWhere(`${images.length} images`, undefined, offered, parts, async (destination, frame, typed) => {
    const names = await askNamespace(
      frame,
      destination.registry,
      references,
      parts.whoPushes,
      looks,
      typed.get(destination.label) ?? namespaceOf(destination),
      (value) => typed.set(destination.label, value),
    );
    return names.kind === 'next' ? { kind: 'next', value: names.value.map((name) => [name]) } : names;
  });
}

function rowsFor(
  references: readonly (Reference | undefined)[],
  { profiles, profileFacts }: DestinationParts,
): ProfileRow[] {
  return profileRows({ ...profiles, offers: profileOffers(profiles.entries, references, profileFacts) });
}

function severalIn(place: RegistryKey | Repository): Destination {
  const { registry } = place;
  if (!('path' in place)) return destinationIn(place, undefined);
  const slash = place.path.lastIndexOf('/');
  return destinationIn(slash === -1 ? { registry } : { registry, namespace: place.path.slice(0, slash) }, undefined);
}

interface Offered {
  readonly known: readonly Destination[];
  readonly given: Destination | undefined;
  readonly profiles: readonly ProfileRow[];
  readonly look: RowLooks;
}

async function askWhere(
  what: string,
  reference: Reference | undefined,
  offered: Offered,
  { accountAt, signInNeed, signIn }: TargetAccess,
  lastStep: (destination: Destination, frame: StepFrame, typed: Map<string, string>) => Promise<Answer<TargetLists>>,
): Promise<TargetLists | undefined> {
  const known = await Promise.all(
    withGiven(offered).map(async (destination) => {
      const facts = [destination.description, await accountAt(destination)];
      return { ...destination, description: facts.filter((fact) => fact !== '').join(' · ') };
    }),
  );
  const first = { title: `Push ${what} to…`, step: 1, totalSteps: 2, canGoBack: false };
  let destination = offered.given;
  let isGiven = offered.given !== undefined;
  const typed = new Map<string, string>();
  for (;;) {
    if (!isGiven || !destination) {
      const where = await askDestination(first, reference, known, offered.profiles, destination, offered.look);
      if (where.kind !== 'next') return undefined;
      if (where.value.kind === 'profile') return where.value.targets;
      ({ destination } = where.value);
    }
    isGiven = false;
    const chosen = destination;
    const need = await showBusy({ ...first, canGoBack: true }, `Asking ${chosen.registry}…`, (signal) =>
      signInNeed(chosen, signal),
    );
    const signedIn = need.kind === 'next' && need.value ? await signIn(chosen, need.value) : need;
    if (signedIn.kind === 'closed') return undefined;
    if (signedIn.kind === 'back') continue;
    const frame = { title: `Push ${what} to ${chosen.registry}`, step: 2, totalSteps: 2, canGoBack: true };
    const last = await lastStep(chosen, frame, typed);
    if (last.kind === 'closed') return undefined;
    if (last.kind === 'next') return last.value;
  }
}

/** What was given is there on the way back, too. */
function withGiven({ known, given }: Offered): readonly Destination[] {
  if (!given || known.some(({ label }) => label === given.label)) return known;
  const at = known.findIndex(({ group }) => group === 'registry');
  return at === -1 ? [...known, given] : known.toSpliced(at, 0, given);
}
