import type { LookupFunction } from 'node:net';
import { type Clock, type Log, systemClock, withDeadline } from '../base/index.ts';
import type { Credential } from '../credentials/index.ts';
import { isLoopback } from '../reference/index.ts';
import { RegistryError } from './errors.ts';
import { retrying } from './retry.ts';
import { type Greeting, Session } from './session.ts';
import type { NamedAuthority } from './trust.ts';
import type { Route, Transport } from './wire.ts';

export interface RegistryOptions {
  /** When absent: HTTPS; of a registry on this machine, as engines do, HTTPS with any certificate, or plain HTTP. */
  readonly transport?: Transport | undefined;
  readonly credential?: Credential | undefined;
  /** Told by which transport there is a registry, when that was looked for. */
  readonly onFound?: ((transport: Transport) => void) | undefined;
  readonly ca?: NamedAuthority | undefined;
  /** For each call as a whole, with its retries and the waits before them; 10 seconds when absent. */
  readonly timeoutMs?: number | undefined;
  /** How often what failed in passing is asked again, in that time; 3 when absent. A ping, or a sign-in, never is. */
  readonly retries?: number | undefined;
  readonly userAgent?: string | undefined;
  /** Gets a line for each request, at the level trace. */
  readonly log?: Log | undefined;
  readonly clock?: Clock | undefined;
  /** Finds the addresses of a host; the system's when absent. */
  readonly lookup?: LookupFunction | undefined;
  /** Leads hosts elsewhere: how tests reach a server under a provider's own name. */
  readonly route?: Route | undefined;
}

/** The way to one registry: over which transport there is one, and how long a call may take. */
export class Connection {
  readonly host: string;
  readonly #options: RegistryOptions;
  readonly #clock: Clock;
  /** In the order in which they are tried. */
  readonly #transports: readonly Transport[];
  #session: Session | undefined;

  constructor(host: string, options: RegistryOptions) {
    this.host = host;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    if (options.transport) this.#transports = [options.transport];
    else this.#transports = isLoopback(host) ? ['https-unverified', 'http'] : ['https'];
  }

  /** Undefined as long as that of a registry on this machine is not known. */
  get transport(): Transport | undefined {
    return this.#transports.length === 1 ? this.#transports[0] : this.#session?.transport;
  }

  /** @throws RegistryError `registry-unreachable` when the time is over, CancelledError, and what the work throws */
  call<T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const timeoutMs = this.#timeoutMs;
    const host = this.host;
    const expired = (): RegistryError => {
      const message = `${host} did not answer within ${timeoutMs / 1_000} seconds. Check the network, and that the registry runs.`;
      return new RegistryError('registry-unreachable', message, { host, temporary: true });
    };
    return withDeadline(work, { clock: this.#clock, timeoutMs, signal, expired });
  }

  /**
   * One piece of what comes bit by bit. The time is that of each piece, and a reader's pauses do not count.
   *
   * @throws RegistryError `registry-unreachable` when nothing comes, CancelledError, and what the work throws
   */
  piece<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const timeoutMs = this.#timeoutMs;
    const host = this.host;
    const expired = (): RegistryError => {
      const message = `${host} began to answer and then sent nothing for ${timeoutMs / 1_000} seconds. Check the network.`;
      return new RegistryError('registry-unreachable', message, { host, temporary: true });
    };
    return withDeadline(work, { clock: this.#clock, timeoutMs, signal, expired });
  }

  /** The same as a call for work that needs the session and can be done twice: it is, where it fails in passing. */
  use<T>(signal: AbortSignal | undefined, work: (session: Session, signal: AbortSignal) => Promise<T>): Promise<T> {
    const { retries = 3 } = this.#options;
    const patience = { clock: this.#clock, retries, until: this.#clock.now() + this.#timeoutMs };
    return this.call(signal, (signal) => retrying(async () => work(await this.open(signal), signal), patience, signal));
  }

  /** The session, over the first transport by which there is a registry, if there is a choice. */
  async open(signal: AbortSignal): Promise<Session> {
    const [only, ...others] = this.#transports;
    if (only !== undefined && others.length === 0) this.#session ??= this.#over(only);
    return this.#session ?? (await this.greet(signal)).session;
  }

  /** The same, and what the registry says to who has not signed in. */
  async greet(signal: AbortSignal): Promise<{ session: Session; greeting: Greeting }> {
    if (this.#session) return { session: this.#session, greeting: await this.#session.ping(signal) };
    let failure: unknown;
    for (const transport of this.#transports) {
      const session = this.#over(transport);
      try {
        const greeting = await session.ping(signal);
        this.#session = session;
        if (this.#transports.length > 1) this.#options.onFound?.(transport);
        return { session, greeting };
      } catch (error) {
        if (signal.aborted || !isOfTransport(error)) throw error;
        // That HTTPS is not spoken says less than what plain HTTP then brings.
        if (failure === undefined || (failure instanceof RegistryError && failure.code === 'plain-http'))
          failure = error;
      }
    }
    throw failure;
  }

  get #timeoutMs(): number {
    return this.#options.timeoutMs ?? 10_000;
  }

  #over(transport: Transport): Session {
    const { credential, ca, lookup, route, userAgent = 'docker-push', log } = this.#options;
    const common = { credential, ca, lookup, route, userAgent, log, clock: this.#clock };
    return new Session({ host: this.host, transport, ...common });
  }
}

/** Whether another transport could do better. */
function isOfTransport(error: unknown): boolean {
  return error instanceof RegistryError && (error.code === 'registry-unreachable' || error.code === 'plain-http');
}
