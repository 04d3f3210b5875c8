import Docker from 'dockerode';
import * as v from 'valibot';
import { CancelledError, type Disposable, untilAborted } from '../base/index.ts';
import { notAnEngine } from './connection-error.ts';
import { EndpointAgent } from './endpoint-agent.ts';
import type { ChosenEndpoint } from './endpoint.ts';
import { EngineCall } from './engine-call.ts';
import { apiVersionFor, infoSchema, productOf, storeOf, versionSchema, type VersionAnswer } from './engine-facts.ts';
import type { EngineInfo, ImageStore } from './engine.ts';
import { Transport, type TransportOptions } from './transport.ts';

export interface EngineLimits {
  /** How long an engine may be silent when it is asked something, in milliseconds. A push may be silent for ever. */
  readonly silence?: number;
}

/** Over ssh a connection takes several round trips, sometimes through another host. */
const silenceLimit = { near: 10_000, ssh: 30_000 };

/** What an engine is asked once: it stays the same until the connection breaks. */
export interface Acquaintance {
  readonly version: VersionAnswer;
  readonly product: EngineInfo['product'];
  /** The Engine API version to speak, as `1.51`. */
  readonly api: string;
  store?: ImageStore;
}

/** The way to one engine: gives out dockerode, wired to it and speaking the version that fits. */
export class EngineConnection implements Disposable {
  readonly chosen: ChosenEndpoint;
  readonly #agent: EndpointAgent;
  readonly #silence: number;
  readonly #released = new AbortController();
  #acquaintance: Promise<Acquaintance> | undefined;

  constructor(chosen: ChosenEndpoint, limits: EngineLimits) {
    this.chosen = chosen;
    this.#agent = new EndpointAgent(chosen.endpoint);
    this.#silence = limits.silence ?? (chosen.endpoint.kind === 'ssh' ? silenceLimit.ssh : silenceLimit.near);
  }

  /** Closes all connections; what still runs ends as lost. */
  dispose(): void {
    this.#released.abort();
    this.#agent.destroy();
  }

  /** For what has no version: `_ping` and `version`. */
  unversioned(caller?: AbortSignal): Docker {
    return this.#docker(this.#call(caller, this.#silence), '');
  }

  /**
   * For a question, to be answered within the time limit.
   *
   * @param image the image that it is about, where "not found" means that image
   */
  async question(caller?: AbortSignal, image?: string): Promise<Docker> {
    const { api } = await this.known(caller);
    return this.#docker(this.#call(caller, this.#silence), `/v${api}`, image === undefined ? {} : { image });
  }

  /** For an answer that comes bit by bit, with pauses of any length. Read it through the call, which also ends it. */
  async stream(
    caller: AbortSignal | undefined,
    more: Pick<TransportOptions, 'headers' | 'image'> = {},
  ): Promise<{ docker: Docker; call: EngineCall }> {
    const { api } = await this.known(caller);
    const call = this.#call(caller);
    return { docker: this.#docker(call, `/v${api}`, more), call };
  }

  /** Asked once for all callers; one that stops waiting does not stop the others. A failure is not remembered. */
  async known(caller?: AbortSignal): Promise<Acquaintance> {
    if (caller?.aborted) throw new CancelledError();
    const asked = (this.#acquaintance ??= this.#ask());
    asked.catch(() => this.#forget(asked));
    return untilAborted(asked, caller);
  }

  async store(caller?: AbortSignal): Promise<ImageStore> {
    const known = await this.known(caller);
    if (known.store === undefined) {
      const answer: unknown = await (await this.question(caller)).info();
      known.store = storeOf(known.product, this.validated(infoSchema, answer));
    }
    return known.store;
  }

  /** Whether another engine answers now is for the next question to find out. */
  forget(): void {
    this.#acquaintance = undefined;
  }

  /** @throws EngineError `engine-protocol` where the answer does not have this shape */
  validated<S extends v.GenericSchema>(schema: S, answer: unknown): v.InferOutput<S> {
    const result = v.safeParse(schema, answer);
    if (result.success) return result.output;
    throw notAnEngine(this.chosen, 'gives answers of another shape', new v.ValiError(result.issues));
  }

  async #ask(): Promise<Acquaintance> {
    const answer: unknown = await this.unversioned().version();
    const version = this.validated(versionSchema, answer);
    return { version, product: productOf(version), api: apiVersionFor(version) };
  }

  #forget(asked: Promise<Acquaintance>): void {
    if (this.#acquaintance === asked) this.forget();
  }

  #call(caller?: AbortSignal, silence?: number): EngineCall {
    const onBroken = (): void => this.forget();
    return new EngineCall({ chosen: this.chosen, released: this.#released.signal, caller, silence, onBroken });
  }

  #docker(call: EngineCall, prefix: string, more: Pick<TransportOptions, 'headers' | 'image'> = {}): Docker {
    const modem = new Transport({ agent: this.#agent, call, prefix, ...more });
    const options: Docker.DockerOptions & { modem: Transport } = { modem };
    return new Docker(options);
  }
}
