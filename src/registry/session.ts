import type { LookupFunction } from 'node:net';
import type { Clock, Log } from '../base/index.ts';
import type { Credential } from '../credentials/index.ts';
import { apiHost } from '../reference/index.ts';
import { Authenticator } from './authenticator.ts';
import { chooseChallenge, parseChallenges, type UsableChallenge } from './challenge.ts';
import { RegistryError, type RegistryErrorCode } from './errors.ts';
import * as headers from './headers.ts';
import { mediaTypeOf } from './media-types.ts';
import { covers } from './scope.ts';
import { Secrets } from './secrets.ts';
import { statusError } from './status-error.ts';
import type { NamedAuthority } from './trust.ts';
import { type Answer, type Method, type Route, type Transport, Wire } from './wire.ts';

export interface SessionOptions {
  readonly host: string;
  readonly transport: Transport;
  readonly credential: Credential | undefined;
  readonly ca: NamedAuthority | undefined;
  readonly lookup: LookupFunction | undefined;
  readonly route: Route | undefined;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly log: Log | undefined;
}

export interface Ask {
  readonly method: Method;
  /** With its query, if it has one. */
  readonly path: string;
  /** The right that is asked for, as `repository:acme/api:pull` (https://distribution.github.io/distribution/spec/auth/scope/). */
  readonly scope: string;
  /** Media types; of no matter where no content is expected. */
  readonly accept?: string;
  /** Bytes of a good answer's body that are read at most, 64 KiB when absent; `stream`: it is left to be read. */
  readonly limit?: number | 'stream';
  readonly content?: { readonly mediaType: string; readonly bytes: Buffer };
}

/** What a registry says to who has not signed in. */
export type Greeting =
  | { readonly kind: 'open' }
  /** The challenge to answer; undefined if there is none of a kind that is known. */
  | { readonly kind: 'challenged'; readonly challenge: UsableChallenge | undefined };

/** For answers of which the status is what matters. */
const shortLimit = 64 * 1024;

/** A registry over one transport, with what it is known to want. */
export class Session {
  readonly transport: Transport;
  /** The registry as references name it. */
  readonly host: string;
  /** Whether there is a credential. */
  readonly signedIn: boolean;
  readonly #base: URL;
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
    this.host = host;
    this.signedIn = credential !== undefined;
    this.#base = new URL(address);
    const secrets = this.#secrets;
    if (credential && 'password' in credential) {
      secrets.add(credential.password);
      // Known with its encodings, of which one is the Basic value.
      secrets.add(`${credential.username}:${credential.password}`);
    } else if (credential) {
      secrets.add(credential.identityToken);
      secrets.add(`${credential.username ?? ''}:${credential.identityToken}`);
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
  async ping(signal: AbortSignal): Promise<Greeting> {
    const answer = await this.#knock(undefined, signal);
    const offered = answer.headers[headers.wwwAuthenticate];
    const challenged = answer.status === 401 && offered !== undefined;
    if (!challenged) this.#checkWelcome(answer, false);
    this.#isRegistry = true;
    if (!challenged) return { kind: 'open' };
    return {
      kind: 'challenged',
      challenge: this.isOwn(answer) ? chooseChallenge(parseChallenges(offered)) : undefined,
    };
  }

  /**
   * Answers the challenge of a ping with the credential. Resolves if that is accepted: a token is granted, or the
   * registry's own word.
   *
   * @param scopes what a token is asked for
   * @throws RegistryError `unauthorized` or `denied` if the credential is refused; others if it was not judged
   */
  async signIn(challenge: UsableChallenge, scopes: readonly string[], signal: AbortSignal): Promise<void> {
    const header = await this.#authenticator.answer(challenge, { scope: scopes.join(' '), scopes }, signal);
    if (challenge.scheme === 'bearer') return;
    const answer = await this.#knock(header, signal);
    // Where it was redirected to, the credential was not sent.
    if (!this.isOwn(answer)) throw this.fault(answer, 'not-a-registry');
    this.#checkWelcome(answer, true);
  }

  /**
   * Asks, and answers the challenge that may come. A token that is refused is replaced once, and asked once for a scope
   * that the registry names then.
   *
   * @throws RegistryError if there is no answer, or no token; an answer of any status is given back
   */
  async request(
    { method, path, scope, accept, limit = shortLimit, content }: Ask,
    signal: AbortSignal,
  ): Promise<Answer> {
    const url = new URL(path, this.#base);
    let header = this.#authenticator.known(scope);
    let scopes = [scope];
    for (let replaced = 0; ; replaced += 1) {
      const own = {
        ...(accept !== undefined && { [headers.accept]: accept }),
        ...(content && { [headers.contentType]: content.mediaType }),
        ...(header !== undefined && { [headers.authorization]: header }),
      };
      const exchange = { method, url, headers: own, limit, ...(content && { body: content.bytes }) };
      const answer = await this.#wire.follow(exchange, signal);
      if (String(answer.headers[headers.dockerApiVersion]).startsWith('registry/2')) this.#isRegistry = true;
      if (answer.status !== 401 || !this.isOwn(answer)) return answer;
      const challenge = chooseChallenge(parseChallenges(answer.headers[headers.wwwAuthenticate] ?? ''));
      if (challenge === undefined) return answer;
      // Who brings nothing yet may be told a scope of no meaning; who brought a token is told what it lacks.
      const wanted = header !== undefined && challenge.scheme === 'bearer' ? challenge.scope : undefined;
      const lacks = wanted !== undefined && !scopes.some((asked) => covers(asked, wanted));
      if (replaced > 1 || (replaced > 0 && !lacks)) return answer;
      // The first, as some token servers read no further.
      if (lacks) scopes = [wanted, ...scopes];
      const next = await this.#authenticator.answer(challenge, { scope, scopes, refused: header }, signal);
      if (next === undefined || next === header) return answer;
      header = next;
    }
  }

  #knock(authorization: string | undefined, signal: AbortSignal): Promise<Answer> {
    const url = new URL('/v2/', this.#base);
    const own = authorization === undefined ? {} : { [headers.authorization]: authorization };
    return this.#wire.follow({ method: 'GET', url, headers: own, limit: shortLimit }, signal);
  }

  /** Whether this is the registry's own: a challenge, or a welcome, of another host that was reached by a redirect is not. */
  isOwn({ url }: { readonly url: URL }): boolean {
    return url.origin === this.#base.origin;
  }

  #checkWelcome(answer: Answer, signedIn: boolean): void {
    const { status } = answer;
    if (status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status))
      throw this.fault(answer, 'not-a-registry');
    if (status !== 200) throw this.#fault(answer, undefined, signedIn);
    if (isWebPage(answer)) throw this.fault(answer, 'not-a-registry');
  }

  /** Makes sure that a 404 was a registry's word: any web server says so of any path. */
  async confirmRegistry(signal: AbortSignal): Promise<void> {
    if (!this.#isRegistry) await this.ping(signal);
  }

  /** The failure that an answer stands for, or that `code` says it is, in those `words` or in its own. */
  fault(answer: Answer, code?: RegistryErrorCode, words?: string): RegistryError {
    return this.#fault(answer, code, this.signedIn, words);
  }

  #fault(answer: Answer, code: RegistryErrorCode | undefined, signedIn: boolean, words?: string): RegistryError {
    return statusError(answer, { host: this.host, signedIn, secrets: this.#secrets }, code, words);
  }
}

export function isWebPage(answer: Answer): boolean {
  const type = mediaTypeOf(answer.headers[headers.contentType]).toLowerCase();
  return (
    type === 'text/html' || type === 'application/xhtml+xml' || /^\s*</u.test(answer.body.toString('latin1', 0, 64))
  );
}
