import * as vscode from 'vscode';
import {
  CancelledError,
  type Disposable,
  DisposableStore,
  type Log,
  messageOf,
  plainText,
  SidedError,
  stackOf,
} from '../base/index.ts';
import type { CommandHandler } from './commands/handlers.ts';
import { type CommandId, commandIds } from './ids.ts';
import { isPersonsCall } from './persons-call.ts';

/**
 * Registers every command; what it does is loaded when it is called. An error is told once: to a person with what helps, to a script by rejecting,
 * which the editor shows where nobody catches it. What nobody foresaw goes to the log with its stack; a cancel is an
 * answer, not an error.
 */
export function registerCommands(log: Log, handlerOf: (id: CommandId) => Promise<CommandHandler>): Disposable {
  const store = new DisposableStore();
  for (const id of Object.values(commandIds))
    store.add(vscode.commands.registerCommand(id, (...args: unknown[]) => run(id, handlerOf, args, log)));
  return store;
}

async function run(
  id: CommandId,
  handlerOf: (id: CommandId) => Promise<CommandHandler>,
  args: unknown[],
  log: Log,
): Promise<unknown> {
  const [argument, selection] = args;
  try {
    if (isLostRow(args)) throw new SidedError('reference', 'argument-invalid', lostRow);
    return await (
      await handlerOf(id)
    )(argument, selection);
  } catch (error) {
    if (error instanceof CancelledError) return undefined;
    const unforeseen = error instanceof Error && !(error instanceof SidedError);
    log.error(`${id}: ${unforeseen ? stackOf(error) : messageOf(error)}`);
    if (!isPersonsCall(argument)) throw error;
    // The command has ended; the notification may stay for hours.
    void tell(error);
    return undefined;
  }
}

const lostRow = 'The list changed at that moment, and VS Code did not say which row was meant. Choose it again.';

/**
 * Whether it was chosen in the menu of a row that the editor does not know any more, as while it draws all rows anew: a
 * menu passes two arguments, the row and those that are selected. Without the row some commands would take another
 * image, such as the one that was pushed last.
 */
function isLostRow([argument, ...others]: readonly unknown[]): boolean {
  return others.length > 0 && (argument === undefined || argument === null);
}

async function tell(error: unknown): Promise<void> {
  const selectEngine = 'Select Engine';
  const showLog = 'Show Log';
  const buttons = error instanceof SidedError && error.side === 'engine' ? [selectEngine, showLog] : [showLog];
  const chosen = await vscode.window.showErrorMessage(plainText(messageOf(error)), ...buttons);
  if (chosen === selectEngine) await vscode.commands.executeCommand(commandIds.selectEngine);
  if (chosen === showLog) await vscode.commands.executeCommand(commandIds.showOutput);
}
