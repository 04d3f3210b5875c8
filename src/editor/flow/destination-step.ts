import * as vscode from 'vscode';
import { messageOf } from '../../base/index.ts';
import type { Reference } from '../../reference/index.ts';
import { type Destination, destinationAt } from './destinations.ts';
import { type Answer, showStep, type StepFrame } from './step.ts';

interface Item extends vscode.QuickPickItem {
  readonly destination?: Destination;
}

const groups: Record<Destination['group'], string> = {
  last: 'This image',
  recent: 'Used before',
  registry: 'Registries',
};

/** Asks which registry: one that is known, or one that is typed. `typed` is what stood there before, on the way back. */
export function askDestination(
  frame: StepFrame,
  reference: Reference | undefined,
  known: readonly Destination[],
  chosen: Destination | undefined,
): Promise<Answer<Destination>> {
  const pick = vscode.window.createQuickPick<Item>();
  const items = groupedItems(known);
  pick.placeholder =
    known.length === 0
      ? 'Type the registry, as registry.example.com/team or localhost:5000'
      : 'Choose a destination, or type another registry (host[:port][/namespace])';
  pick.matchOnDescription = true;
  pick.items = items;
  const before = chosen && items.find(({ destination }) => destination?.label === chosen.label);
  if (before) pick.activeItems = [before];
  else if (chosen) pick.value = chosen.label;
  const offer = (value: string): void => {
    pick.items = withTyped(value, reference, items);
    // What was typed is meant exactly: Enter must not choose a longer name that only begins like it.
    const places = pick.items.filter(({ destination }) => destination);
    const label = labelOf(value, reference);
    const meant = places.find((item) => item.label === label) ?? places.find((item) => matches(item, value));
    if (meant) pick.activeItems = [meant];
  };
  if (pick.value !== '') offer(pick.value);
  return showStep<Destination>(pick, frame, (answer, store) => {
    store.add(pick.onDidChangeValue(offer));
    store.add(
      pick.onDidAccept(() => {
        const destination = pick.selectedItems[0]?.destination ?? pick.activeItems[0]?.destination;
        if (destination) answer(destination);
      }),
    );
  });
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
function withTyped(value: string, reference: Reference | undefined, items: readonly Item[]): Item[] {
  const typed = value.trim();
  if (typed === '') return [...items];
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
