import * as vscode from 'vscode';
import { CancelledError, plainText } from '../../base/index.ts';
import type { DockerSignIn } from '../../credentials/index.ts';
import { type Import, importSignIn, keepImport } from '../credential-import.ts';
import type { SignInParts } from '../sign-in.ts';

interface Item extends vscode.QuickPickItem {
  readonly signIn: DockerSignIn;
}

/**
 * “Import Credentials from Docker…”: shows what Docker's configuration and its helpers hold, and copies what is chosen and
 * confirmed to VS Code's secret storage, checked with the registry as a sign-in is. Docker's own stays as it is.
 */
export async function importCredentials(parts: SignInParts): Promise<void> {
  const { accounts, log } = parts;
  const listed = await withProgress('Asking which sign-ins Docker has', (signal) => accounts.ofDocker(signal));
  for (const failure of listed.failures) log.warn(failure);
  if (listed.signIns.length === 0) {
    tell('Docker has no sign-in to import.', listed.failures);
    return;
  }
  // Not awaited: it may stay while the rest is chosen from.
  if (listed.failures.length > 0) tell('Not all sign-ins of Docker can be shown.', listed.failures);
  const chosen = await choose(listed.signIns, parts);
  if (chosen.length === 0) return;
  const results: Import[] = [];
  await withProgress('Importing credentials', async (signal) => {
    for (const { signIn } of chosen) results.push(await importSignIn(signIn, parts, signal));
  }).catch((error: unknown) => {
    // What was copied by then is told.
    if (!(error instanceof CancelledError)) throw error;
  });
  const settled = await settleDoubts(results, parts);
  const copied = settled.flatMap((result) =>
    result.kind === 'copied' ? [`${result.registry} (${result.account})`] : [],
  );
  const left = settled.flatMap((result) => (result.kind === 'copied' ? [] : [`${result.registry}: ${result.why}`]));
  tell(copied.length === 0 ? 'Nothing was imported.' : `Imported the sign-in to ${copied.join(', ')}.`, left);
}

async function choose(signIns: readonly DockerSignIn[], { accounts }: SignInParts): Promise<readonly Item[]> {
  const { isShortLived, sourceName } = await import('../../credentials/index.ts');
  const kept = await accounts.keys();
  const items = signIns.map((signIn): Item => {
    const { registry, account, from } = signIn;
    const isHere = kept.some((key) => key.registry === registry && key.namespace === undefined);
    const facts = [
      account === undefined ? undefined : plainText(account, 80),
      sourceName(from),
      isShortLived(signIn) ? 'made anew for some hours, stays there' : undefined,
      isHere ? 'replaces the one stored here' : undefined,
    ].filter((fact) => fact !== undefined);
    return { label: registry, description: facts.join(' · '), signIn };
  });
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Import Credentials from Docker',
    placeHolder: "Choose what to copy to VS Code's secret storage",
    canPickMany: true,
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  if (!picked || picked.length === 0) return [];
  const lines = picked.map(({ label, description = '' }) => `${label}: ${description}`);
  const detail = [...lines, '', 'Each is checked with its registry first. Docker keeps its own.'].join('\n');
  const copy = 'Copy';
  const what = picked.length === 1 ? 'this sign-in' : `these ${picked.length} sign-ins`;
  const message = `Copy ${what} to VS Code's secret storage?`;
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, copy)) === copy ? picked : [];
}

/** Asks once for all that no registry confirmed. */
async function settleDoubts(results: readonly Import[], parts: SignInParts): Promise<readonly Import[]> {
  const doubtful = results.filter((result) => result.kind === 'doubtful');
  if (doubtful.length === 0) return results;
  const detail = doubtful.map(({ registry, why }) => `${registry}: ${plainText(why)}`).join('\n');
  const keep = 'Keep';
  const question = 'Keep what no registry has confirmed?';
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, keep)) !== keep) return results;
  const settled: Import[] = [];
  for (const result of results) settled.push(result.kind === 'doubtful' ? await keepImport(result, parts) : result);
  return settled;
}

/** @throws CancelledError once it is cancelled */
async function withProgress<T>(title: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, (_, token) => {
    const cancel = new AbortController();
    token.onCancellationRequested(() => cancel.abort());
    return work(cancel.signal);
  });
}

function tell(what: string, troubles: readonly string[]): void {
  const show = troubles.length === 0 ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  void show(plainText([what, ...troubles].join(' ')));
}
