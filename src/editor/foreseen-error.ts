import { messageOf, SidedError, stackOf } from '../base/index.ts';

/** Whether the error was made to be told. Of rooms that are loaded late only the names of their errors are known. */
export function isForeseen(error: unknown): boolean {
  return error instanceof SidedError || ['InspectionError', 'ScanError'].includes((error as Error).name);
}

/** What kept something from being found out; of what nobody foresaw with the stack. */
export function wordsForLog(error: unknown): string {
  return isForeseen(error) ? messageOf(error) : stackOf(error);
}
