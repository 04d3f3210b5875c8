import {
  type Clock,
  type Disposable,
  type Log,
  messageOf,
  SidedError,
  plainText,
  untilAborted,
} from '../base/index.ts';
import type { ChosenEndpoint, ImageEvent, LocalImage } from '../engine/index.ts';
import type { Connection, EngineSession } from './engine-session.ts';

export type ImagesState =
  /** Nobody has looked yet. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'ready'; readonly connection: Connection; readonly images: readonly LocalImage[] }
  | { readonly kind: 'no-engine'; readonly error: unknown; readonly chosen: ChosenEndpoint | undefined };

/** Who wants to know of the images. */
export type Looker = 'view' | 'status bar';

export interface ImagesListener {
  changed(state: ImagesState): void;
  heard(event: ImageEvent): void;
}

/** Images come and go in bursts, as during a build: one list serves all events of this many milliseconds. */
const burstMs = 250;
/** The waits before another attempt, where there is reason for one; after them only a sign goes on. */
const attemptsMs = [0, 300, 700, 1_500, 3_000, 6_000];
/** A connection that was lost so soon was none: the attempts go on where they were, and come to their end. */
const steadyMs = 10_000;

/**
 * The local images, kept current by the engine's own events while somebody looks. An engine that is lost is sought a
 * few times, then again whenever there is a sign of it: once where nothing has changed since, and a few times where it
 * shows another fault than before, as one that is starting does.
 */
export class ImagesModel implements Disposable {
  readonly #session: EngineSession;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #listener: ImagesListener;
  readonly #lookers = new Set<Looker>();
  #state: ImagesState = { kind: 'idle' };
  #looking: AbortController | undefined;
  #following: AbortController | undefined;
  /** How many signs there were: one that comes while an engine is being asked must not be lost. */
  #signs = 0;
  #wake: () => void = () => undefined;
  #lists = 0;
  #settle: () => void = () => undefined;
  #settled = this.#untilSettled();

  constructor(session: EngineSession, clock: Clock, log: Log, listener: ImagesListener) {
    this.#session = session;
    this.#clock = clock;
    this.#log = log;
    this.#listener = listener;
  }

  get state(): ImagesState {
    return this.#state;
  }

  /** The name of a local image that has this digest at its registry: the containerd store's own, or of a push or pull. */
  nameOf(digest: string): string | undefined {
    if (this.#state.kind !== 'ready') return undefined;
    const image = this.#state.images.find(
      ({ id, digests }) => id === digest || digests.some((name) => name.endsWith(`@${digest}`)),
    );
    return image?.references[0];
  }

  /** The state once there is one, so that a view need not flicker at the start; or once nobody looks any more. */
  async settled(): Promise<ImagesState> {
    await this.#settled;
    return this.#state;
  }

  /** One of the lookers starts to look, or stops: while nobody looks, nothing is asked of an engine. */
  look(looker: Looker, wanted: boolean): void {
    if (wanted) this.#lookers.add(looker);
    else this.#lookers.delete(looker);
    if (this.#lookers.size > 0 === (this.#looking !== undefined)) return;
    if (wanted) {
      this.#looking = new AbortController();
      void this.#run(this.#looking.signal);
    } else {
      this.#looking?.abort();
      this.#looking = undefined;
      // A view that waits shows so, and a view that is closed would wait, and show so, for ever.
      this.#settle();
      if (this.#state.kind === 'idle') this.#settled = this.#untilSettled();
    }
  }

  /** There may be an engine again, or another one. */
  async sign(): Promise<void> {
    if (this.#following && (await this.#session.changed())) this.restart();
    else this.#seek();
  }

  /** Connects anew: the user asked, or another engine was chosen. */
  restart(): void {
    this.#following?.abort();
    this.#session.reset();
    this.#seek();
  }

  /** Lists again. Without an engine, looks for one. */
  async refresh(): Promise<void> {
    if (this.#state.kind === 'ready') await this.#list(this.#state.connection);
    else this.restart();
  }

  dispose(): void {
    for (const looker of this.#lookers) this.look(looker, false);
  }

  #untilSettled(): Promise<void> {
    return new Promise((resolve) => (this.#settle = resolve));
  }

  #seek(): void {
    this.#signs += 1;
    this.#wake();
  }

  async #run(looking: AbortSignal): Promise<void> {
    let attempt = attemptsMs.length;
    /** Index of the wait after a loss. */
    let losses = -1;
    let afterSign = false;
    while (!looking.aborted) {
      const before = faultOf(this.#state);
      const signs = this.#signs;
      const end = await this.#follow(looking);
      if (!end) continue;
      this.#session.reset();
      if (end.openedAt === undefined) {
        this.#lose(end.error);
        // An engine that shows another fault than before is on the move.
        if (afterSign && faultOf(this.#state) !== before) attempt = 1;
      } else {
        losses = this.#clock.now() - end.openedAt < steadyMs ? losses + 1 : 0;
        attempt = losses;
        // Streams end for many reasons; whether the engine is gone is for the first attempt to say.
        if (attemptsMs[attempt] !== 0) this.#lose(end.error);
      }
      afterSign = await this.#pause(attemptsMs[attempt], end.openedAt === undefined ? signs : this.#signs, looking);
      attempt = afterSign ? attemptsMs.length : attempt + 1;
    }
  }

  /** Follows one connection until it is lost. Answers nothing where it was given up, for another or for good. */
  async #follow(looking: AbortSignal): Promise<{ error: unknown; openedAt: number | undefined } | undefined> {
    const following = new AbortController();
    this.#following = following;
    const signal = AbortSignal.any([looking, following.signal]);
    let openedAt: number | undefined;
    let pending: Promise<void> | undefined;
    try {
      const connection = await untilAborted(this.#session.connect(), signal);
      const onOpen = (): void => {
        openedAt = this.#clock.now();
        void this.#list(connection, signal);
      };
      for await (const event of connection.engine.watchImages({ signal, onOpen })) {
        this.#log.trace(`engine event: ${plainText(event.action, 40)} ${event.reference ?? event.imageId ?? ''}`);
        this.#listener.heard(event);
        // Who reads an image, as this extension does, changes none.
        if (event.action === 'save') continue;
        pending ??= this.#clock
          .sleep(burstMs, signal)
          .then(() => {
            // From here on, an event may tell of what this list does not have any more.
            pending = undefined;
            return this.#list(connection, signal);
          })
          .catch(() => undefined);
      }
      return undefined;
    } catch (error) {
      return signal.aborted ? undefined : { error, openedAt };
    } finally {
      if (this.#following === following) this.#following = undefined;
    }
  }

  async #list(connection: Connection, signal?: AbortSignal): Promise<void> {
    const turn = ++this.#lists;
    // Of two lists under way the later one is right, and one that nobody waits for any more is none.
    const isCurrent = (): boolean => turn === this.#lists && signal?.aborted !== true;
    try {
      const images = await connection.engine.listImages();
      if (isCurrent()) this.#set({ kind: 'ready', connection, images });
    } catch (error) {
      if (!isCurrent()) return;
      this.#log.warn(`the images could not be listed: ${messageOf(error)}`);
      if (this.#state.kind !== 'ready') this.#lose(error);
    }
  }

  /** Waits for a sign, one since `signs` included, or for this long; answers whether it was a sign. */
  async #pause(milliseconds: number | undefined, signs: number, looking: AbortSignal): Promise<boolean> {
    const wake = new AbortController();
    this.#wake = () => wake.abort();
    if (this.#signs !== signs) return true;
    const signal = AbortSignal.any([looking, wake.signal]);
    if (milliseconds === undefined) await untilAborted(new Promise(() => undefined), signal).catch(() => undefined);
    else await this.#clock.sleep(milliseconds, signal).catch(() => undefined);
    return this.#signs !== signs;
  }

  /** There is no engine. What is known already is neither drawn nor written down again. */
  #lose(error: unknown): void {
    const state: ImagesState = { kind: 'no-engine', error, chosen: this.#session.chosen };
    const line = `no engine: ${messageOf(error)}`;
    if (faultOf(state) === faultOf(this.#state)) this.#log.debug(line);
    else {
      this.#log.warn(line);
      this.#set(state);
    }
  }

  #set(state: ImagesState): void {
    this.#state = state;
    this.#settle();
    this.#listener.changed(state);
  }
}

function faultOf(state: ImagesState): string {
  return state.kind === 'no-engine' ? `${state.chosen?.address ?? ''} ${messageOf(state.error)}` : state.kind;
}

/** What the welcome text is chosen by. */
export function reasonOf(error: unknown): string {
  const reason = (error as { reason?: unknown }).reason;
  if (typeof reason === 'string') return reason;
  return error instanceof SidedError ? error.code : 'other';
}
