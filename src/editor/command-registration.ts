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
import { isLostRow, type Menus } from './lost-row.ts';
import { isPersonsCall } from './persons-call.ts';

/** What the extension brings that commands are chosen from. */
export interface Contributions {
  readonly menus: Menus;
}

/**
 * Registers every command; what it does is loaded when it is called. An error is told once: to a person with what helps,
 * to a script by rejecting, which the editor shows where nobody catches it. What nobody foresaw goes to the log with its
 * stack; a cancel is an answer, not an error.
 */
export function registerCommands(
  { menus }: Contributions,
  log: Log,
  handlerOf: (id: CommandId) => Promise<CommandHandler>,
): Disposable {
  const store = new DisposableStore();
  const run = async (id: CommandId, args: readonly unknown[]): Promise<unknown> => {
    // Without its row some would take another image, such as the one that was pushed last.
    if (isLostRow(id, args, menus)) throw new SidedError('reference', 'argument-invalid', lostRow);
    const [argument, selection] = args;
    return (await handlerOf(id))(argument, selection);
  };
  for (const id of Object.values(commandIds))
    store.add(vscode.commands.registerCommand(id, (...args: unknown[]) => told(id, log, args, () => run(id, args))));
  return store;
}

const lostRow = 'The list changed at that moment, and VS Code did not say which row was meant. Choose it again.';

/** Tells of the error, if there is one. */
async function told(
  id: CommandId,
  log: Log,
  [argument]: readonly unknown[],
  run: () => Promise<unknown>,
): Promise<unknown> {
  try {
    return await run();
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

async function tell(error: unknown): Promise<void> {
  const selectEngine = 'Select Engine';
  const showLog = 'Show Log';
  const buttons = error instanceof SidedError && error.side === 'engine' ? [selectEngine, showLog] : [showLog];
  const chosen = await vscode.window.showErrorMessage(plainText(messageOf(error)), ...buttons);
  if (chosen === selectEngine) await vscode.commands.executeCommand(commandIds.selectEngine);
  if (chosen === showLog) await vscode.commands.executeCommand(commandIds.showOutput);
}
