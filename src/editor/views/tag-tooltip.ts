import * as vscode from 'vscode';
import { plainText } from '../../base/index.ts';
import type { TagDetails } from '../../registry/index.ts';
import { formatAge, formatBytes } from '../quantities.ts';
import type { ScanSummary } from '../scans/scan-book.ts';
import { scannedWords } from '../scans/scan-words.ts';
import { platformWords } from './platform-words.ts';
import type { RemoteTagNode } from './remote-nodes.ts';

/**
 * What is known of a tag at a registry, for the hover.
 *
 * @param found what the registry was asked for, or why it did not tell; undefined where the list had told enough
 * @param local the name of the local image that the tag holds
 * @param scan what is known of the vulnerabilities of what it holds
 */
export function tagTooltip(
  { reference, item }: RemoteTagNode,
  found: TagDetails | string | undefined,
  local: string | undefined,
  scan: ScanSummary | undefined,
): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendText(reference).appendMarkdown('\n\n');
  const line = (label: string, value: string | undefined): void => {
    // As text: the registry's words come from outside.
    if (value) text.appendMarkdown(`${label}: `).appendText(plainText(value, 500)).appendMarkdown('  \n');
  };
  const details = typeof found === 'string' ? undefined : found;
  const sizeBytes = item.sizeBytes ?? details?.sizeBytes;
  const platforms = details?.platforms ?? item.platforms ?? [];
  line('The same image here', local);
  line('Digest', item.digest ?? details?.digest);
  line('Size', sizeBytes === undefined ? undefined : `${formatBytes(sizeBytes)} compressed`);
  line('Pushed', item.pushedAt && moment(item.pushedAt));
  line('Created', details?.createdAt && moment(details.createdAt));
  line('Vulnerabilities', scan && scannedWords(scan));
  line(platforms.length === 1 ? 'Platform' : 'Platforms', platformWords(platforms));
  if (typeof found === 'string') line('More is not known', found);
  return text;
}

function moment(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC, ${formatAge(date)}`;
}
