import * as vscode from 'vscode';
import { CancelledError, type Disposable, type Log, messageOf, SidedError } from '../../base/index.ts';
import type { CommandId } from '../ids.ts';

/**
 * Registers a command. An error is shown by the editor, which shows what a command rejects with: once, with our words.
 * What nobody foresaw goes to the log with its stack; a cancel is an answer, not an error.
 */
export function registerCommand(id: CommandId, log: Log, handler: (argument: unknown) => unknown): Disposable {
  return vscode.commands.registerCommand(id, async (argument: unknown) => {
    try {
      return await handler(argument);
    } catch (error) {
      if (error instanceof CancelledError) return undefined;
      const unforeseen = error instanceof Error && !(error instanceof SidedError);
      log.error(`${id}: ${unforeseen ? (error.stack ?? error.message) : messageOf(error)}`);
      throw error;
    }
  });
}
