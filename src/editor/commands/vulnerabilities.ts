import * as vscode from 'vscode';
import { plainText, SidedError } from '../../base/index.ts';
import type { ScanReport } from '../../inspection/index.ts';
import { formatReference, parseTarget } from '../../reference/index.ts';
import type { Vulnerability } from '../../registry/index.ts';
import type { EngineSession } from '../engine-session.ts';
import type { ImagePanels } from '../image-page/image-panels.ts';
import { type RegistryScans, scanStateWords } from '../scans/registry-scans.ts';
import type { ScanBook } from '../scans/scan-book.ts';
import { countsWords } from '../scans/scan-words.ts';
import { imageIn } from './image-argument.ts';
import { askedRemote } from './remote-argument.ts';

export interface VulnerabilitiesParts {
  readonly session: EngineSession;
  readonly panels: Pick<ImagePanels, 'shown'>;
  readonly book: Pick<ScanBook, 'report'>;
  readonly registryScans: RegistryScans;
}

interface Scanned {
  readonly name: string;
  readonly digest: string;
  readonly report: ScanReport;
}

interface Row extends vscode.QuickPickItem {
  readonly link?: string;
}

/**
 * “Show Vulnerabilities”: the list that the last scan gave, to be filtered by what is typed; Enter opens the page of one.
 * Takes `{image}` or `{reference}`, else the image of the page that is shown.
 *
 * @throws SidedError `not-scanned`, EngineError, RegistryError
 */
export async function showVulnerabilities(parts: VulnerabilitiesParts, argument: unknown): Promise<void> {
  const { name, report } = await scannedOf(parts, argument);
  const rows: Row[] = [];
  let severity = '';
  for (const one of report.vulnerabilities) {
    if (one.severity !== severity) rows.push({ label: one.severity, kind: vscode.QuickPickItemKind.Separator });
    ({ severity } = one);
    rows.push(rowOf(one));
  }
  const picked = await vscode.window.showQuickPick(rows, {
    title: plainText(`Vulnerabilities of ${name}: ${countsWords(report.counts)}`, 200),
    placeHolder: 'Type a package, a number or a severity. Enter opens the page of the vulnerability.',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked?.link !== undefined) await vscode.env.openExternal(vscode.Uri.parse(picked.link, true));
}

function rowOf({ fixed, id, installed, link, package: name, severity, title }: Vulnerability): Row {
  const version = installed === undefined ? '' : ` ${installed}`;
  const remedy = fixed === undefined ? 'no fix known' : `fixed in ${fixed}`;
  return {
    label: plainText(id, 100),
    description: plainText(`${name}${version} · ${remedy} · ${severity}`, 300),
    ...(title !== undefined && { detail: plainText(title, 300) }),
    ...(link !== undefined && { link }),
  };
}

/**
 * “Export as SARIF”: writes what the last scan found where the person says, for code scanning and other tools.
 *
 * @throws SidedError `not-scanned`, EngineError, RegistryError
 */
export async function exportSarif(parts: VulnerabilitiesParts, argument: unknown): Promise<void> {
  const { digest, name, report } = await scannedOf(parts, argument);
  const { toSarif } = await import('../../inspection/index.ts');
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const file = `${name.slice(name.lastIndexOf('/') + 1).replaceAll(/[^\w.-]/gu, '-')}.sarif`;
  const uri = await vscode.window.showSaveDialog({
    title: 'Export as SARIF',
    filters: { SARIF: ['sarif', 'json'] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder.uri, file) }),
  });
  if (!uri) return;
  const sarif = toSarif(report, { image: name, digest });
  await vscode.workspace.fs.writeFile(uri, Buffer.from(`${JSON.stringify(sarif, undefined, 2)}\n`));
  vscode.window.setStatusBarMessage(`$(check) Exported to ${plainText(uri.path, 200)}`, 6_000);
}

async function scannedOf(parts: VulnerabilitiesParts, argument: unknown): Promise<Scanned> {
  const fields = (argument ?? {}) as Record<string, unknown>;
  const { shown } = parts.panels;
  // What was told of is meant, whatever the tag holds by now.
  if (typeof fields.digest === 'string' && typeof fields.reference === 'string') {
    const report = await parts.book.report(fields.digest);
    if (report) return { name: formatReference(parseTarget(fields.reference)), digest: fields.digest, report };
  }
  if (typeof fields.image === 'string') {
    const { engine } = await parts.session.connect();
    const image = imageIn(fields);
    const { id, references } = await engine.inspectImage(image.id ?? image.name);
    return kept(parts, references[0] ?? id, id);
  }
  if (argument === undefined || argument === null) {
    if (!shown) throw new SidedError('reference', 'argument-invalid', 'Inspect an image first, or scan one.');
    return kept(parts, shown.name, shown.id);
  }
  const remote = await askedRemote(argument, 'Show Vulnerabilities');
  if (!remote) throw new SidedError('reference', 'argument-invalid', 'No image was chosen.');
  const name = formatReference(remote.reference);
  const found = await parts.registryScans.of(remote.reference, { ask: { answers: new Map() } });
  if (found.kind === 'report') return { name, digest: found.digest, report: found.report };
  throw new SidedError('policy', 'not-scanned', plainText(`${name}: ${scanStateWords(found.scan)}`, 500));
}

async function kept({ book }: VulnerabilitiesParts, name: string, digest: string): Promise<Scanned> {
  const report = await book.report(digest);
  if (!report) throw new SidedError('policy', 'not-scanned', plainText(`${name} has not been scanned here.`, 300));
  return { name, digest, report };
}
