import * as vscode from 'vscode';
import { plainText } from '../../base/index.ts';
import { formatRepository, parseRegistryKey } from '../../reference/index.ts';
import { commandIds, filtered, remoteItems } from '../ids.ts';
import { formatAge, formatBytes } from '../quantities.ts';
import type { ScanSummary } from '../scans/scan-book.ts';
import { worstWords } from '../scans/scan-words.ts';
import { platformWords } from './platform-words.ts';
import { type EndNode, listKey, type RemoteRepositoryNode, type RemoteTagNode, shortName } from './remote-nodes.ts';
import { isTold } from './tag-details.ts';
import { tagTooltip } from './tag-tooltip.ts';

/** @param filter what its tags are filtered by */
export function repositoryItem(
  { config, item: { repository, tagCount, updatedAt } }: RemoteRepositoryNode,
  filter: string | undefined,
): vscode.TreeItem {
  const name = formatRepository(repository);
  const item = new vscode.TreeItem(shortName(config, name), vscode.TreeItemCollapsibleState.Collapsed);
  const facts = [
    filter === undefined ? undefined : filterWords(filter),
    tagCount === undefined ? undefined : tagCount === 1 ? '1 tag' : `${count(tagCount)} tags`,
    updatedAt && formatAge(updatedAt),
  ].filter((fact) => fact !== undefined);
  item.id = `remote ${config.registry} ${name}`;
  item.description = facts.join(' · ');
  item.tooltip = [name, ...facts].join('\n');
  item.iconPath = new vscode.ThemeIcon('package');
  item.contextValue = filter === undefined ? remoteItems.repository : filtered(remoteItems.repository);
  item.accessibilityInformation = { label: [name, ...facts].join(', ') };
  return item;
}

/**
 * @param local the name of the local image that the tag holds
 * @param scan what is known of the vulnerabilities of what it holds
 */
export function remoteTagItem(
  node: RemoteTagNode,
  local: string | undefined,
  scan: ScanSummary | undefined,
): vscode.TreeItem {
  const { config, reference, item: tag } = node;
  const item = new vscode.TreeItem(tag.name, vscode.TreeItemCollapsibleState.None);
  const facts = [
    local === undefined ? undefined : `= ${local} here`,
    tag.digest === undefined ? undefined : plainText(tag.digest, 80).replace(/^(\w+:\w{8})\w*$/u, '$1'),
    scan && worstWords(scan.counts),
    tag.sizeBytes === undefined ? undefined : formatBytes(tag.sizeBytes),
    tag.pushedAt && formatAge(tag.pushedAt),
    tag.platforms && tag.platforms.length > 0 ? platformWords(tag.platforms) : undefined,
  ].filter((fact) => fact !== undefined);
  item.id = `remote tag ${config.registry} ${reference}`;
  item.description = facts.join(' · ');
  // One that is not there is asked for when somebody points at the row.
  if (isTold(tag)) item.tooltip = tagTooltip(node, undefined, local, scan);
  item.iconPath = new vscode.ThemeIcon(local === undefined ? 'tag' : 'check');
  item.contextValue = remoteItems.tag;
  item.accessibilityInformation = { label: [reference, ...facts].join(', ') };
  return item;
}

export function endItem(node: EndNode): vscode.TreeItem {
  const item = new vscode.TreeItem(endLabel(node), vscode.TreeItemCollapsibleState.None);
  item.id = `${node.kind} ${listKey(node.owner)}`;
  switch (node.kind) {
    case 'empty':
      return item;
    case 'searched':
      item.iconPath = new vscode.ThemeIcon('filter');
      return item;
    case 'more':
      item.iconPath = new vscode.ThemeIcon('ellipsis');
      item.command = { command: commandIds.loadMore, title: 'Load More', arguments: [node] };
      return item;
    case 'failed':
      item.iconPath = new vscode.ThemeIcon(node.signIn ? 'lock' : 'warning');
      item.command = node.signIn
        ? { command: commandIds.signIn, title: 'Sign In…', arguments: [node] }
        : { command: commandIds.tryAgain, title: 'Try Again', arguments: [node] };
      item.contextValue = node.signIn ? remoteItems.refused : remoteItems.failed;
      item.accessibilityInformation = { label: plainText(node.message, 500) };
      item.tooltip = `${plainText(node.message, 500)}\nClick to ${node.signIn ? 'sign in' : 'try again'}.`;
      return item;
  }
}

/** As it stands in a row's description. */
export function filterWords(filter: string): string {
  return `filter “${plainText(filter, 80)}”`;
}

function endLabel(node: EndNode): string {
  switch (node.kind) {
    case 'more':
      return `Load more (${soFar(node)})`;
    case 'searched':
      return `${count(node.looked.matches)} of ${names(node.looked.names)} match`;
    case 'failed':
      return plainText(withoutHost(node), 200);
    case 'empty':
      return node.owner.kind === 'registry' ? 'No repositories' : 'No tags';
  }
}

/** The host stands a row or two above, and the end of a row is what is cut off. */
function withoutHost({ config, message }: Extract<EndNode, { kind: 'failed' }>): string {
  const host = `${parseRegistryKey(config.registry).registry} `;
  if (!message.startsWith(host)) return message;
  const words = message.slice(host.length);
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

function soFar({ count: shown, total, looked }: Extract<EndNode, { kind: 'more' }>): string {
  if (looked && total === undefined) return `${count(looked.matches)} of ${names(looked.names)} looked at match`;
  if (looked) return `${count(shown)} of ${count(looked.matches)} that match`;
  return total === undefined ? `${count(shown)} so far` : `${count(shown)} of ${count(total)}`;
}

function names(number: number): string {
  return number === 1 ? '1 name' : `${count(number)} names`;
}

function count(number: number): string {
  return number.toLocaleString('en');
}
