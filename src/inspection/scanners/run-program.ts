import type { Clock } from '../../base/index.ts';

/** How a scanner is run. */
export interface ScannerRun {
  /** Absolute. */
  readonly program: string;
  readonly args: readonly string[];
  readonly input: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** It is ended after this many milliseconds. */
  readonly limitMs: number;
  /** It is ended when it has written more than this many bytes. */
  readonly outputLimit: number;
  /** How many milliseconds it has to tidy up once it is told to end. */
  readonly graceMs: number;
  /** Is given what it writes to stderr, as it comes. */
  readonly onStderr: (text: string) => void;
  readonly clock: Clock;
}

export type ScannerEnd =
  /** Without a code when a signal ended it. */
  | { readonly kind: 'ended'; readonly code: number | undefined; readonly stdout: string }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'too-much' }
  /** The code is the system's, as EACCES. */
  | { readonly kind: 'not-started'; readonly code: string };

/**
 * Runs a program without a shell; rejects with CancelledError once the signal aborts, when the program and all that it
 * started are gone. The room of credentials has it.
 */
export type RunProgram = (run: ScannerRun, signal?: AbortSignal) => Promise<ScannerEnd>;
