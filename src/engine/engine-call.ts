import { CancelledError } from '../base/index.ts';
import { connectionError, lost, silent } from './connection-error.ts';
import type { ChosenEndpoint } from './endpoint.ts';
import { EngineError } from './engine-error.ts';

export interface CallOptions {
  readonly chosen: ChosenEndpoint;
  /** Aborts when the engine is let go. */
  readonly released: AbortSignal;
  readonly caller?: AbortSignal | undefined;
  /** How long the engine may be silent, in milliseconds; without one, for ever. */
  readonly silence?: number | undefined;
  /** The connection failed or broke. */
  readonly onBroken: () => void;
}

/**
 * One exchange with the engine: it ends by itself, by the caller's signal, by the engine being let go, or by a time
 * limit for silence. Node reports all but the first alike ("aborted"), so what happened is decided here.
 */
export class EngineCall {
  readonly signal: AbortSignal;
  readonly chosen: ChosenEndpoint;
  readonly #options: CallOptions;
  readonly #silence = new AbortController();
  readonly #over = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(options: CallOptions) {
    const { caller, released, silence } = options;
    this.chosen = options.chosen;
    this.#options = options;
    const ends = [released, this.#silence.signal, this.#over.signal];
    this.signal = AbortSignal.any(caller ? [...ends, caller] : ends);
    if (silence !== undefined) this.#timer = setTimeout(() => this.#silence.abort(), silence);
  }

  /** The engine said something: the time limit starts anew. */
  heard(): void {
    this.#timer?.refresh();
  }

  /** It is over: the connection is closed, unless its answer was read to the end. */
  finish(): void {
    clearTimeout(this.#timer);
    this.#over.abort();
  }

  /** What a failure of the connection means. `answering`: the engine had begun its answer. */
  failure(error: unknown, answering: boolean): Error {
    const { caller, released, silence, onBroken } = this.#options;
    if (caller?.aborted) return new CancelledError();
    if (released.aborted || this.#over.signal.aborted) return lost(this.chosen, error);
    onBroken();
    if (this.#silence.signal.aborted && silence !== undefined) return silent(this.chosen, silence);
    if (error instanceof EngineError) return error;
    return answering ? lost(this.chosen, error) : connectionError(error, this.chosen);
  }

  /** The bytes of an answer as they come; leaving the loop closes the connection. */
  async *chunks(answer: AsyncIterable<unknown>): AsyncGenerator<Uint8Array, void> {
    try {
      for await (const chunk of answer as AsyncIterable<Uint8Array>) {
        this.heard();
        yield chunk;
      }
      // A signal that aborts right at the end must not pass for an end.
      this.signal.throwIfAborted();
    } catch (error) {
      throw this.failure(error, true);
    } finally {
      this.finish();
    }
  }
}
