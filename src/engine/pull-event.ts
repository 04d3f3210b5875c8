import type { TaggedReference } from '../reference/index.ts';
import type { PushOptions } from './push-event.ts';

export type PullState = 'waiting' | 'downloading' | 'downloaded' | 'extracting' | 'done' | 'exists' | 'retrying';

export type PullStreamEvent =
  /** What a layer's row says, by the engine's short id. `current` and `total` are compressed bytes while downloading. */
  | {
      readonly type: 'layer';
      readonly id: string;
      readonly state: PullState;
      readonly current?: number;
      readonly total?: number;
    }
  /** The digest of what the tag points at. */
  | { readonly type: 'digest'; readonly digest: string }
  /** The engine's own words, uncleaned. */
  | { readonly type: 'error'; readonly message: string }
  | { readonly type: 'message'; readonly text: string }
  /** A line that is not JSON, or longer than the cap: skipped. */
  | { readonly type: 'damaged'; readonly bytes: number };

export interface ImagePuller {
  /**
   * Pulls this tag alone. The request is sent when the iteration starts; leaving it, or aborting, closes the request, and
   * the engine stops. A failure that the engine reports within its answer is an event; else it throws EngineError, or
   * CancelledError once aborted.
   */
  pullImage(source: TaggedReference, options: PushOptions): AsyncIterable<PullStreamEvent>;
}
