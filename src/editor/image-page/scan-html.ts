import type { ScanReport } from '../../inspection/index.ts';
import type { Vulnerability } from '../../registry/index.ts';
import { commandIds, pageArgument } from '../ids.ts';
import { formatAge } from '../quantities.ts';
import { countsWords, totalOf } from '../scans/scan-words.ts';
import { text } from './html-text.ts';
import type { ImageReport } from './image-report.ts';

/** What is known of an image's vulnerabilities. */
export type ShownScan =
  | { readonly kind: 'report'; readonly at: Date; readonly report: ScanReport }
  /** Why there is none, in a sentence. */
  | { readonly kind: 'state'; readonly words: string };

/** So many stand on the page, the worst; the list that is filtered has all. */
const mostRows = 200;

/** The section on vulnerabilities. */
export function scanHtml({ id, name, place, scan }: ImageReport): string {
  const of = place === 'here' ? { image: id } : { reference: name };
  const again = link(commandIds.scan, of, place === 'here' ? 'Scan' : 'Ask the Registry');
  if (!scan) return `<p>It has not been scanned. ${again}</p>`;
  if (scan.kind === 'state') return `<p>${text(scan.words)} ${again}</p>`;
  const { at, report } = scan;
  const version = report.version === undefined ? '' : ` ${report.version}`;
  const sum = `<p><strong>${text(countsWords(report.counts))}</strong> · ${text(`${report.scanner}${version}, ${formatAge(at)}`)}</p>`;
  if (totalOf(report.counts) === 0) return `${sum}<p>${link(commandIds.scan, of, 'Scan Again')}</p>`;
  const actions = [
    link(commandIds.showVulnerabilities, of, 'Filter the List'),
    link(commandIds.exportSarif, of, 'Export as SARIF'),
    link(commandIds.scan, of, place === 'here' ? 'Scan Again' : 'Ask Again'),
  ].join(' · ');
  const rows = report.vulnerabilities.slice(0, mostRows).map(row);
  const rest = report.vulnerabilities.length - rows.length;
  return `${sum}<p>${actions}</p><table class="vulnerabilities">
<thead><tr><th scope="col">Severity</th><th scope="col">Vulnerability</th><th scope="col">Package</th><th scope="col">Installed</th><th scope="col">Fixed in</th></tr></thead>
<tbody>${rows.join('')}</tbody>
</table>${rest > 0 ? `<p>${rest} more are in the list.</p>` : ''}`;
}

function row({ fixed, id, installed, link: page, package: name, severity, title }: Vulnerability): string {
  const named = page === undefined ? text(id, 100) : `<a href="${text(page, 2_000)}">${text(id, 100)}</a>`;
  const what = title === undefined ? '' : `<div class="faint">${text(title, 300)}</div>`;
  const cells = [text(name, 200), text(installed ?? '', 100), text(fixed ?? '', 200)];
  return `<tr><th scope="row">${text(severity)}</th><td>${named}${what}</td>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

/** A link that runs a command of this extension, and of no other. */
function link(command: string, argument: object, label: string): string {
  const query = encodeURIComponent(JSON.stringify([pageArgument(argument)]));
  return `<a href="command:${command}?${text(query, 10_000)}">${text(label)}</a>`;
}
