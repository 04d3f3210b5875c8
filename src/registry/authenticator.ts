import * as v from 'valibot';
import { type Clock, redactedUrl } from '../base/index.ts';
import type { Credential } from '../credentials/index.ts';
import { basicOf } from './basic.ts';
import type { UsableChallenge } from './challenge.ts';
import { RegistryError } from './errors.ts';
import * as headers from './headers.ts';
import { realmFault } from './referral.ts';
import type { Secrets } from './secrets.ts';
import { statusError } from './status-error.ts';
import type { Answer, Exchange, Wire } from './wire.ts';

/** https://distribution.github.io/distribution/spec/auth/token/#token-response-fields; expires_in is in seconds. */
const tokenBody = v.object({
  token: v.fallback(v.string(), ''),
  access_token: v.fallback(v.string(), ''),
  expires_in: v.fallback(v.number(), 0),
});
const tokenLimit = 64 * 1024;
/** Tokens for less are made for old clients' sake, says the specification, and are to be taken for this. */
const shortestLifeMs = 60_000;
/** A token is not used when it could expire on its way. */
const marginMs = 5_000;

type BearerChallenge = Extract<UsableChallenge, { scheme: 'bearer' }>;

export interface AuthenticatorOptions {
  readonly host: string;
  readonly base: URL;
  readonly credential: Credential | undefined;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly secrets: Secrets;
}

/**
 * Answers the challenges of one registry with a credential, or anonymously. It keeps the token of each scope until it
 * expires; the clock is this machine's alone, as `issued_at` is another's.
 */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #tokens = new Map<string, { readonly header: string; readonly expires: number }>();
  #basic: string | undefined;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
  }

  /** The Authorization header that served before and should still serve for this scope. */
  known(scope: string): string | undefined {
    const token = this.#tokens.get(scope);
    if (token && this.#options.clock.now() < token.expires) return token.header;
    return this.#basic;
  }

  /**
   * The Authorization header that answers a challenge; undefined when there is nothing to answer it with.
   *
   * @param scopes what is asked for; the first is what the token is kept for
   * @throws RegistryError
   */
  async answer(
    challenge: UsableChallenge,
    scope: string,
    scopes: readonly string[],
    signal: AbortSignal,
  ): Promise<string | undefined> {
    if (challenge.scheme === 'basic') {
      this.#basic = basicOf(this.#options.credential);
      return this.#basic;
    }
    const { token, lifeMs } = await this.#fetchToken(challenge, scopes, signal);
    const header = `Bearer ${token}`;
    this.#tokens.set(scope, { header, expires: this.#options.clock.now() + lifeMs - marginMs });
    return header;
  }

  async #fetchToken(
    challenge: BearerChallenge,
    scopes: readonly string[],
    signal: AbortSignal,
  ): Promise<{ token: string; lifeMs: number }> {
    const { host, credential, wire, secrets } = this.#options;
    const realm = this.#realm(challenge);
    const answer =
      credential && 'identityToken' in credential
        ? await wire.send(refreshRequest(realm, challenge, scopes, credential.identityToken), signal)
        : await wire.follow(tokenRequest(realm, challenge, scopes, credential), signal, realmFault);
    if (answer.status !== 200) {
      // An OAuth server refuses a refresh token with 400 (https://www.rfc-editor.org/rfc/rfc6749#section-5.2).
      const code = answer.status === 400 && answer.method === 'POST' ? 'unauthorized' : undefined;
      throw statusError(answer, { host, signedIn: credential !== undefined, secrets }, code);
    }
    return this.#readToken(answer);
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

  #readToken({ body, method, url, status }: Answer): { token: string; lifeMs: number } {
    const { host, secrets } = this.#options;
    const { token, access_token, expires_in } = parseToken(body) ?? { token: '', access_token: '', expires_in: 0 };
    const value = token || access_token;
    // A header takes no other characters; the standard fewer still: https://www.rfc-editor.org/rfc/rfc6750#section-2.1
    if (!/^[\x21-\x7e]+$/u.test(value))
      throw new RegistryError('registry-error', `The token server of ${host}, ${url.host}, sent no token.`, {
        host,
        method,
        url,
        status,
      });
    secrets.add(value);
    return { token: value, lifeMs: Math.max(expires_in * 1_000, shortestLifeMs) };
  }
}

/** https://distribution.github.io/distribution/spec/auth/token/#requesting-a-token */
function tokenRequest(
  realm: URL,
  { service }: BearerChallenge,
  scopes: readonly string[],
  credential: Credential | undefined,
): Exchange {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  if (credential && 'password' in credential) url.searchParams.set('account', credential.username);
  const basic = basicOf(credential);
  const own = { [headers.accept]: 'application/json', ...(basic !== undefined && { [headers.authorization]: basic }) };
  return { method: 'GET', url, headers: own, limit: tokenLimit };
}

/** https://distribution.github.io/distribution/spec/auth/oauth/#getting-a-token */
function refreshRequest(
  realm: URL,
  { service }: BearerChallenge,
  scopes: readonly string[],
  identityToken: string,
): Exchange {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: identityToken,
    client_id: 'docker-push',
    ...(service !== undefined && { service }),
    scope: scopes.join(' '),
  });
  return {
    method: 'POST',
    url: realm,
    headers: { [headers.accept]: 'application/json', [headers.contentType]: 'application/x-www-form-urlencoded' },
    body: form.toString(),
    limit: tokenLimit,
  };
}

function parseToken(body: Buffer): v.InferOutput<typeof tokenBody> | undefined {
  try {
    // What Node says of damaged JSON quotes it: not even as a cause may that be kept.
    const result = v.safeParse(tokenBody, JSON.parse(body.toString('utf8')));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}
