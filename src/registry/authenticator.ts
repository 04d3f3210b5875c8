import { type Clock, redactedUrl } from '../base/index.ts';
import type { Credential } from '../credentials/index.ts';
import { basicOf } from './basic.ts';
import type { UsableChallenge } from './challenge.ts';
import { RegistryError } from './errors.ts';
import { realmFault } from './referral.ts';
import type { Secrets } from './secrets.ts';
import { statusError } from './status-error.ts';
import { type Grant, readGrant } from './token-answer.ts';
import {
  type BearerChallenge,
  isRefusal,
  isUnknownThere,
  refreshRequest,
  tokenRequests,
  type TokenWish,
} from './token-request.ts';
import type { Answer, Exchange, Wire } from './wire.ts';

/** A token is not used when it could expire on its way. */
const marginMs = 5_000;

export interface AuthenticatorOptions {
  readonly host: string;
  readonly base: URL;
  readonly credential: Credential | undefined;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly secrets: Secrets;
}

/**
 * Answers the challenges of one registry with a credential, or anonymously. It keeps the token of each service and scope
 * until it expires, and the token by which a token server lets itself be asked for the next; all of it in memory alone.
 * The clock is this machine's, as `issued_at` is another's.
 */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #tokens = new Map<string, { readonly header: string; readonly expires: number }>();
  readonly #renewals = new Map<string, string>();
  /** The one that was named last. */
  #service: string | undefined;
  #basic: string | undefined;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
  }

  /** The Authorization header that served before and should still serve for this scope. */
  known(scope: string): string | undefined {
    return this.#kept(this.#service, scope) ?? this.#basic;
  }

  #kept(service: string | undefined, scope: string): string | undefined {
    const token = this.#tokens.get(tokenKey(service, scope));
    return token && this.#options.clock.now() < token.expires ? token.header : undefined;
  }

  /**
   * The Authorization header that answers a challenge; undefined when there is nothing to answer it with.
   *
   * @param wish the scopes that are asked for, and the one for which the token is kept; the header that was just refused
   * @throws RegistryError
   */
  async answer(
    challenge: UsableChallenge,
    { scope, scopes, refused }: { scope: string; scopes: readonly string[]; refused?: string | undefined },
    signal: AbortSignal,
  ): Promise<string | undefined> {
    if (challenge.scheme === 'basic') {
      this.#basic = basicOf(this.#options.credential);
      return this.#basic;
    }
    const realm = this.#realm(challenge);
    const { service } = challenge;
    this.#service = service;
    // From before another service was named, or by a request that ran beside this one.
    const kept = scopes.length === 1 ? this.#kept(service, scope) : undefined;
    if (kept !== undefined && kept !== refused) return kept;
    const { token, lifeMs } = await this.#fetch({ realm, service, scopes }, signal);
    const header = `Bearer ${token}`;
    this.#tokens.set(tokenKey(service, scope), { header, expires: this.#options.clock.now() + lifeMs - marginMs });
    return header;
  }

  async #fetch(wish: TokenWish, signal: AbortSignal): Promise<Grant> {
    const { host, credential, secrets } = this.#options;
    const renewal = this.#renewals.get(renewalKey(wish));
    if (renewal !== undefined) {
      const answer = await this.#send(refreshRequest(wish, renewal), signal);
      if (answer.status === 200) return this.#read(answer, wish);
      // Used up or revoked: the credential can do the same.
      this.#renewals.delete(renewalKey(wish));
    }
    const [request, other] = tokenRequests(wish, credential);
    let answer = await this.#send(request, signal);
    if (other && isUnknownThere(answer)) {
      const second = await this.#send(other, signal);
      // That the credential is refused says more than that this way is not known there either.
      if (second.status === 200 || isRefusal(second) || !isRefusal(answer)) answer = second;
    }
    if (answer.status === 200) return this.#read(answer, wish);
    const code = answer.status === 400 && isRefusal(answer) ? 'unauthorized' : undefined;
    throw statusError(answer, { host, signedIn: credential !== undefined, secrets }, code);
  }

  /** What has a secret in its body is not sent on. */
  #send(request: Exchange, signal: AbortSignal): Promise<Answer> {
    const { wire } = this.#options;
    return request.method === 'POST' ? wire.send(request, signal) : wire.follow(request, signal, realmFault);
  }

  #realm({ realm }: BearerChallenge): URL {
    const { host, base, secrets } = this.#options;
    const url = URL.canParse(realm) ? new URL(realm) : undefined;
    const fault = url ? realmFault(url, base) : 'it is no address';
    if (url && fault === undefined) return url;
    const shown = secrets.blank(redactedUrl(realm), 200);
    throw new RegistryError(
      'referral-refused',
      `${host} refers to the token server ${shown}, to which nothing is sent: ${fault ?? ''}.`,
      { host },
    );
  }

  #read({ body, method, url, status }: Answer, wish: TokenWish): Grant {
    const { host, credential, secrets } = this.#options;
    const grant = readGrant(body);
    if (grant === undefined) {
      const message = `The token server of ${host}, ${url.host}, sent no token.`;
      throw new RegistryError('registry-error', message, { host, method, url, status });
    }
    secrets.add(grant.token);
    if (grant.renewal !== '' && credential !== undefined) {
      secrets.add(grant.renewal);
      this.#renewals.set(renewalKey(wish), grant.renewal);
    }
    return grant;
  }
}

function tokenKey(service: string | undefined, scope: string): string {
  return JSON.stringify([service, scope]);
}

/** It is sent to nobody else than who gave it. */
function renewalKey({ realm, service }: TokenWish): string {
  return JSON.stringify([realm.href, service]);
}
