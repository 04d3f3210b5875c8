import { SidedError } from '../base/index.ts';

export type EngineErrorCode =
  /** No connection came about; `reason` says why. */
  | 'engine-unreachable'
  /** The connection broke while the engine was answering: what it did is unknown. */
  | 'engine-lost'
  /** A Docker context is named that does not exist or is broken. */
  | 'engine-context-missing'
  /** An address or its certificates cannot be used. */
  | 'engine-endpoint-invalid'
  /** The Docker CLI's config.json cannot be read. */
  | 'engine-config-invalid'
  | 'engine-image-missing'
  /** The engine answered with an HTTP error; `status` and `words` say which. */
  | 'engine-refused'
  /** The engine would ignore the platform asked for. */
  | 'engine-platform-unsupported'
  /** What answers is not an engine, or one that speaks otherwise. */
  | 'engine-protocol';

export type UnreachableReason =
  'no-socket' | 'refused' | 'permission' | 'unknown-host' | 'no-route' | 'timeout' | 'tls' | 'ssh' | 'other';

export interface EngineErrorDetails {
  readonly reason?: UnreachableReason;
  readonly status?: number;
  readonly words?: string;
  readonly cause?: unknown;
}

/** The engine, or the way to it, failed. The message is whole sentences: what happened, then what helps. */
export class EngineError extends SidedError {
  // Written out: a bundle's short class names would show in logs.
  override readonly name = 'EngineError';
  declare readonly code: EngineErrorCode;
  readonly reason: UnreachableReason | undefined;
  /** The HTTP status of the engine's answer. */
  readonly status: number | undefined;
  /** The engine's own words, uncleaned: for the log, through `redacted`. */
  readonly words: string | undefined;

  constructor(code: EngineErrorCode, message: string, details: EngineErrorDetails = {}) {
    super('engine', code, message, 'cause' in details ? { cause: details.cause } : undefined);
    this.reason = details.reason;
    this.status = details.status;
    this.words = details.words;
  }
}
