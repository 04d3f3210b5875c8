import { CancelledError } from './errors.ts';

/** Time as the product sees it, so that tests can hold it. */
export interface Clock {
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
  /** Resolves after this many milliseconds; rejects with CancelledError once the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const cancel = (): void => {
        clearTimeout(timer);
        reject(new CancelledError());
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', cancel);
        resolve();
      }, milliseconds);
      if (signal?.aborted) cancel();
      else signal?.addEventListener('abort', cancel, { once: true });
    }),
};

export interface Deadline {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** The caller's. */
  readonly signal: AbortSignal | undefined;
  /** What is thrown when the time is over. */
  readonly expired: () => Error;
}

/**
 * Does the work until it is done, the time is over or the caller cancels, whichever comes first. The work is given a
 * signal that aborts in the last two cases.
 *
 * @throws CancelledError, or what `expired` gives
 */
export async function withDeadline<T>(work: (signal: AbortSignal) => Promise<T>, deadline: Deadline): Promise<T> {
  const { clock, timeoutMs, signal, expired } = deadline;
  if (signal?.aborted) throw new CancelledError();
  const stop = new AbortController();
  const settled = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    const give = (error: Error): void => {
      reject(error);
      stop.abort(error);
    };
    signal?.addEventListener('abort', () => give(new CancelledError()), { once: true, signal: settled.signal });
    clock.sleep(timeoutMs, settled.signal).then(
      () => give(expired()),
      () => undefined,
    );
  });
  try {
    return await Promise.race([stopped, work(stop.signal)]);
  } finally {
    settled.abort();
  }
}
