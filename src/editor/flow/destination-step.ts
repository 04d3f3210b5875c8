import * as vscode from 'vscode';
import { messageOf } from '../../base/index.ts';
import type { Reference, TaggedReference } from '../../reference/index.ts';
import { type Destination, destinationAt } from './destinations.ts';
import type { ProfileRow } from './profile-rows.ts';
import { RowPlaces } from './row-places.ts';
import { mostLooks } from './several-looks.ts';
import { type Answer, showStep, type StepFrame } from './step.ts';

/** Where to, as the step was answered: a destination, whose name is still to be asked for, or all targets of a profile. */
export type Where =
  | { readonly kind: 'destination'; readonly destination: Destination }
  /** Of each image, in their order. */
  | { readonly kind: 'profile'; readonly targets: readonly (readonly TaggedReference[])[] };

interface Item extends vscode.QuickPickItem {
  readonly destination?: Destination;
  readonly profile?: ProfileRow;
}

const groups: Record<Destination['group'], string> = {
  last: 'This image',
  recent: 'Used before',
  registry: 'Registries',
};

/** What pushes would do where a row leads; empty where it is not known. Neither rejects. */
export interface RowLooks {
  /** Under the name that is proposed there. */
  readonly ofDestination: (destination: Destination, signal: AbortSignal) => Promise<string>;
  readonly ofProfile: (targets: NonNullable<ProfileRow['targets']>, signal: AbortSignal) => Promise<string>;
}

/** Rows that are replaced while a person moves among them disturb, so what comes together is shown together. In milliseconds. */
const gatherMs = 100;

/**
 * Asks where to: a profile, or a registry, one that is known or one that is typed. `chosen` is what stood there before, on
 * the way back.
 */
export async function askDestination(
  frame: StepFrame,
  reference: Reference | undefined,
  known: readonly Destination[],
  profiles: readonly ProfileRow[],
  chosen: Destination | undefined,
  look: RowLooks,
): Promise<Answer<Where>> {
  const pick = vscode.window.createQuickPick<Item>();
  let items = [...profileItems(profiles), ...groupedItems(known)];
  pick.placeholder =
    known.length === 0
      ? 'Type the registry, as registry.example.com/team or localhost:5000'
      : 'Choose a destination, or type another registry (host[:port][/namespace])';
  pick.matchOnDescription = true;
  pick.items = items;
  const before = chosen && items.find(({ destination }) => destination?.label === chosen.label);
  const first = before ?? firstMeant(items);
  if (first) pick.activeItems = [first];
  if (chosen && !before) pick.value = chosen.label;
  const rows = new RowPlaces(isSame);
  const offer = (value: string, stays?: Item): void => {
    rows.replaced(pick.items);
    pick.items = withTyped(value, reference, items);
    const meant = (stays && pick.items.find((item) => isSame(item, stays))) ?? meantBy(value, reference, pick.items);
    if (meant) pick.activeItems = [meant];
  };
  if (pick.value !== '') offer(pick.value);
  let command: ProfileRow['command'];
  const left = new AbortController();
  let waiting: NodeJS.Timeout | undefined;
  /** Says of a row what a push would do there, and moves nothing. */
  const tell = (row: Item, words: string): void => {
    if (left.signal.aborted || words === '') return;
    items = items.map((item) =>
      isSame(item, row)
        ? { ...item, description: [item.description ?? '', words].filter((part) => part !== '').join(' · ') }
        : item,
    );
    waiting ??= setTimeout(() => {
      waiting = undefined;
      const [active] = pick.activeItems;
      if (pick.value !== '') {
        offer(pick.value, active);
        return;
      }
      pick.items = items;
      const same = active && items.find((item) => isSame(item, active));
      if (same) pick.activeItems = [same];
    }, gatherMs);
  };
  const answered = await showStep<Where | undefined>(pick, frame, (answer, store) => {
    store.add({ dispose: () => left.abort() });
    store.add({ dispose: () => clearTimeout(waiting) });
    let looks = 0;
    for (const item of items) {
      const { destination, profile } = item;
      if (destination?.group === 'last')
        void look.ofDestination(destination, left.signal).then((words) => tell(item, words));
      if (!profile?.targets || looks >= mostLooks) continue;
      looks += profile.targets.flat().length;
      void look.ofProfile(profile.targets, left.signal).then((words) => tell(item, words));
    }
    store.add(pick.onDidChangeValue(offer));
    store.add(
      pick.onDidAccept(() => {
        const chosen = pick.selectedItems[0] ?? pick.activeItems[0];
        // A profile is pushed to at once, so it has to be the very row that was seen.
        const { destination, profile } =
          (chosen?.profile
            ? rows.seen(chosen, pick.items, meantBy(pick.value, reference, pick.items), (row) =>
                hasText(row, pick.value),
              )
            : chosen) ?? {};
        command = profile?.command;
        if (destination) answer({ kind: 'destination', destination });
        else if (profile?.targets) answer({ kind: 'profile', targets: profile.targets });
        else if (command) answer(undefined);
      }),
    );
  });
  if (answered.kind !== 'next') return answered;
  if (answered.value) return { kind: 'next', value: answered.value };
  if (command) await vscode.commands.executeCommand(...command);
  return { kind: 'closed' };
}

/** Whether the editor shows a row for what is typed. */
function hasText({ label, description = '' }: Item, value: string): boolean {
  const typed = value.trim().toLowerCase();
  return `${label}\n${description}`.toLowerCase().includes(typed);
}

/** Whether two rows are the same, whatever is known of them by now. */
function isSame(one: Item, other: Item): boolean {
  if (one.profile ?? other.profile) return one.profile === other.profile;
  return one.destination !== undefined && one.destination.label === other.destination?.label;
}

function profileItems(profiles: readonly ProfileRow[]): Item[] {
  if (profiles.length === 0) return [];
  const rows = profiles.map((profile): Item => {
    const { label, description, detail } = profile;
    return {
      label,
      profile,
      ...(description !== undefined && { description }),
      ...(detail !== undefined && { detail }),
    };
  });
  return [{ label: 'Profiles', kind: vscode.QuickPickItemKind.Separator }, ...rows];
}

/**
 * The row that Enter takes where nothing is typed, if it is not the first: who does not mean to trust a workspace has what
 * there is without it. Where profiles of the person's own would come to stand first instead, Enter must not push to them.
 */
function firstMeant(items: readonly Item[]): Item | undefined {
  return items.some(({ profile }) => profile?.name !== undefined)
    ? undefined
    : items.find(({ destination }) => destination);
}

function groupedItems(known: readonly Destination[]): Item[] {
  const items: Item[] = [];
  let group: Destination['group'] | undefined;
  for (const destination of known) {
    if (destination.group !== group) {
      group = destination.group;
      items.push({ label: groups[group], kind: vscode.QuickPickItemKind.Separator });
    }
    items.push({ label: destination.label, description: destination.description, destination });
  }
  return items;
}

/** Puts what is typed first, as a destination or as the reason why it is none. */
function withTyped(value: string, reference: Reference | undefined, all: readonly Item[]): Item[] {
  const typed = value.trim();
  if (typed === '') return [...all];
  // A profile is found by its name alone: Enter on one pushes at once, which nobody means who types a part of a registry.
  const items = all.filter(({ profile }) => !profile || isNamed(profile, typed));
  try {
    const destination = destinationAt(typed, reference);
    if (items.some(({ label }) => label === destination.label)) return [...items];
    return [{ label: destination.label, description: 'as typed', alwaysShow: true, destination }, ...items];
  } catch (error) {
    return [...items, { ...reasonOf(typed, messageOf(error)), alwaysShow: true }];
  }
}

/** A row has one line for each, and cuts off what is longer: what helps stands first, what is wrong below it. */
function reasonOf(typed: string, message: string): { label: string; detail: string } {
  const [wrong = '', ...help] = message.split(/(?<=[.”]) (?=[A-Z“])/u);
  const label = help.length > 0 ? help.join(' ') : `“${typed}” is not a destination yet`;
  return { label: `$(info) ${label}`, detail: wrong };
}

/** What was typed is meant exactly: Enter must not choose a longer name that only begins like it. */
function meantBy(value: string, reference: Reference | undefined, items: readonly Item[]): Item | undefined {
  const label = labelOf(value, reference);
  const places = items.filter(({ destination }) => destination);
  const profiles = items.filter(({ profile }) => profile);
  const name = value.trim().toLowerCase();
  return (
    places.find((item) => item.label === label) ??
    profiles.find(({ profile }) => profile?.name?.toLowerCase() === name) ??
    places.find((item) => matches(item, value)) ??
    profiles[0]
  );
}

function isNamed({ name }: ProfileRow, typed: string): boolean {
  return name?.toLowerCase().includes(typed.toLowerCase()) === true;
}

/** As the editor filters: somewhere in the label or the description, whatever the case. */
function matches({ label, description = '' }: Item, value: string): boolean {
  const typed = value.trim().toLowerCase();
  return typed !== '' && [label, description].some((text) => text.toLowerCase().includes(typed));
}

function labelOf(typed: string, reference: Reference | undefined): string | undefined {
  try {
    return destinationAt(typed.trim(), reference).label;
  } catch {
    return undefined;
  }
}
