import { plainText } from '../../base/index.ts';
import { formatBytes } from '../quantities.ts';
import { countsWords } from '../scans/scan-words.ts';
import { findingWords } from './finding-words.ts';
import type { ImageReport } from './image-report.ts';
import { secretPlace } from './secret-words.ts';
import { formatShare, reportFacts } from './report-facts.ts';

/** A report for an issue or a chat, as GitHub's Markdown has it. */
export function reportMarkdown(report: ImageReport): string {
  const { name, layers, contents, target, config, scan, secrets } = report;
  const bytes = layers.reduce((sum, layer) => sum + (layer.bytes ?? 0), 0);
  const lines = [`# ${cell(name)}`, ''];
  lines.push(...table(['', ''], reportFacts(report)), '');
  lines.push('## Layers', '');
  const there = target === undefined ? [] : [`At ${target}`];
  lines.push(
    ...table(
      ['Layer', 'Size', 'Share', ...there, 'Instruction'],
      layers.map((layer, index) => [
        `${index + 1}`,
        layer.bytes === undefined ? '' : formatBytes(layer.bytes),
        layer.bytes === undefined ? '' : formatShare(layer.bytes, bytes),
        ...(target === undefined ? [] : [layer.isAtTarget ? 'yes' : 'no']),
        layer.line ?? '',
      ]),
    ),
    '',
  );
  if (secrets.length > 0) {
    const found = secrets.map((finding) => [finding.what, secretPlace(finding)]);
    lines.push('## Secrets', '', ...table(['What', 'Where'], found), '');
  }
  if (scan?.kind === 'report') {
    const { counts, scanner, vulnerabilities } = scan.report;
    const rows = vulnerabilities.map((one) => [
      ...[one.severity, one.id, one.package, one.installed ?? '', one.fixed ?? ''],
    ]);
    lines.push('## Vulnerabilities', '', cell(`${countsWords(counts)}, by ${scanner}.`), '');
    if (rows.length > 0)
      lines.push(...table(['Severity', 'Vulnerability', 'Package', 'Installed', 'Fixed in'], rows), '');
  }
  if (contents.kind === 'read') {
    const { efficiencyPercent, hiddenBytes, findings } = contents;
    lines.push(
      '## Leanness',
      '',
      `${efficiencyPercent.toFixed(1)} % efficient, ${formatBytes(hiddenBytes)} hidden.`,
      '',
    );
    const rows = findings
      .map(findingWords)
      .map(({ what, bytes: size, layer, mend }) => [
        what,
        size === undefined ? '' : formatBytes(size),
        layer ? `${layer.index + 1}` : '',
        mend,
      ]);
    if (rows.length > 0) lines.push(...table(['Finding', 'Bytes', 'Layer', 'Mended by'], rows), '');
  }
  lines.push(...section('Environment', config.env.map(pair)));
  lines.push(...section('Labels', Object.entries(config.labels)));
  return `${lines.join('\n').trimEnd()}\n`;
}

function section(title: string, rows: readonly (readonly [string, string])[]): string[] {
  return rows.length === 0 ? [] : [`## ${title}`, '', ...table(['', ''], rows), ''];
}

/** `NAME=value` in two. */
export function pair(variable: string): readonly [string, string] {
  const equals = variable.indexOf('=');
  return equals < 0 ? [variable, ''] : [variable.slice(0, equals), variable.slice(equals + 1)];
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(heads), `|${' --- |'.repeat(heads.length)}`, ...rows.map(line)];
}

/** Text that Markdown shows as it is. */
function cell(text: string): string {
  return plainText(text, 2_000).replaceAll(/[\\`*_{}[\]<>()#|~!&]/gu, '\\$&');
}
