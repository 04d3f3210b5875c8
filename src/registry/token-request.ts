import type { Credential } from '../credentials/index.ts';
import { basicOf } from './basic.ts';
import type { UsableChallenge } from './challenge.ts';
import * as headers from './headers.ts';
import { parsed } from './json-answer.ts';
import type { Answer, Exchange } from './wire.ts';

export type BearerChallenge = Extract<UsableChallenge, { scheme: 'bearer' }>;

/** What a token is asked for, and where. */
export interface TokenWish {
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
}

/** Bytes of a token server's answer that are read. */
const limit = 64 * 1024;

/** The request by which a credential gets a token, and another for servers that do not know the first. */
export function tokenRequests(
  wish: TokenWish,
  credential: Credential | undefined,
): readonly [Exchange, other?: Exchange] {
  if (credential === undefined) return [getRequest(wish)];
  if ('identityToken' in credential) {
    // As a password it serves at Azure's and others, with the name with which it was given.
    const { identityToken, username = '' } = credential;
    return [refreshRequest(wish, identityToken), getRequest(wish, { username, password: identityToken })];
  }
  const { username, password } = credential;
  const form = { grant_type: 'password', username, password };
  return [getRequest(wish, credential), postRequest(wish, form)];
}

/** https://distribution.github.io/distribution/spec/auth/oauth/#getting-a-token */
export function refreshRequest(wish: TokenWish, token: string): Exchange {
  return postRequest(wish, { grant_type: 'refresh_token', refresh_token: token });
}

/**
 * Whether a token server may only not know this kind of request. To a POST some say so with 404 (Google's), 401
 * (Artifactory) or 400 (Azure's), as containerd found (https://github.com/containerd/containerd/blob/v2.1.4/core/remotes/docker/authorizer.go);
 * one that speaks OAuth's language and says that the token is not valid has understood.
 */
export function isUnknownThere({ method, status, body }: Answer): boolean {
  if (status === 404 || status === 405) return true;
  return method === 'POST' && (status === 400 || status === 401) && oauthError(body) !== 'invalid_grant';
}

/** Whether the answer means that the credential is not accepted: OAuth says so with 400 (https://www.rfc-editor.org/rfc/rfc6749#section-5.2). */
export function isRefusal({ method, status }: Answer): boolean {
  return status === 401 || status === 403 || (status === 400 && method === 'POST');
}

/** https://distribution.github.io/distribution/spec/auth/token/#requesting-a-token; no refresh token is asked for. */
function getRequest({ realm, service, scopes }: TokenWish, basic?: { username: string; password: string }): Exchange {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  if (basic && basic.username !== '') url.searchParams.set('account', basic.username);
  const authorization = basicOf(basic);
  const own = {
    [headers.accept]: 'application/json',
    ...(authorization !== undefined && { [headers.authorization]: authorization }),
  };
  return { method: 'GET', url, headers: own, limit, referred: true };
}

function postRequest({ realm, service, scopes }: TokenWish, grant: Record<string, string>): Exchange {
  const form = new URLSearchParams({
    ...grant,
    client_id: 'docker-push',
    ...(service !== undefined && { service }),
    scope: scopes.join(' '),
  });
  return {
    method: 'POST',
    url: realm,
    headers: { [headers.accept]: 'application/json', [headers.contentType]: 'application/x-www-form-urlencoded' },
    body: form.toString(),
    limit,
    referred: true,
  };
}

function oauthError(body: Buffer): unknown {
  const json = parsed(body);
  return typeof json === 'object' && json !== null && 'error' in json ? json.error : undefined;
}
