import { CancelledError, type Clock, type Disposable, type Log, messageOf, SidedError } from '../base/index.ts';
import type { ChosenEndpoint, LocalImage } from '../engine/index.ts';
import type { Connection, EngineSession } from './engine-session.ts';

export type ImagesState =
  /** Nobody has looked yet. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'ready'; readonly connection: Connection; readonly images: readonly LocalImage[] }
  | { readonly kind: 'no-engine'; readonly error: unknown; readonly chosen: ChosenEndpoint | undefined };

/** Images come and go in bursts, as during a build: one list serves all events of this many milliseconds. */
const burstMs = 250;
/** After an engine was lost or gave a sign of life it may need a moment; then only a new sign counts. */
const attemptsMs = [300, 700, 1_500, 3_000, 6_000];

/**
 * The local images, kept current by the engine's own events while somebody looks. An engine that is lost is sought a
 * few times, then again whenever there is a sign of it.
 */
export class ImagesModel implements Disposable {
  readonly #session: EngineSession;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #changed: (state: ImagesState) => void;
  #state: ImagesState = { kind: 'idle' };
  #looking: AbortController | undefined;
  #sign: (() => void) | undefined;
  #following: AbortController | undefined;
  #lists = 0;
  #settle: () => void = () => undefined;
  readonly #settled = new Promise<void>((resolve) => (this.#settle = resolve));

  constructor(session: EngineSession, clock: Clock, log: Log, changed: (state: ImagesState) => void) {
    this.#session = session;
    this.#clock = clock;
    this.#log = log;
    this.#changed = changed;
  }

  get state(): ImagesState {
    return this.#state;
  }

  /** The state once there is one, so that a view need not flicker at the start. */
  async settled(): Promise<ImagesState> {
    await this.#settled;
    return this.#state;
  }

  /** Starts to look, or stops: without a look at it, nothing is asked of an engine. */
  look(wanted: boolean): void {
    if (wanted === (this.#looking !== undefined)) return;
    if (wanted) {
      this.#looking = new AbortController();
      void this.#run(this.#looking.signal);
    } else {
      this.#looking?.abort();
      this.#looking = undefined;
    }
  }

  /** There may be an engine again, or another one. */
  async sign(): Promise<void> {
    if (this.#sign) this.#sign();
    else if (this.#following && (await this.#session.changed())) this.restart();
  }

  /** Connects anew: the user asked, or another engine was chosen. */
  restart(): void {
    // First the abort: what is followed then ends as given up, not as lost.
    this.#following?.abort();
    this.#session.reset();
    this.#sign?.();
  }

  /** Lists again. Without an engine, looks for one. */
  async refresh(): Promise<void> {
    if (this.#state.kind === 'ready') await this.#list(this.#state.connection);
    else this.restart();
  }

  dispose(): void {
    this.look(false);
  }

  async #run(signal: AbortSignal): Promise<void> {
    let attempt = attemptsMs.length;
    while (!signal.aborted) {
      try {
        await this.#follow(signal, () => (attempt = 0));
      } catch (error) {
        // Given up for another engine, or because nobody looks any more.
        if (error instanceof CancelledError) continue;
        this.#session.reset();
        this.#set({ kind: 'no-engine', error, chosen: this.#session.chosen });
        this.#log.warn(`no engine: ${messageOf(error)}`);
      }
      const wait = attemptsMs[attempt];
      attempt += 1;
      // A sign starts the attempts anew; when they are used up, only a sign goes on.
      if (await this.#pause(wait, signal)) attempt = 0;
    }
  }

  /** Follows one connection until it is lost (throws), or is to be given up for another (throws CancelledError). */
  async #follow(signal: AbortSignal, opened: () => void): Promise<void> {
    const connection = await this.#session.connect();
    const following = new AbortController();
    this.#following = following;
    const watchSignal = AbortSignal.any([signal, following.signal]);
    let pending: Promise<void> | undefined;
    try {
      const onOpen = (): void => {
        opened();
        void this.#list(connection);
      };
      for await (const event of connection.engine.watchImages({ signal: watchSignal, onOpen })) {
        this.#log.trace(`engine event: ${event.action} ${event.reference ?? event.imageId ?? ''}`);
        pending ??= this.#clock
          .sleep(burstMs, watchSignal)
          .then(() => this.#list(connection))
          .catch(() => undefined)
          .finally(() => (pending = undefined));
      }
    } finally {
      this.#following = undefined;
    }
  }

  async #list(connection: Connection): Promise<void> {
    const turn = ++this.#lists;
    try {
      const images = await connection.engine.listImages();
      // Of two lists under way the later one is right.
      if (turn === this.#lists) this.#set({ kind: 'ready', connection, images });
    } catch (error) {
      this.#log.warn(`the images could not be listed: ${messageOf(error)}`);
      if (turn === this.#lists && this.#state.kind !== 'ready')
        this.#set({ kind: 'no-engine', error, chosen: this.#session.chosen });
    }
  }

  /** Waits for a sign, or for this long; answers whether it was a sign. Without a time, only a sign ends it. */
  #pause(milliseconds: number | undefined, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (sign: boolean): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        this.#sign = undefined;
        resolve(sign);
      };
      const stop = (): void => end(true);
      const timer = milliseconds === undefined ? undefined : setTimeout(() => end(false), milliseconds);
      signal.addEventListener('abort', stop);
      this.#sign = stop;
    });
  }

  #set(state: ImagesState): void {
    this.#state = state;
    this.#settle();
    this.#changed(state);
  }
}

/** What the welcome text is chosen by. */
export function reasonOf(error: unknown): string {
  const reason = (error as { reason?: unknown }).reason;
  if (typeof reason === 'string') return reason;
  return error instanceof SidedError ? error.code : 'other';
}
