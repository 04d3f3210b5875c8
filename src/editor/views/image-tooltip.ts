import * as vscode from 'vscode';
import { plainText } from '../../base/index.ts';
import type { ImageDetails } from '../../engine/index.ts';
import { formatAge, formatBytes } from '../quantities.ts';
import type { ScanSummary } from '../scans/scan-book.ts';
import { scannedWords } from '../scans/scan-words.ts';
import { type Standing, standingWords } from '../standing.ts';
import type { TagNode } from './image-nodes.ts';

/** What the engine knows about an image, or why it could not be asked, for the hover. */
export function imageTooltip(
  { name, image }: TagNode,
  details: ImageDetails | string,
  standing: Standing,
  scan: ScanSummary | undefined,
): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendText(name).appendMarkdown('\n\n');
  const line = (label: string, value: string | undefined): void => {
    // As text: labels and names come from outside.
    if (value) text.appendMarkdown(`${label}: `).appendText(plainText(value, 300)).appendMarkdown('  \n');
  };
  line('Image ID', image.id);
  line('Size', formatBytes(image.sizeBytes));
  const words = standingWords(standing);
  line('At the registry', words);
  if (standing.kind !== 'never') line('Pushed', formatAge(new Date(standing.at)));
  if (scan) line('Vulnerabilities', scannedWords(scan));
  if (typeof details === 'string') {
    line('The engine says', details);
    return text;
  }
  const { platform, createdAt, digests } = details;
  if (platform) line('Platform', [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/'));
  if (createdAt)
    line('Created', `${createdAt.toISOString().slice(0, 16).replace('T', ' ')} UTC, ${formatAge(createdAt)}`);
  for (const digest of digests) line('Digest', digest);
  return text;
}
