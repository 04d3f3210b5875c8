import { randomBytes } from 'node:crypto';
import { commandIds } from '../ids.ts';
import { formatBytes } from '../quantities.ts';
import { findingWords, type FindingWords } from './finding-words.ts';
import { text } from './html-text.ts';
import type { Contents, ImageReport, ReportLayer } from './image-report.ts';
import { formatShare, reportFacts } from './report-facts.ts';
import { scanHtml } from './scan-html.ts';
import { secretPlace, secretRemedy } from './secret-words.ts';
import { reportStyle } from './report-style.ts';
import { pair } from './report-markdown.ts';

/** How reading the layers stands, where it has not ended. */
export type ReadingState = 'reading' | 'stopped';

/**
 * A report as a page for a webview: no script runs in it and nothing is fetched, and what comes from the image is text.
 * Headings, tables and lists are what they are to a screen reader; the drawing repeats the table.
 */
export function reportHtml(report: ImageReport, state: ReadingState = 'stopped'): string {
  const nonce = randomBytes(16).toString('base64');
  const { name, config } = report;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'">
<title>${text(name)}</title>
<style nonce="${nonce}">${reportStyle}</style>
</head>
<body>
<main>
<h1>${text(name)}</h1>
${facts(reportFacts(report))}
<h2>Layers</h2>
${drawing(report.layers)}
${layerTable(report)}
<h2>Secrets</h2>
${secrets(report, state)}
<h2>Vulnerabilities</h2>
${scanHtml(report)}
<h2>Leanness</h2>
${leanness(report.contents, state)}
${pairs('Environment', config.env.map(pair))}
${pairs('Labels', Object.entries(config.labels))}
</main>
</body>
</html>`;
}

function facts(rows: readonly (readonly [string, string])[]): string {
  const lines = rows.map(([label, value]) => `<dt>${text(label)}</dt><dd>${text(value)}</dd>`);
  return `<dl>${lines.join('')}</dl>`;
}

function total(layers: readonly ReportLayer[]): number {
  return layers.reduce((sum, { bytes, packedBytes }) => sum + (bytes ?? packedBytes ?? 0), 0);
}

/** Bytes by layer, so that the fat one is seen at once. */
function drawing(layers: readonly ReportLayer[]): string {
  const all = total(layers);
  if (all === 0) return '';
  let at = 0;
  const sizes = layers.map(({ bytes, packedBytes }) => bytes ?? packedBytes ?? 0);
  const parts = layers.map(({ line }, index) => {
    const bytes = sizes[index] ?? 0;
    const x = (at / all) * 1000;
    at += bytes;
    const width = (bytes / all) * 1000;
    const what = `Layer ${index + 1}, ${formatBytes(bytes)}${line === undefined ? '' : `: ${line}`}`;
    return `<rect class="shade${index % 4}" x="${x.toFixed(2)}" y="0" width="${width.toFixed(2)}" height="24"><title>${text(what, 300)}</title></rect>`;
  });
  const largest = sizes.indexOf(Math.max(...sizes));
  const words = `Bytes by layer. The largest is layer ${largest + 1} with ${formatShare(sizes[largest] ?? 0, all)}.`;
  return `<svg role="img" aria-label="${text(words)}" viewBox="0 0 1000 24" preserveAspectRatio="none">${parts.join('')}</svg>`;
}

function layerTable({ layers, target }: ImageReport): string {
  const all = total(layers);
  const isPacked = layers.some(({ packedBytes }) => packedBytes !== undefined);
  const rows = layers.map(
    ({ line, bytes, packedBytes, entries, isAtTarget, diffId }, index) => `<tr>
<th scope="row" class="number">${index + 1}</th>
<td class="number">${bytes === undefined ? '' : text(formatBytes(bytes))}</td>
${isPacked ? `<td class="number">${packedBytes === undefined ? '' : text(formatBytes(packedBytes))}</td>` : ''}
<td class="number">${text(formatShare(bytes ?? packedBytes ?? 0, all))}</td>
${target === undefined ? '' : `<td>${isAtTarget ? 'yes' : 'no'}</td>`}
<td><code>${line === undefined ? '' : text(line)}</code><div class="faint">${text(diffId)}${entries === undefined ? '' : ` · ${entries === 1 ? '1 entry' : `${entries} entries`}`}</div></td>
</tr>`,
  );
  const there = target === undefined ? '' : '<th scope="col">There</th>';
  const where = target === undefined ? '' : `<p class="faint">There: what ${text(target, 200)} has already.</p>`;
  return `${where}<table>
<thead><tr><th scope="col">Layer</th><th scope="col">Size</th>${isPacked ? '<th scope="col">Packed</th>' : ''}<th scope="col">Share</th>${there}<th scope="col">Instruction</th></tr></thead>
<tbody>${rows.join('')}</tbody>
</table>`;
}

function secrets({ secrets: found, contents }: ImageReport, state: ReadingState): string {
  const rest =
    contents.kind === 'read' ? '' : state === 'reading' ? 'The layers are being read…' : 'The layers were not read.';
  if (found.length === 0)
    return `<p>${contents.kind === 'read' ? 'None was found.' : `None was found in the configuration. ${rest}`}</p>`;
  const items = found.map(
    (finding) => `<li>
<div><strong>${text(capital(finding.what))}</strong></div>
<div>${text(secretPlace(finding), 700)}</div>
<div>${text(secretRemedy(finding))}</div>
</li>`,
  );
  const urge = 'Whoever can pull the image can read these. What was pushed already is known: replace it, too.';
  return `<p>${urge}</p><ul class="findings secrets">${items.join('')}</ul>${rest === '' ? '' : `<p>${rest}</p>`}`;
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function leanness(contents: Contents, state: ReadingState): string {
  switch (contents.kind) {
    case 'unread':
      return state === 'reading'
        ? '<p>The layers are being read…</p>'
        : `<p>The layers were not read: what they hide, hold twice or leave behind is not known. ${readLink}</p>`;
    case 'failed':
      return `<p>${text(contents.reason)} ${readLink}</p>`;
    case 'read': {
      const { efficiencyPercent, hiddenBytes, bytes, findings } = contents;
      const sum = `<p><strong>${efficiencyPercent.toFixed(1)} % efficient.</strong> ${text(formatBytes(hiddenBytes))} of ${text(formatBytes(bytes))} are sent and never seen, as later layers hide them.</p>`;
      if (findings.length === 0) return `${sum}<p>Nothing needless was found.</p>`;
      return `${sum}<ul class="findings">${findings.map((finding) => item(findingWords(finding))).join('')}</ul>`;
    }
  }
}

const readLink = `<a href="command:${commandIds.readLayers}">Read Layers</a>`;

function item({ what, layer, bytes, details, mend }: FindingWords): string {
  const where = layer ? `Layer ${layer.index + 1}${layer.line === undefined ? '' : `: ${layer.line}`}` : '';
  return `<li>
<div><strong>${text(what)}</strong>${bytes === undefined ? '' : ` · ${text(formatBytes(bytes))}`}</div>
${where === '' ? '' : `<div class="faint">${text(where, 500)}</div>`}
${details.length === 0 ? '' : `<ul>${details.map((detail) => `<li>${text(detail, 500)}</li>`).join('')}</ul>`}
<div>Mended by <code>${text(mend)}</code></div>
</li>`;
}

function pairs(title: string, rows: readonly (readonly [string, string])[]): string {
  return rows.length === 0 ? '' : `<h2>${text(title)}</h2>${facts(rows)}`;
}
