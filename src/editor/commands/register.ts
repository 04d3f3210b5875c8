import * as vscode from 'vscode';
import { CancelledError, type Disposable, DisposableStore, type Log, messageOf, SidedError } from '../../base/index.ts';
import type { CommandHandler } from './handlers.ts';

/**
 * Registers a handler for every command. An error is shown by the editor, which shows what a command rejects with: once,
 * with our words. What nobody foresaw goes to the log with its stack; a cancel is an answer, not an error.
 */
export function registerCommands(log: Log, handlers: Readonly<Record<string, CommandHandler>>): Disposable {
  const store = new DisposableStore();
  for (const [id, handler] of Object.entries(handlers)) {
    store.add(vscode.commands.registerCommand(id, (...args: unknown[]) => run(id, handler, args, log)));
  }
  return store;
}

async function run(id: string, handler: CommandHandler, [argument, selection]: unknown[], log: Log): Promise<unknown> {
  try {
    return await handler(argument, selection);
  } catch (error) {
    if (error instanceof CancelledError) return undefined;
    const unforeseen = error instanceof Error && !(error instanceof SidedError);
    log.error(`${id}: ${unforeseen ? (error.stack ?? error.message) : messageOf(error)}`);
    throw error;
  }
}
