import * as vscode from 'vscode';
import { CancelledError, plainText } from '../../base/index.ts';
import type { InspectionProgress } from '../../inspection/index.ts';
import { formatBytes } from '../quantities.ts';
import type { Finding } from './push-checks.ts';

/** Lets a person watch what a push waits for. `skipped`: they would rather not wait. */
export async function showFinding(
  { find, image: { details, name }, kind }: Finding,
  signal: AbortSignal,
): Promise<'found' | 'skipped'> {
  const what = kind === 'layers' ? `Reading the layers of ${name}` : `Scanning ${name}`;
  const options = {
    location: vscode.ProgressLocation.Notification,
    cancellable: true,
    title: plainText(`${what} before the push. Cancel skips this.`),
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    const skip = new AbortController();
    token.onCancellationRequested(() => skip.abort());
    const onProgress = ({ bytes }: InspectionProgress): void =>
      progress.report({ message: `${formatBytes(bytes)} of about ${formatBytes(details.sizeBytes)}` });
    try {
      await find({ signal: AbortSignal.any([signal, skip.signal]), onProgress });
      return 'found';
    } catch (error) {
      if (signal.aborted) throw new CancelledError();
      if (skip.signal.aborted) return 'skipped';
      throw error;
    }
  });
}
