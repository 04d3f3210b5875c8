import * as vscode from 'vscode';
import { plainText, SidedError } from '../../base/index.ts';
import type { PushRecord } from '../../push/index.ts';
import { resultWords } from '../push-words.ts';
import type { PushOrder } from '../push-order.ts';
import type { LivePush, PushesModel } from '../pushes-model.ts';
import { formatAge } from '../quantities.ts';
import type { PushLogs } from './push-logs.ts';

type Pushes = Pick<PushesModel, 'live' | 'past' | 'find' | 'load' | 'clear'>;

/** “Cancel Push”: stops one that runs or waits. Takes a row of Pushes, `{id}`, or asks. */
export async function cancelPush(pushes: Pushes, argument: unknown): Promise<void> {
  const id = idIn(argument) ?? (await askPush('Cancel Push', pushes.live.map(liveRow)));
  if (id === undefined) return;
  const push = pushes.live.find((live) => live.id === id);
  if (!push) throw invalid(`${id} does not run in this window`);
  push.cancel();
}

/** What “Retry” pushes: the image that was pushed, to the target where it did not arrive. Undefined when it was closed. */
export async function orderToRetry(pushes: Pushes, argument: unknown): Promise<PushOrder | undefined> {
  await pushes.load();
  const ended = pushes.past.filter(({ result }) => result && result.outcome !== 'pushed');
  const id = idIn(argument) ?? (await askPush('Retry Push', ended.map(recordRow)));
  if (id === undefined) return undefined;
  const record = pushes.past.find((one) => one.id === id);
  if (!record?.result) throw invalid(`${id} is no push that has ended`);
  return orderOf(record);
}

/** What “Push Again” pushes for a row: what the image's name stands for now. */
export async function orderAgain(pushes: Pushes, argument: unknown): Promise<PushOrder | undefined> {
  const id = idIn(argument);
  if (id === undefined) return undefined;
  await pushes.load();
  const record = pushes.past.find((one) => one.id === id);
  if (!record) throw invalid(`${id} is not in the history`);
  return { ...orderOf(record), image: { name: record.image.name } };
}

/** “Show Log of Push”: what the log says of one push, and nothing of the others. */
export async function showPushLog(pushes: Pushes, logs: Pick<PushLogs, 'show'>, argument: unknown): Promise<void> {
  await pushes.load();
  const rows = [...pushes.live.map(liveRow), ...pushes.past.map(recordRow)];
  const id = idIn(argument) ?? (await askPush('Show Log of Push', rows));
  if (id === undefined) return;
  if (!pushes.find(id)) throw invalid(`${id} is no push that is known here`);
  await logs.show(id);
}

/** “Clear Pushes”: forgets what has ended, after a question. */
export async function clearPushes(pushes: Pushes): Promise<void> {
  const clear = 'Clear';
  const detail =
    'What was pushed stays at its registry. Without its history, this extension does not know which tags were pushed from here, and asks before it replaces them.';
  const answer = await vscode.window.showWarningMessage(
    'Forget the pushes that have ended?',
    { modal: true, detail },
    clear,
  );
  if (answer === clear) await pushes.clear();
}

function orderOf({ image, overwrite, platform, target }: PushRecord): PushOrder {
  const { name, id } = image;
  return {
    image: { name, ...(id !== undefined && { id }) },
    targets: [target],
    ...(platform !== undefined && { platform }),
    ...(overwrite && { overwrite }),
  };
}

interface PushRow extends vscode.QuickPickItem {
  readonly id: string;
}

function liveRow({ id, image, phase, target }: LivePush): PushRow {
  return { id, label: target, description: `${image} · ${phase === 'queued' ? 'waits its turn' : 'runs'}` };
}

function recordRow({ at, id, image, result, target }: PushRecord): PushRow {
  const detail = result && { detail: plainText(resultWords(result), 400) };
  return { id, label: target, description: `${image.name} · ${formatAge(new Date(at))}`, ...detail };
}

async function askPush(title: string, rows: readonly PushRow[]): Promise<string | undefined> {
  if (rows.length === 0) {
    void vscode.window.showInformationMessage(`${title}: there is none.`);
    return undefined;
  }
  return (await vscode.window.showQuickPick(rows, { title, placeHolder: 'Which push?', ignoreFocusOut: true }))?.id;
}

/** @throws SidedError (`reference`) for what is neither a row, nor `{id}`, nor nothing */
function idIn(argument: unknown): string | undefined {
  if (argument === undefined || argument === null) return undefined;
  const { id } = argument as { id?: unknown };
  if (typeof id === 'string') return id;
  throw invalid('“id” takes the id of a push, as in its result');
}

function invalid(what: string): SidedError {
  return new SidedError('reference', 'argument-invalid', `This is not a push: ${what}.`);
}
