import * as vscode from 'vscode';
import type { PushesModel } from '../pushes-model.ts';

const scheme = 'docker-push-log';

/** What the log says of single pushes, as documents that can be read and not changed. They follow what runs. */
export class PushLogs {
  readonly #pushes: Pick<PushesModel, 'find' | 'onChange'>;
  readonly #subscriptions: { dispose(): unknown }[];
  /** The texts that were given, by the push. */
  readonly #shown = new Map<string, string>();
  #isRegistered = false;

  /** @param subscriptions what is disposed of with the extension */
  constructor(pushes: Pick<PushesModel, 'find' | 'onChange'>, subscriptions: { dispose(): unknown }[]) {
    this.#pushes = pushes;
    this.#subscriptions = subscriptions;
  }

  /** @param id of a push that runs or is kept */
  async show(id: string): Promise<void> {
    if (!this.#isRegistered) this.#register();
    const document = await vscode.workspace.openTextDocument(uriOf(id));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  #register(): void {
    this.#isRegistered = true;
    const changes = new vscode.EventEmitter<vscode.Uri>();
    const provider: vscode.TextDocumentContentProvider = {
      onDidChange: changes.event,
      provideTextDocumentContent: ({ path }) => {
        const id = path.replace(/\.log$/u, '');
        const text = this.#textOf(id);
        this.#shown.set(id, text);
        return text;
      },
    };
    this.#subscriptions.push(
      changes,
      vscode.workspace.registerTextDocumentContentProvider(scheme, provider),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === scheme) this.#shown.delete(uri.path.replace(/\.log$/u, ''));
      }),
      this.#pushes.onChange(() => {
        for (const [id, text] of this.#shown) {
          const now = this.#textOf(id);
          // One that was forgotten keeps what is shown.
          if (now !== '' && now !== text) changes.fire(uriOf(id));
        }
      }),
    );
  }

  #textOf(id: string): string {
    return this.#pushes.find(id)?.log.join('\n') ?? '';
  }
}

function uriOf(id: string): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `${id}.log` });
}
