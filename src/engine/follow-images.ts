import { CancelledError, type Clock } from '../base/index.ts';
import { EngineError } from './engine-error.ts';
import type { ImageEvent, ImageWatcher } from './image-event.ts';

export interface FollowOptions {
  readonly onEvent: (event: ImageEvent) => void;
  /** Events are received for the first time: what is listed from now on misses nothing. */
  readonly onConnected?: () => void;
  /** The connection is back: events were missed, so list anew. */
  readonly onReconnected: () => void;
  /** The connection is lost; it is tried again after this many milliseconds. */
  readonly onLost?: (error: EngineError | undefined, retryInMilliseconds: number) => void;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const firstWait = 1_000;
const longestWait = 30_000;

/**
 * Follows the images until the signal aborts, which resolves it. A lost connection is tried again after 1 s, 2 s, 4 s …
 * 30 s, without end; a connection that lasted makes the waits start anew.
 *
 * @throws what the watcher throws when there was no connection at all: then nobody is there to come back
 */
export async function followImages(watcher: ImageWatcher, options: FollowOptions): Promise<void> {
  const { clock, signal } = options;
  let wait = firstWait;
  let times = 0;
  let openedAt = Infinity;
  const onOpen = (): void => {
    openedAt = clock.now();
    times += 1;
    if (times > 1) options.onReconnected();
    else options.onConnected?.();
  };
  for (;;) {
    openedAt = Infinity;
    let failure: EngineError | undefined;
    try {
      for await (const event of watcher.watchImages({ signal, onOpen })) options.onEvent(event);
    } catch (error) {
      if (signal.aborted || error instanceof CancelledError) return;
      if (times === 0 || !(error instanceof EngineError)) throw error;
      failure = error;
    }
    if (signal.aborted) return;
    if (clock.now() - openedAt >= longestWait) wait = firstWait;
    options.onLost?.(failure, wait);
    try {
      await clock.sleep(wait, signal);
    } catch {
      return;
    }
    wait = Math.min(wait * 2, longestWait);
  }
}
