import * as vscode from 'vscode';
import { CancelledError, plainText } from '../../base/index.ts';
import { type Finding, type FindingEnd, findingEnd } from './push-checks.ts';

/**
 * Lets a person watch what a push waits for, and skip it.
 *
 * @throws CancelledError when the signal aborts
 */
export async function showFinding(finding: Finding, signal: AbortSignal): Promise<FindingEnd> {
  const { image, kind } = finding;
  const what = kind === 'layers' ? `Reading the layers of ${image.name}` : `Scanning ${image.name}`;
  const options = {
    location: vscode.ProgressLocation.Notification,
    cancellable: true,
    title: plainText(`${what} before the push. Cancel skips this.`),
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    const skip = new AbortController();
    token.onCancellationRequested(() => skip.abort());
    const onProgress = (message: string): void => progress.report({ message: plainText(message, 100) });
    try {
      return await findingEnd(finding, { signal: AbortSignal.any([signal, skip.signal]), onProgress });
    } catch (error) {
      if (signal.aborted || !(error instanceof CancelledError)) throw error;
      return { kind: 'skipped' };
    }
  });
}
