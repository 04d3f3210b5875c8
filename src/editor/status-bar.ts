import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/index.ts';
import { formatRepository, parseReference, type Repository } from '../reference/index.ts';
import type { OneClick } from './commands/shown-argument.ts';
import { sourceOf } from './flow/destinations.ts';
import { commandIds } from './ids.ts';
import type { LastBuilt } from './last-built.ts';
import type { PushesModel } from './pushes-model.ts';
import { formatAge, formatBytes } from './quantities.ts';
import type { WorkspacePushes } from './workspace-pushes.ts';

/** So many of the last things that were shown can still be clicked. */
const clicksKept = 4;

/** The status-bar item for the last-built image. */
export class LastBuiltItem implements Disposable {
  readonly #store = new DisposableStore();
  readonly #item: vscode.StatusBarItem;
  readonly #pushes: Pick<WorkspacePushes, 'destinationOf'>;
  readonly #history: Pick<PushesModel, 'past'>;
  #shown: OneClick | undefined;
  readonly #clicks: { readonly id: string; readonly what: string; readonly command: vscode.Disposable }[] = [];
  #count = 0;

  constructor(pushes: Pick<WorkspacePushes, 'destinationOf'>, history: Pick<PushesModel, 'past'>) {
    this.#pushes = pushes;
    this.#history = history;
    this.#item = this.#store.add(
      vscode.window.createStatusBarItem('dockerPush.lastBuilt', vscode.StatusBarAlignment.Left, 0),
    );
    this.#item.name = 'Docker Push: Last-Built Image';
  }

  /** What stands there now. */
  get shown(): OneClick | undefined {
    return this.#shown;
  }

  show(image: LastBuilt | undefined): void {
    if (!image) {
      this.#shown = undefined;
      this.#item.hide();
      return;
    }
    const reference = parseReference(image.reference);
    const repository = this.#pushes.destinationOf(sourceOf(reference));
    const target = repository && `${formatRepository(repository)}:${reference.tag ?? ''}`;
    const { name, id, sizeBytes } = image;
    const shown: OneClick = { image: { name, id, sizeBytes }, ...(target !== undefined && { target }) };
    this.#shown = shown;
    this.#item.command = this.#clickOn(shown);
    this.#item.text = `$(cloud-upload) ${image.name}${repository ? ` → ${shortDestination(repository)}` : ''}`;
    const made = image.at ? `${image.seen ? 'built or tagged' : 'made'} ${formatAge(image.at)}` : '';
    const facts = [image.id.slice(0, 19), formatBytes(image.sizeBytes), made].filter((fact) => fact !== '');
    const click =
      target === undefined
        ? 'A click asks where to push it.'
        : `A click pushes it to ${target}.${this.#before(target, id)}`;
    const source =
      'This is the image that was built or tagged last, as the engine tells it; tags of this extension do not count.';
    this.#item.tooltip = `${image.name}\n${facts.join(' · ')}\n${click}\n${source}`;
    this.#item.accessibilityInformation = {
      label: `Push ${image.name}${target === undefined ? '' : ` to ${target}`}`,
      role: 'button',
    };
    this.#item.show();
  }

  dispose(): void {
    for (const { command } of this.#clicks) command.dispose();
    this.#store.dispose();
  }

  /** What would be replaced, where that is known already: nothing is asked or read for a hover. */
  #before(target: string, imageId: string): string {
    const last = this.#history.past.find((push) => push.target === target && push.result?.outcome === 'pushed');
    if (!last) return '';
    const age = formatAge(new Date(last.at));
    return last.image.id === imageId ? ` It was pushed there ${age}.` : ` Your last push there was ${age}.`;
  }

  /**
   * The command that pushes this. A click may come when the item shows something newer already; it pushes what was
   * clicked. With arguments of its own a command would be gone for the editor by then, and the click an error.
   */
  #clickOn(shown: OneClick): string {
    const what = JSON.stringify(shown);
    const known = this.#clicks.find((click) => click.what === what);
    if (known) return known.id;
    const id = `_${commandIds.pushLastBuilt}.${++this.#count}`;
    const command = vscode.commands.registerCommand(id, () =>
      vscode.commands.executeCommand(commandIds.pushLastBuilt, shown),
    );
    this.#clicks.push({ id, what, command });
    if (this.#clicks.length > clicksKept) this.#clicks.shift()?.command.dispose();
    return id;
  }
}

/** The registry with the namespace: where, in a few letters. */
function shortDestination({ registry, path }: Repository): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? registry : `${registry}/${path.slice(0, slash)}`;
}
