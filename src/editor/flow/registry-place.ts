import * as vscode from 'vscode';
import { messageOf } from '../../base/index.ts';
import { formatRegistryKey, parseRegistryKey } from '../../reference/index.ts';
import type { Provider, ProviderPlace } from '../../registry/index.ts';
import type { RegistryConfig } from '../registry-config.ts';
import { type Answer, showStep } from './step.ts';

interface Item extends vscode.QuickPickItem {
  readonly provider?: Provider;
  /** Typed, and a registry. */
  readonly registry?: string;
}

const title = 'Add Registry';

/**
 * Asks for a registry: a kind of those that are known, whose host is asked only where it is not always the same, or a
 * host that is typed.
 *
 * @param known the keys of those that are in the list already
 * @returns undefined when it was closed
 */
export async function askRegistryPlace(
  providers: readonly Provider[],
  known: readonly string[],
): Promise<RegistryConfig | undefined> {
  for (;;) {
    const answer = await askKind(providers, known);
    if (answer.kind !== 'next') return undefined;
    const { provider, registry } = answer.value;
    if (registry !== undefined) return { registry };
    if (!provider) return undefined;
    if (!provider.place) return { registry: provider.host };
    const place = await askPlace(provider.name, provider.place, known);
    if (place.kind === 'closed') return undefined;
    if (place.kind === 'back') continue;
    const isOwn = provider.owns(parseRegistryKey(place.value).registry);
    return { registry: place.value, ...(!isOwn && provider.id !== 'generic' && { provider: provider.id }) };
  }
}

function askKind(providers: readonly Provider[], known: readonly string[]): Promise<Answer<Item>> {
  const pick = vscode.window.createQuickPick<Item>();
  const items = providers.map((provider): Item => {
    const isKnown = !provider.place && known.includes(provider.host);
    if (isKnown) return { label: provider.name, description: `${provider.host}, in the list already` };
    return { label: provider.name, description: provider.place?.example ?? provider.host, provider };
  });
  pick.placeholder = 'Choose a kind, or type a registry (host[:port][/namespace])';
  pick.matchOnDescription = true;
  pick.items = items;
  return showStep<Item>(pick, { title, step: 1, totalSteps: 2, canGoBack: false }, (answer, store) => {
    store.add(
      pick.onDidChangeValue((value) => {
        const typed = typedItem(value, known);
        pick.items = typed?.registry === undefined ? [...items, ...(typed ? [typed] : [])] : [typed, ...items];
        // What was typed is meant exactly.
        if (typed?.registry !== undefined && /[.:/]/u.test(value)) pick.activeItems = [typed];
      }),
    );
    store.add(
      pick.onDidAccept(() => {
        const [selected] = pick.selectedItems;
        // Enter can be faster than the rows for what was typed.
        const isStale = selected === undefined || !shows(selected, pick.value);
        const chosen = isStale ? typedItem(pick.value, known) : selected;
        if (chosen?.provider ?? chosen?.registry) answer(chosen);
      }),
    );
  });
}

function shows({ label, description = '' }: Item, value: string): boolean {
  return `${label} ${description}`.toLowerCase().includes(value.trim().toLowerCase());
}

/** What is typed, as a registry or as the reason why it is none. */
function typedItem(value: string, known: readonly string[]): Item | undefined {
  const typed = value.trim();
  if (typed === '') return undefined;
  try {
    const registry = keyOf(typed, known);
    return { label: registry, description: 'as typed', alwaysShow: true, registry };
  } catch (error) {
    return { label: `$(info) ${messageOf(error)}`, alwaysShow: true };
  }
}

/** @throws Error that says why it cannot be added */
function keyOf(typed: string, known: readonly string[]): string {
  const registry = formatRegistryKey(parseRegistryKey(typed.trim()));
  if (known.includes(registry)) throw new Error(`${registry} is in the list already.`);
  return registry;
}

function askPlace(
  name: string,
  { prompt, example, value = '' }: ProviderPlace,
  known: readonly string[],
): Promise<Answer<string>> {
  const input = vscode.window.createInputBox();
  input.prompt = `${prompt}, as ${example}`;
  input.placeholder = example;
  input.value = value;
  input.valueSelection = [value.length, value.length];
  const frame = { title: `${title}: ${name}`, step: 2, totalSteps: 2, canGoBack: true };
  return showStep<string>(input, frame, (answer, store) => {
    store.add(input.onDidChangeValue(() => (input.validationMessage = undefined)));
    store.add(
      input.onDidAccept(() => {
        if (input.value.trim() === '') return;
        try {
          answer(keyOf(input.value, known));
        } catch (error) {
          input.validationMessage = messageOf(error);
        }
      }),
    );
  });
}
