import type { Clock } from '../base/index.ts';
import { codeOf } from './connection-errors.ts';
import { RegistryError } from './errors.ts';

export interface Patience {
  readonly clock: Clock;
  /** How often it is tried again at most. */
  readonly retries: number;
  /** The clock's time at which all must be over. */
  readonly until: number;
}

const firstWaitMs = 500;

/**
 * Does the work, and again where it failed in passing: after half a second, one, two and so on, or as long as the
 * registry asks to wait. A wait that would outlast the time is not begun; then, and at the end, the failure is thrown.
 */
export async function retrying<T>(
  work: () => Promise<T>,
  { clock, retries, until }: Patience,
  signal: AbortSignal,
): Promise<T> {
  for (let count = 0; ; count += 1) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || count >= retries || !(error instanceof RegistryError) || !mayPass(error)) throw error;
      const waitMs = error.retryAfterMs ?? firstWaitMs * 2 ** count;
      if (clock.now() + waitMs >= until) throw error;
      await clock.sleep(waitMs, signal);
    }
  }
}

/** Connections that broke, which the next may not. Where nothing listens, or a name is not known, that is the answer. */
const broken = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN']);
/** With these the request was not even begun, so that it may be sent again whatever it was. */
const untouched = new Set([429, 503]);

function mayPass({ temporary, method, status, cause }: RegistryError): boolean {
  if (!temporary) return false;
  // What began something may have done so, though its answer was lost.
  if (method === 'POST') return status !== undefined && untouched.has(status);
  return status !== undefined || broken.has(codeOf(cause));
}
