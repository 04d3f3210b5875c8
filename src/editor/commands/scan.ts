import * as vscode from 'vscode';
import { CancelledError, plainText, type SeverityCounts } from '../../base/index.ts';
import type { FoundScanner, ScanReport } from '../../inspection/index.ts';
import { formatReference } from '../../reference/index.ts';
import type { EngineSession } from '../engine-session.ts';
import { askImage } from '../flow/image-step.ts';
import type { ImageToPush } from '../flow/push-flow.ts';
import { commandIds, pageArgument } from '../ids.ts';
import type { ImageScans } from '../scans/image-scans.ts';
import { type RegistryScans, scanStateWords } from '../scans/registry-scans.ts';
import { countsWords, totalOf } from '../scans/scan-words.ts';
import { imageIn } from './image-argument.ts';
import { askedRemote } from './remote-argument.ts';

export interface ScanCommandParts {
  readonly session: EngineSession;
  readonly scans: ImageScans;
  readonly registryScans: RegistryScans;
}

/** What a script gets. */
export interface ScanAnswer {
  /** The scanner's name; a registry's own scan names the registry, too. */
  readonly scanner: string;
  readonly counts: SeverityCounts;
}

/**
 * “Scan for Vulnerabilities”: takes a row of Images, `{image}` with a local reference or an image ID, which the scanner of
 * this machine looks at; a row of Registries, `{reference}`, of which the registry's own scan is asked; or asks which
 * image. Undefined where it was closed, there is no scanner, or the registry has no result.
 *
 * @throws SidedError, EngineError, ScanError, RegistryError
 */
export async function scanCommand(parts: ScanCommandParts, argument: unknown): Promise<ScanAnswer | undefined> {
  const fields = (argument ?? {}) as Record<string, unknown>;
  if (fields.kind === 'remote-tag' || (fields.reference !== undefined && fields.kind !== 'tag'))
    return scanRemote(parts, argument);
  const image =
    argument === undefined || argument === null
      ? await askImage(parts.session, 'Scan for Vulnerabilities')
      : imageIn(fields);
  return image && scanLocal(parts, image);
}

async function scanLocal(
  { scans, session }: ScanCommandParts,
  { id, name }: ImageToPush,
): Promise<ScanAnswer | undefined> {
  const found = await scans.find();
  if (found.kind === 'missing') {
    void tellHowToGetOne(found);
    return undefined;
  }
  const { engine } = await session.connect();
  const details = await engine.inspectImage(id ?? name);
  const title = plainText(`${found.scanner.name} scans ${name}`, 200);
  const report = await withScanProgress(title, (signal, onProgress) =>
    scans.reportOf(details, engine, { signal, onProgress }),
  );
  void tellFound(name, report, { image: details.id });
  return { scanner: report.scanner, counts: report.counts };
}

async function scanRemote({ registryScans }: ScanCommandParts, argument: unknown): Promise<ScanAnswer | undefined> {
  const remote = await askedRemote(argument, 'Scan for Vulnerabilities');
  if (!remote) return undefined;
  const name = formatReference(remote.reference);
  const found = await registryScans.of(remote.reference, { ask: { answers: new Map() } });
  if (found.kind === 'report') {
    void tellFound(name, found.report, { reference: name });
    return { scanner: found.report.scanner, counts: found.report.counts };
  }
  void vscode.window.showInformationMessage(plainText(`${name}: ${scanStateWords(found.scan)}`, 500));
  return undefined;
}

/** Says what the scanner says, and ends it at a click. */
function withScanProgress<T>(
  title: string,
  work: (signal: AbortSignal, onProgress: (line: string) => void) => Promise<T>,
): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title };
  return Promise.resolve(
    vscode.window.withProgress(options, async (progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      try {
        return await work(stop.signal, (line) => progress.report({ message: plainText(line, 100) }));
      } catch (error) {
        if (stop.signal.aborted) throw new CancelledError();
        throw error;
      }
    }),
  );
}

async function tellFound(
  name: string,
  { counts, scanner }: Pick<ScanReport, 'counts' | 'scanner'>,
  of: { readonly image: string } | { readonly reference: string },
): Promise<void> {
  const total = totalOf(counts);
  const what =
    total === 0
      ? 'no known vulnerability'
      : `${total === 1 ? '1 vulnerability' : `${total} vulnerabilities`}: ${countsWords(counts)}`;
  const text = plainText(`${scanner} found ${what} in ${name}.`, 500);
  const show = 'Show Vulnerabilities';
  const buttons = total === 0 ? [] : [show];
  const isBad = counts.critical + counts.high > 0;
  const answer = await (isBad
    ? vscode.window.showWarningMessage(text, ...buttons)
    : vscode.window.showInformationMessage(text, ...buttons));
  if (answer === show) await vscode.commands.executeCommand(commandIds.showVulnerabilities, pageArgument(of));
}

/** Which programs would do, and where their makers say how to install them; none where the setting wants none. */
export async function tellHowToGetOne({ why, wanted }: FoundScanner & { kind: 'missing' }): Promise<void> {
  if (wanted.length === 0) {
    void vscode.window.showInformationMessage(plainText(why, 600));
    return;
  }
  const pages = wanted.map(({ installPage, name }) => ({ label: `Get ${name}`, installPage }));
  const answer = await vscode.window.showInformationMessage(
    plainText(`${why} With a scanner on this machine images are looked through for known vulnerabilities.`, 600),
    ...pages.map(({ label }) => label),
  );
  const page = pages.find(({ label }) => label === answer);
  if (page) await vscode.env.openExternal(vscode.Uri.parse(page.installPage, true));
}
