import * as vscode from 'vscode';
import { CancelledError, plainText, redacted, SidedError } from '../../base/index.ts';
import type { PullStreamEvent } from '../../engine/index.ts';
import { formatReference } from '../../reference/index.ts';
import type { EngineSession } from '../engine-session.ts';
import type { EngineTrust } from '../engine-trust.ts';
import { formatBytes } from '../quantities.ts';
import type { RegistryDoor } from '../registry-door.ts';
import { askedRemote } from './remote-argument.ts';

export interface PullParts {
  readonly door: RegistryDoor;
  readonly session: EngineSession;
  readonly trust: Pick<EngineTrust, 'mayTrust'>;
}

/**
 * “Pull”: the engine gets a tag, with progress and Cancel, by the same account as a push to there.
 *
 * @throws EngineError, SidedError `pull-refused` with the engine's words
 */
export async function pullTag({ door, session, trust }: PullParts, argument: unknown): Promise<void> {
  const remote = await askedRemote(argument, 'Pull');
  if (!remote) return;
  const name = formatReference(remote.reference);
  const stop = new AbortController();
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Pulling ${name}`, cancellable: true },
    async (progress, token) => {
      token.onCancellationRequested(() => stop.abort());
      const { engine } = await session.connect();
      const { account } = await door.open(remote.reference.repository, { answers: new Map() });
      const { authConfigOf } = await import('../../credentials/index.ts');
      const credential =
        account.kind === 'found' && (await trust.mayTrust(engine.chosen)) ? account.credential : undefined;
      const auth = credential && authConfigOf(credential, remote.reference.repository.registry);
      const layers = new PullProgress();
      for await (const event of engine.pullImage(remote.reference, { ...(auth && { auth }), signal: stop.signal })) {
        if (event.type === 'error')
          throw new SidedError(
            'engine',
            'pull-refused',
            `${name} could not be pulled. The engine says: ${redacted(event.message, 300)}`,
          );
        const message = layers.add(event);
        if (message !== undefined) progress.report({ message });
      }
      if (stop.signal.aborted) throw new CancelledError();
    },
  );
  vscode.window.setStatusBarMessage(`$(check) Pulled ${plainText(name, 200)}`, 5_000);
}

/** Adds up what the engine says of each layer. */
class PullProgress {
  readonly #layers = new Map<string, { current: number; total: number; done: boolean }>();
  #shown = '';

  /** What to show now; undefined as long as that is what is shown. */
  add(event: PullStreamEvent): string | undefined {
    if (event.type !== 'layer') return undefined;
    const layer = this.#layers.get(event.id) ?? { current: 0, total: 0, done: false };
    this.#layers.set(event.id, layer);
    layer.current = event.current ?? layer.current;
    layer.total = event.total ?? layer.total;
    layer.done = event.state === 'done' || event.state === 'exists';
    const all = [...this.#layers.values()];
    const bytes = all.reduce((sum, { current }) => sum + current, 0);
    const total = all.reduce((sum, one) => sum + one.total, 0);
    const done = all.filter((one) => one.done).length;
    const size = total > 0 ? `${formatBytes(bytes)} of ${formatBytes(total)} · ` : '';
    const words = `${size}layer ${done} of ${all.length}`;
    if (words === this.#shown) return undefined;
    this.#shown = words;
    return words;
  }
}
