import * as vscode from 'vscode';
import { plainText } from '../../base/index.ts';
import type { LayerRow, PushRecord, PushResult } from '../../push/index.ts';
import { pushItems } from '../ids.ts';
import { layerWords, progressWords, resultWords, shortDigest } from '../push-words.ts';
import type { LivePush } from '../pushes-model.ts';
import { formatAge, formatBytes, formatDuration } from '../quantities.ts';
import type { LayerNode, PushRowNode } from './push-nodes.ts';

/** What the editor shows of it. */
export function pushItem({ now }: PushRowNode): vscode.TreeItem {
  return now.kind === 'live' ? livePushItem(now.push) : recordItem(now.record);
}

function livePushItem(push: LivePush): vscode.TreeItem {
  const isRunning = push.phase !== 'queued';
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(push.target, isRunning ? Collapsed : None);
  const words = wordsOf(push);
  item.id = `push ${push.id}`;
  item.description = words;
  item.tooltip = [push.target, words, `Image: ${plainText(push.image, 200)}`].join('\n');
  item.iconPath = new vscode.ThemeIcon(isRunning ? 'sync' : 'clock');
  item.contextValue = push.phase === 'cancelling' ? pushItems.cancelling : pushItems.live;
  item.accessibilityInformation = { label: `${push.target}, ${words}` };
  return item;
}

function wordsOf({ phase, progress, waitsFor }: LivePush): string {
  switch (phase) {
    case 'queued':
      return waitsFor ? `waits for ${waitsFor}’s push` : 'waits its turn';
    case 'cancelling':
      return 'Cancelling…';
    case 'running':
      return progress ? progressWords(progress) : 'the engine is at work…';
  }
}

export function layerItem({ push, layer }: LayerNode): vscode.TreeItem {
  const item = new vscode.TreeItem(plainText(layer.id, 80), vscode.TreeItemCollapsibleState.None);
  const { sentBytes, state, totalBytes } = layer;
  const size = totalBytes === undefined ? undefined : formatBytes(totalBytes);
  const bytes = state === 'sending' && size !== undefined ? `${formatBytes(sentBytes ?? 0)} of ${size}` : size;
  const words = [stateWords[state], bytes].filter((word) => word !== undefined).join(' · ');
  item.id = `push ${push} ${layer.id}`;
  item.description = words;
  item.iconPath = new vscode.ThemeIcon(icons[state]);
  item.accessibilityInformation = { label: `Layer ${plainText(layer.id, 80)}, ${words}` };
  return item;
}

function recordItem(record: PushRecord): vscode.TreeItem {
  const { account, at, image, id, override, result, target } = record;
  const item = new vscode.TreeItem(target, vscode.TreeItemCollapsibleState.None);
  const age = formatAge(new Date(at));
  const facts = [...factsOf(record), age];
  const outcome = result?.outcome ?? 'running';
  item.id = `push ${id}`;
  item.description = facts.join(' · ');
  item.tooltip = [
    target,
    result ? resultWords(result) : undefined,
    `Image: ${image.name}${image.id === undefined ? '' : ` (${shortDigest(image.id)})`}`,
    account === undefined ? undefined : `As ${account}`,
    override === undefined ? undefined : `Pushed although a check would have stopped it: “${override}”`,
    result && layerWords(result),
    new Date(at).toLocaleString(),
  ]
    .filter((line) => line !== undefined)
    .map((line) => plainText(line, 400))
    .join('\n');
  item.iconPath = new vscode.ThemeIcon(outcomeIcons[outcome]);
  item.contextValue = pushItems[outcome];
  item.accessibilityInformation = { label: [`${target}, ${outcome}`, ...facts].join(', ') };
  return item;
}

function factsOf({ phase = 'runs', result }: PushRecord): string[] {
  if (!result) return [`${phase} in another window`];
  switch (result.outcome) {
    case 'pushed': {
      // Of one that was cut off it is not known.
      const duration = result.durationMs > 0 ? [formatDuration(result.durationMs)] : [];
      return [shortDigest(result.digest), ...duration];
    }
    case 'cancelled':
      return ['cancelled'];
    default:
      return [plainText(result.error.message, 200)];
  }
}

const stateWords: Record<LayerRow['state'], string> = {
  waiting: 'waiting',
  sending: 'sending',
  retrying: 'retrying',
  sent: 'sent',
  reused: 'already there',
  skipped: 'not sent',
};
const icons: Record<LayerRow['state'], string> = {
  waiting: 'circle-outline',
  sending: 'arrow-up',
  retrying: 'debug-restart',
  sent: 'check',
  reused: 'pass',
  skipped: 'circle-slash',
};
const outcomeIcons: Record<PushResult['outcome'] | 'running', string> = {
  running: 'sync',
  pushed: 'check',
  failed: 'error',
  cancelled: 'circle-slash',
  unknown: 'question',
};
