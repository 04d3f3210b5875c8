import * as vscode from 'vscode';
import type { PushesModel } from '../pushes-model.ts';

const scheme = 'docker-push-log';

/** What the log says of single pushes, as documents that can be read and not changed. */
export class PushLogs {
  readonly #pushes: Pick<PushesModel, 'find'>;
  readonly #subscriptions: { dispose(): unknown }[];
  #isRegistered = false;

  /** @param subscriptions what is disposed of with the extension */
  constructor(pushes: Pick<PushesModel, 'find'>, subscriptions: { dispose(): unknown }[]) {
    this.#pushes = pushes;
    this.#subscriptions = subscriptions;
  }

  /** @param id of a push that is kept */
  async show(id: string): Promise<void> {
    if (!this.#isRegistered) {
      this.#isRegistered = true;
      const provideTextDocumentContent = ({ path }: vscode.Uri): string => this.#textOf(path.replace(/\.log$/u, ''));
      this.#subscriptions.push(
        vscode.workspace.registerTextDocumentContentProvider(scheme, { provideTextDocumentContent }),
      );
    }
    const document = await vscode.workspace.openTextDocument(vscode.Uri.from({ scheme, path: `${id}.log` }));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  #textOf(id: string): string {
    const push = this.#pushes.find(id);
    return push && 'log' in push ? push.log.join('\n') : '';
  }
}
