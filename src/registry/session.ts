import type { LookupFunction } from 'node:net';
import type { Clock, Log } from '../base/index.ts';
import { apiHost } from '../reference/index.ts';
import { Authenticator } from './authenticator.ts';
import { chooseChallenge, parseChallenges } from './challenge.ts';
import { basicOf, type RegistryCredential } from './credential.ts';
import { RegistryError, type RegistryErrorCode } from './errors.ts';
import * as headers from './headers.ts';
import { mediaTypeOf } from './media-types.ts';
import { Secrets } from './secrets.ts';
import { statusError } from './status-error.ts';
import { type Answer, type Transport, Wire } from './wire.ts';

export interface SessionOptions {
  readonly host: string;
  readonly transport: Transport;
  readonly credential: RegistryCredential | undefined;
  readonly ca: string | undefined;
  readonly lookup: LookupFunction | undefined;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly log: Log | undefined;
}

export interface Ask {
  readonly method: 'GET' | 'HEAD';
  readonly path: string;
  /** The right that is asked for, as `repository:acme/api:pull` (https://distribution.github.io/distribution/spec/auth/scope/). */
  readonly scope: string;
  readonly accept: string;
  readonly limit: number;
}

const pingLimit = 64 * 1024;

/** A registry over one transport, with what it is known to want. */
export class Session {
  readonly transport: Transport;
  readonly #host: string;
  readonly #base: URL;
  readonly #credential: RegistryCredential | undefined;
  readonly #wire: Wire;
  readonly #authenticator: Authenticator;
  readonly #secrets = new Secrets();
  #isRegistry = false;

  /** @throws RegistryError if the host is no address */
  constructor({ host, credential, ...options }: SessionOptions) {
    const address = `${options.transport === 'http' ? 'http' : 'https'}://${apiHost(host)}`;
    if (!URL.canParse(address))
      throw new RegistryError('registry-unreachable', `${host} is not an address that can be reached.`, { host });
    this.transport = options.transport;
    this.#host = host;
    this.#base = new URL(address);
    this.#credential = credential;
    const secrets = this.#secrets;
    if (credential) {
      secrets.add('password' in credential ? credential.password : credential.identityToken);
      secrets.add(basicOf(credential)?.replace('Basic ', '') ?? '');
    }
    this.#wire = new Wire({ host, base: this.#base, ...options });
    const { clock } = options;
    this.#authenticator = new Authenticator({ host, base: this.#base, credential, wire: this.#wire, clock, secrets });
  }

  /**
   * Asks whether there is a registry (https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#determining-support).
   * One that wants a sign-in is one.
   *
   * @throws RegistryError
   */
  async ping(signal: AbortSignal): Promise<void> {
    const url = new URL('/v2/', this.#base);
    const answer = await this.#wire.follow({ method: 'GET', url, headers: {}, limit: pingLimit }, signal);
    const { status } = answer;
    const challenged = status === 401 && answer.headers[headers.wwwAuthenticate] !== undefined;
    if (!challenged) {
      if (status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status))
        throw this.fault(answer, 'not-a-registry');
      if (status !== 200) throw this.fault(answer);
      if (isWebPage(answer)) throw this.fault(answer, 'not-a-registry');
    }
    this.#isRegistry = true;
  }

  /**
   * Asks, and answers the challenge that may come. A token that is refused is replaced once, and asked once for a scope
   * that the registry names then.
   *
   * @throws RegistryError if there is no answer, or no token; an answer of any status is given back
   */
  async request({ method, path, scope, accept, limit }: Ask, signal: AbortSignal): Promise<Answer> {
    const url = new URL(path, this.#base);
    let header = this.#authenticator.known(scope);
    let scopes = [scope];
    for (let replaced = 0; ; replaced += 1) {
      const own = { [headers.accept]: accept, ...(header !== undefined && { [headers.authorization]: header }) };
      const answer = await this.#wire.follow({ method, url, headers: own, limit }, signal);
      if (String(answer.headers[headers.dockerApiVersion]).startsWith('registry/2')) this.#isRegistry = true;
      // A challenge of another host, reached by a redirect, is not this registry's.
      if (answer.status !== 401 || answer.url.origin !== url.origin) return answer;
      const challenge = chooseChallenge(parseChallenges(answer.headers[headers.wwwAuthenticate] ?? ''));
      if (challenge === undefined) return answer;
      if (replaced > 0) {
        const wanted = challenge.scheme === 'bearer' ? challenge.scope : undefined;
        if (wanted === undefined || scopes.includes(wanted) || replaced > 1) return answer;
        // The first, as some token servers read no further.
        scopes = [wanted, ...scopes];
      }
      const next = await this.#authenticator.answer(challenge, scope, scopes, signal);
      if (next === undefined || next === header) return answer;
      header = next;
    }
  }

  /** Makes sure that a 404 was a registry's word: any web server says so of any path. */
  async confirmRegistry(signal: AbortSignal): Promise<void> {
    if (!this.#isRegistry) await this.ping(signal);
  }

  fault(answer: Answer, code?: RegistryErrorCode): RegistryError {
    const asked = { host: this.#host, signedIn: this.#credential !== undefined, secrets: this.#secrets };
    return statusError(answer, asked, code);
  }
}

export function isWebPage(answer: Answer): boolean {
  const type = mediaTypeOf(answer.headers[headers.contentType]).toLowerCase();
  return (
    type === 'text/html' || type === 'application/xhtml+xml' || /^\s*</u.test(answer.body.toString('latin1', 0, 64))
  );
}
