import * as vscode from 'vscode';
import { plainText } from '../../base/index.ts';
import { formatRepository } from '../../reference/index.ts';
import type { Platform } from '../../registry/index.ts';
import { commandIds, remoteItems } from '../ids.ts';
import { formatAge, formatBytes } from '../quantities.ts';
import { type EndNode, listKey, type RemoteRepositoryNode, type RemoteTagNode } from './remote-nodes.ts';

export function repositoryItem({
  config,
  item: { repository, tagCount, updatedAt },
}: RemoteRepositoryNode): vscode.TreeItem {
  const name = formatRepository(repository);
  // The registry's row says the beginning already.
  const label = name.startsWith(`${config.registry}/`) ? name.slice(config.registry.length + 1) : name;
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed);
  const facts = [
    tagCount === undefined ? undefined : tagCount === 1 ? '1 tag' : `${tagCount} tags`,
    updatedAt && formatAge(updatedAt),
  ].filter((fact) => fact !== undefined);
  item.id = `remote ${config.registry} ${name}`;
  item.description = facts.join(' · ');
  item.tooltip = [name, ...facts].join('\n');
  item.iconPath = new vscode.ThemeIcon('package');
  item.contextValue = remoteItems.repository;
  item.accessibilityInformation = { label: [name, ...facts].join(', ') };
  return item;
}

/** @param local the name of the local image that the tag holds */
export function remoteTagItem({ reference, item: tag }: RemoteTagNode, local: string | undefined): vscode.TreeItem {
  const item = new vscode.TreeItem(tag.name, vscode.TreeItemCollapsibleState.None);
  const facts = [
    local === undefined ? undefined : `= ${local} here`,
    tag.digest === undefined ? undefined : plainText(tag.digest, 80).replace(/^(\w+:\w{8})\w*$/u, '$1'),
    tag.sizeBytes === undefined ? undefined : formatBytes(tag.sizeBytes),
    tag.pushedAt && formatAge(tag.pushedAt),
    tag.platforms && tag.platforms.length > 0 ? platformWords(tag.platforms) : undefined,
  ].filter((fact) => fact !== undefined);
  item.id = `remote tag ${reference}`;
  item.description = facts.join(' · ');
  item.tooltip = [reference, tag.digest, ...facts.slice(1)].filter((line) => line !== undefined).join('\n');
  item.iconPath = new vscode.ThemeIcon(local === undefined ? 'tag' : 'check');
  item.contextValue = remoteItems.tag;
  item.accessibilityInformation = { label: [reference, ...facts].join(', ') };
  return item;
}

export function endItem(node: EndNode): vscode.TreeItem {
  const item = new vscode.TreeItem(endLabel(node), vscode.TreeItemCollapsibleState.None);
  item.id = `${node.kind} ${listKey(node.owner)}`;
  if (node.kind === 'empty') return item;
  item.iconPath = new vscode.ThemeIcon(node.kind === 'more' ? 'ellipsis' : 'warning');
  item.command = { command: commandIds.loadMore, title: 'Load More', arguments: [node] };
  if (node.kind === 'failed') item.tooltip = `${plainText(node.message, 500)}\nClick to try again.`;
  return item;
}

function endLabel(node: EndNode): string {
  switch (node.kind) {
    case 'more':
      return `Load more (${node.count} so far)`;
    case 'failed':
      return plainText(node.message, 200);
    case 'empty':
      return node.owner.kind === 'registry' ? 'No repositories' : 'No tags';
  }
}

function platformWords(platforms: readonly Platform[]): string {
  return platforms
    .map(({ os, architecture, variant }) => [os, architecture, variant].filter((part) => part).join('/'))
    .map((platform) => plainText(platform, 40))
    .join(', ');
}
