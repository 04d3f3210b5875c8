import * as vscode from 'vscode';
import { messageOf } from '../../base/index.ts';
import { formatRepository, parseTag, type Repository, type TaggedReference } from '../../reference/index.ts';
import type { SuggestedTag } from '../workspace-facts/suggested-tags.ts';
import { Picks } from './picks.ts';
import { type Answer, showStep, type StepFrame } from './step.ts';
import { TagAnswers } from './tag-answers.ts';
import { TagList } from './tag-list.ts';
import type { WouldDo } from './would-do.ts';

/**
 * Where tags are suggested from, after one was refused also what can take its place. None rejects; what is not known is
 * not suggested.
 */
export interface TagSuggestions {
  readonly ofWorkspace: (signal: AbortSignal, refused?: string) => Promise<readonly SuggestedTag[]>;
  /** The versions after the highest one at the registry. */
  readonly ofRegistry: (
    repository: Repository,
    signal: AbortSignal,
    refused?: string,
  ) => Promise<readonly SuggestedTag[]>;
}

export interface TagStepParts {
  readonly wouldDo: WouldDo;
  readonly suggestions: TagSuggestions;
}

/** A row without a tag says why what is typed is none. */
interface Item extends vscode.QuickPickItem {
  readonly tag?: string;
}

/** Rows that are replaced while a person moves among them disturb, so what comes together is shown together. In milliseconds. */
const gatherMs = 100;

/**
 * Asks for one tag or several at a repository. It can be used at once: suggestions, and what each tag would do there, come
 * as they become known. Enter adds what is typed; with nothing typed it takes what is picked.
 *
 * @param own offered first, the first of them picked
 * @param refused the tag that another is wanted for: then what can take its place is picked, once that is known and as
 *   long as a person has done nothing
 */
export function askTags(
  frame: StepFrame,
  repository: Repository,
  own: readonly SuggestedTag[],
  { wouldDo, suggestions }: TagStepParts,
  refused?: string,
): Promise<Answer<readonly TaggedReference[]>> {
  const targetOf = (tag: string): TaggedReference => ({ kind: 'tagged', repository, tag });
  const left = new AbortController();
  const { signal } = left;
  const pick = vscode.window.createQuickPick<Item>();
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.keepScrollPosition = true;
  pick.placeholder = 'Pick tags, or type another; Enter pushes to those that are picked';
  const list = new TagList(own);
  const picks = new Picks(refused === undefined ? own.slice(0, 1).map(({ tag }) => tag) : []);
  let isUntouched = true;
  const answers = new TagAnswers(
    (tag) => wouldDo(targetOf(tag), signal),
    () => later(),
  );
  const show = (active = pick.activeItems[0]?.tag): void => {
    // Rows that come while a row of what is typed is the last one would take its place.
    const all = pick.value.trim() === '' ? list.all() : list.listed();
    answers.want(all.map(({ tag }) => tag));
    const items = all.map(({ tag, from }): Item => ({ tag, label: tag, description: facts(from, answers.of(tag)) }));
    // The editor tells by its place which row is picked, and may tell of what it had a moment ago: no row ever moves.
    pick.items = [...items, ...typedRow(pick.value, list)];
    const picked = picks.give();
    pick.selectedItems = items.filter(({ tag }) => tag !== undefined && picked.has(tag));
    const before = pick.items.find(({ tag }) => tag !== undefined && tag === active);
    if (before) pick.activeItems = [before];
  };
  let waiting: NodeJS.Timeout | undefined;
  const later = (): void => {
    if (signal.aborted) return;
    waiting ??= setTimeout(() => {
      waiting = undefined;
      show();
    }, gatherMs);
  };
  const suggest = (place: 'workspace' | 'registry', work: Promise<readonly SuggestedTag[]>): Promise<void> =>
    work.then((tags) => {
      list.suggest(
        place,
        tags.filter(({ tag }) => tag !== refused),
      );
      const instead = tags.find(({ insteadOf }) => insteadOf !== undefined && insteadOf === refused);
      if (instead && isUntouched) picks.add(instead.tag);
      later();
    });
  show();
  pick.busy = true;
  const workspace = suggest('workspace', suggestions.ofWorkspace(signal, refused));
  const registry = suggestions.ofRegistry(repository, signal, refused);
  void suggest(
    'registry',
    workspace.then(() => registry),
  ).then(() => {
    list.complete();
    if (!signal.aborted) pick.busy = false;
  });
  return showStep<readonly TaggedReference[]>(pick, frame, (answer, store) => {
    store.add({ dispose: () => left.abort() });
    store.add({ dispose: () => clearTimeout(waiting) });
    store.add(
      // What was typed is meant exactly: Enter must not choose a longer name that only begins like it.
      pick.onDidChangeValue((value) => {
        isUntouched = false;
        show(value.trim() === '' ? undefined : value.trim());
      }),
    );
    store.add(
      pick.onDidChangeSelection((items) => {
        const tags = items.flatMap(({ tag }) => tag ?? []);
        if (tags.length > 0) isUntouched = false;
        for (const tag of tags) list.add(tag);
        if (picks.hear(tags)) later();
      }),
    );
    store.add(
      pick.onDidAccept(() => {
        const typed = pick.value.trim();
        if (typed !== '') {
          // Who types fast presses Enter before the row of it is there.
          const tag = pick.activeItems[0]?.tag ?? (list.has(typed) ? typed : typedRow(typed, list)[0]?.tag);
          if (tag === undefined) return;
          list.add(tag);
          picks.add(tag);
          pick.value = '';
          show(tag);
          return;
        }
        // The editor tells that none is picked before it tells of Enter.
        if (pick.selectedItems.length === 0) return;
        const targets = list.listed().filter(({ tag }) => picks.has(tag));
        if (targets.length > 0) answer(targets.map(({ tag }) => targetOf(tag)));
      }),
    );
  });
}

export function tagStepTitle(repository: Repository): string {
  return `Tags at ${formatRepository(repository)}`;
}

function facts(...known: readonly string[]): string {
  return known.filter((fact) => fact !== '').join(' · ');
}

/** What is typed, as a tag to add or as the reason why it is none. */
function typedRow(value: string, list: TagList): Item[] {
  const typed = value.trim();
  if (typed === '' || list.has(typed)) return [];
  try {
    return [{ tag: parseTag(typed), label: typed, description: 'as typed: Enter adds it', alwaysShow: true }];
  } catch (error) {
    return [{ label: `$(info) “${typed.slice(0, 40)}” is not a tag yet`, detail: messageOf(error), alwaysShow: true }];
  }
}
