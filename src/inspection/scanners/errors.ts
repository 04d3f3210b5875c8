/** What kept a scanner from its report. */
export type ScanErrorCode =
  /** There is none, or it may not be run. */
  | 'scanner-missing'
  /** It says itself that it failed, or was given what it cannot take. */
  | 'scanner-failed'
  /** A signal ended it, or it took too long. */
  | 'scanner-killed'
  /** What it wrote is not a report that is understood. */
  | 'scanner-output';

/**
 * A scanner gave no report. The message is plain text in whole sentences, with the scanner's own last words; the native
 * error is the `cause`.
 */
export class ScanError extends Error {
  override readonly name = 'ScanError';
  readonly code: ScanErrorCode;

  constructor(code: ScanErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
