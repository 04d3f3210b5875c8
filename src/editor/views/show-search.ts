import * as vscode from 'vscode';
import { plainText } from '../../base/index.ts';
import { formatRepository } from '../../reference/index.ts';
import type { ShowSearch } from './name-search.ts';
import type { ListOwner } from './remote-nodes.ts';

/** A notification with Cancel for as long as names are looked through. What was found before it is stopped stays. */
export function showSearch(owner: ListOwner, filter: string): ShowSearch {
  const place = owner.kind === 'registry' ? owner.config.registry : formatRepository(owner.item.repository);
  const title = plainText(`Looking for “${filter}” in ${place}`, 200);
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return async (work) => {
    await vscode.window.withProgress(options, (progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      return work(
        (looked) => progress.report({ message: `${looked.toLocaleString('en')} names looked at` }),
        stop.signal,
      );
    });
  };
}
