import os from 'node:os';
import { access } from 'node:fs/promises';
import { type Clock, programEnvironment } from '../base/index.ts';
import { findProgram, isOpen } from './program-search.ts';
import { runProgram } from './run-program.ts';

/** Where programs of the user are looked for and run. */
export interface ProgramPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The user's folder. */
  readonly home: string;
  /** The folders that are open, whose programs are not run; asked each time. */
  readonly workspaceFolders: () => readonly string[];
  readonly clock: Clock;
}

export interface ProgramQuestion {
  /** Without any folder. */
  readonly name: string;
  readonly args: readonly string[];
  readonly input?: string;
  /** In milliseconds; when absent, as long as a person needs to type a passphrase. */
  readonly limitMs?: number;
}

/** What it wrote until its end, without a code when a signal ended it; or why not, as the end of “the program …”. */
export type ProgramAnswer =
  | { readonly kind: 'ended'; readonly code: number | undefined; readonly stdout: string }
  | { readonly kind: 'failed'; readonly why: string };

/** It may show a dialog in which a person types a passphrase. */
const usualLimitMs = 60_000;

const outputLimit = 1024 * 1024;

/**
 * Runs a program of PATH, and none of a folder that is open, without a shell; it is killed when it takes too long or says
 * too much.
 *
 * @throws CancelledError when the signal aborts
 */
export async function askProgram(
  { name, args, input = '', limitMs = usualLimitMs }: ProgramQuestion,
  place: ProgramPlace,
  signal?: AbortSignal,
): Promise<ProgramAnswer> {
  const { env, platform, home, clock } = place;
  const workspaceFolders = place.workspaceFolders();
  const found = await findProgram(name, { env, platform, workspaceFolders });
  if (found.kind === 'unusable') return { kind: 'failed', why: found.why };
  const cwd = (await mayRunIn(home, { platform, workspaceFolders })) ? home : os.tmpdir();
  const program = { program: found.path, args, input, cwd, env: programEnvironment(env) };
  const end = await runProgram({ ...program, limitMs, outputLimit, clock }, signal);
  switch (end.kind) {
    case 'ended':
      return end;
    case 'too-long':
      return { kind: 'failed', why: `gave no answer within ${limitMs / 1000} seconds` };
    case 'too-much':
      return { kind: 'failed', why: 'gave an answer that is far too long' };
    case 'not-started':
      return { kind: 'failed', why: `could not be started (${end.code})` };
  }
}

/** Not in a folder that is open, or is not there. */
async function mayRunIn(folder: string, open: Parameters<typeof isOpen>[1]): Promise<boolean> {
  const there = await access(folder).then(
    () => true,
    () => false,
  );
  return there && !(await isOpen(folder, open));
}
