import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { CancelledError, type Clock, type Log, systemClock } from '../base/index.ts';
import { processFailures, runProcessAtHome } from './credential-process.ts';
import { Requests } from './requests.ts';

export interface SessionOptions {
  /** As `docker-push/1.0`. */
  readonly userAgent: string;
  readonly log: Log;
  /** For one request; 10 seconds when absent. */
  readonly timeoutMs?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** A request that failed in passing is sent again, so that there are as many in all. */
const maxAttempts = 3;

/** What the clients of all services have in common. */
export interface Session {
  readonly credentials: ReturnType<typeof defaultProvider>;
  readonly requestHandler: Requests;
  readonly maxAttempts: number;
  readonly customUserAgent: [string, string?][];
  readonly logger: SdkLogger;
}

interface SdkLogger {
  readonly trace: (...words: unknown[]) => void;
  readonly debug: (...words: unknown[]) => void;
  readonly info: (...words: unknown[]) => void;
  readonly warn: (...words: unknown[]) => void;
  readonly error: (...words: unknown[]) => void;
}

/**
 * Who is signed in to AWS on this machine, as the SDK's default chain finds it: the environment, the shared files with
 * their profiles and SSO, a container's or an instance's role. Nothing is looked for before a request.
 */
export function startSession(options: SessionOptions): Session {
  const { userAgent, log, timeoutMs = 10_000, clock = systemClock } = options;
  runProcessAtHome();
  const requestHandler = new Requests(clock, timeoutMs);
  const logger = quiet(log);
  const [name = '', version] = userAgent.split('/');
  return {
    // The files are read anew: `aws sso login` and its like write to them while the editor runs. SSO and STS are asked as
    // everything else is.
    credentials: defaultProvider({ ignoreCache: true, logger, clientConfig: { requestHandler, maxAttempts, logger } }),
    requestHandler,
    maxAttempts,
    customUserAgent: [version === undefined ? [name] : [name, version]],
    logger,
  };
}

/** The SDK logs whole requests and answers, tokens among them: only its warnings are let through. */
function quiet(log: Log): SdkLogger {
  const none = (): void => undefined;
  const warn = (words: unknown): void => {
    if (typeof words === 'string') log.warn(words.slice(0, 300));
  };
  return { trace: none, debug: none, info: none, warn, error: none };
}

/**
 * A verb's answer. The SDK heeds the signal only while a request is under way, and not while it looks for credentials or
 * waits before it tries again.
 *
 * @throws CancelledError; else the SDK's own error, or one named `CredentialProcessError`
 */
export async function answerOf<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal?.aborted) throw new CancelledError();
  const failuresBefore = processFailures();
  const over = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(new CancelledError()), { signal: over.signal });
  });
  try {
    return await Promise.race([work(), aborted]);
  } catch (error) {
    const isBare = error instanceof Error && error.name === 'CredentialsProviderError';
    if (!isBare || processFailures() === failuresBefore) throw error;
    const cause = { cause: error };
    throw Object.assign(new Error('credential_process failed', cause), { name: 'CredentialProcessError' });
  } finally {
    over.abort();
  }
}
