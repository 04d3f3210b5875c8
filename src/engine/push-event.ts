import type { AuthConfig } from '../credentials/index.ts';
import type { TaggedReference } from '../reference/index.ts';

export type LayerState =
  'waiting' | 'preparing' | 'pushing' | 'retrying' | 'pushed' | 'exists' | 'mounted' | 'skipped' | 'unavailable';

/** What a layer's row says. `id` is the engine's short id: of the uncompressed layer (classic) or the compressed one. */
export interface LayerEvent {
  readonly type: 'layer';
  readonly id: string;
  readonly state: LayerState;
  /** Bytes sent, in the engine's unit (classic: uncompressed). May exceed `total` and may go back. */
  readonly current?: number;
  readonly total?: number;
  /** The repository that a mounted layer comes from. */
  readonly from?: string;
  readonly retryInSeconds?: number;
}

/** The engine's claim that the tag is at the registry with this digest. `size` is the manifest's, Podman's is not exact. */
export interface DigestEvent {
  readonly type: 'digest';
  readonly tag: string;
  readonly digest: string;
  readonly size?: number;
}

export interface WarningEvent {
  readonly type: 'warning';
  readonly code: 'manifest-pushed-instead-of-index' | 'content-missing';
  readonly message: string;
  /** The digest of what was meant to be pushed (the index), or of what is missing. */
  readonly originalDigest?: string;
  /** The digest of the manifest that is pushed instead. */
  readonly selectedDigest?: string;
}

/** The push failed. `message` is the engine's own words, uncleaned. */
export interface ErrorEvent {
  readonly type: 'error';
  readonly message: string;
  readonly code?: number;
}

export type PushStreamEvent =
  | LayerEvent
  | DigestEvent
  | WarningEvent
  | ErrorEvent
  /** Any other status: text to show, uncleaned, with no meaning for the outcome. */
  | { readonly type: 'message'; readonly text: string }
  /** A line that is not JSON, or longer than the cap: skipped. */
  | { readonly type: 'damaged'; readonly bytes: number };

export interface PushOptions {
  /** Sent as X-Registry-Auth; without it the push is anonymous. */
  readonly auth?: AuthConfig;
  /** `os/arch[/variant]`. Refused where the engine would ignore it. */
  readonly platform?: string;
  readonly signal?: AbortSignal;
}

export interface ImagePusher {
  /**
   * Pushes this tag alone. The request is sent when the iteration starts; leaving it, or aborting, closes the request,
   * which asks the engine to stop and settles nothing: only the registry knows whether the tag arrived.
   * Ends normally when the engine ended its answer; throws EngineError (`engine-lost` for an answer cut short,
   * `engine-refused`, `engine-image-missing` …), or CancelledError once aborted. A failure that the engine reports
   * within its answer is an event, not a throw.
   */
  pushImage(target: TaggedReference, options: PushOptions): AsyncIterable<PushStreamEvent>;
}
