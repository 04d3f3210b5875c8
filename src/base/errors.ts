/** Who failed. `policy` means that nothing was sent. */
export type Side = 'engine' | 'registry' | 'credentials' | 'reference' | 'policy';

/**
 * A failure that a user can be told about: which side failed, with a code that scripts can rely on
 * (the list is in docs/scripting.md). The message is plain text in whole sentences; the native error is the `cause`.
 */
export class SidedError extends Error {
  override readonly name: string = 'SidedError';
  readonly side: Side;
  readonly code: string;

  constructor(side: Side, code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.side = side;
    this.code = code;
  }
}

/** The user, or the caller's AbortSignal, stopped what was being done. It is an answer, not a failure. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';

  constructor(what = 'Cancelled.') {
    super(what);
  }
}

/**
 * Waits for a promise no longer than until the signal aborts; the work behind it goes on.
 *
 * @throws CancelledError once the signal aborts, and what the promise rejects with
 */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  const over = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const stop = (): void => reject(new CancelledError());
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true, signal: over.signal });
  });
  return Promise.race([promise, aborted]).finally(() => over.abort());
}

/** For a log: where what nobody foresaw was thrown, with what it says. */
export function stackOf(error: unknown): string {
  const message = messageOf(error);
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack.includes(message) ? stack : `${message} ${stack}`.trim();
}

/** The words of anything that was thrown, for a log or as the end of a sentence. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '' && error.errors.length > 0) {
    // Node reports a failed connection to a name with several addresses this way, with an empty message.
    return error.errors.map(messageOf).join('; ');
  }
  if (error instanceof Error) return error.message || error.name;
  return String(error);
}

/** The registry wants a sign-in, or a newer one. */
const signInCodes = new Set(['unauthorized', 'token-expired']);

/** Whether a failed push says that who pushes must sign in first, or again. The code is that of its error. */
export function needsSignIn(code: string): boolean {
  return signInCodes.has(code);
}

/** What gives the credential failed. */
const sourceCodes = new Set(['credential-helper-failed', 'machine-sign-in-failed']);

/** Whether another sign-in may mend it: also where this one may not push, or what gives it failed. */
export function isOfSignIn(code: string): boolean {
  return needsSignIn(code) || code === 'denied' || sourceFailed(code);
}

/** Whether what was to give the credential failed: Docker's helper, or a sign-in of this machine. */
export function sourceFailed(code: string): boolean {
  return sourceCodes.has(code);
}
