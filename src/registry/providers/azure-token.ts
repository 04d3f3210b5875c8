import * as v from 'valibot';
import type { GrantedCredential } from '../../credentials/index.ts';
import { RegistryError } from '../errors.ts';
import { basicOf } from '../basic.ts';
import * as headers from '../headers.ts';
import { readBody } from './body.ts';
import type { ProviderParts } from './provider.ts';

/** The user name under which a registry takes a token for a password. */
const nobody = '00000000-0000-0000-0000-000000000000';
const hosts = /^[a-z0-9]+(?:-[a-z0-9]+)?\.azurecr\.(?:io|cn|us)$/u;
/** A token is not used when it could end on its way. */
const marginMs = 60_000;

const refreshBody = v.object({ refresh_token: v.string() });
const accessBody = v.object({ access_token: v.string() });
/** In seconds, as far as a date can be: https://www.rfc-editor.org/rfc/rfc7519#section-4.1 */
const timeClaims = v.object({
  exp: v.pipe(v.number(), v.maxValue(8.64e12)),
  iat: v.optional(v.number()),
  nbf: v.optional(v.number()),
});

const tenantClaim = v.object({ tid: v.string() });

/** Whether a host is Azure's: the registry's name, with a hash after it where the name is not Azure's alone. */
export function isAzure(host: string): boolean {
  return hosts.test(host);
}

/**
 * Exchanges a token of Microsoft's sign-in for a credential of the registry
 * (https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md#calling-post-oauth2exchange-to-get-an-acr-refresh-token).
 * The token goes to Azure's own hosts and to no other, whatever provider is set for one. The tenant is the token's own; one
 * of Azure's own samples leaves it out.
 *
 * @param accessToken of Microsoft's sign-in, for Azure's management
 * @throws RegistryError `referral-refused` for another host; `unauthorized`, others; CancelledError
 */
export async function azureCredential(
  { registry, api }: Pick<ProviderParts, 'registry' | 'api'>,
  accessToken: string,
  signal?: AbortSignal,
): Promise<GrantedCredential> {
  if (!isAzure(registry))
    throw new RegistryError(
      'referral-refused',
      `A Microsoft sign-in is sent to Azure's own hosts alone, and ${registry} is none. Sign in with a user name and a password.`,
      { host: registry },
    );
  const tenant = readClaims(tenantClaim, accessToken)?.tid;
  const body = new URLSearchParams({
    grant_type: 'access_token',
    service: registry,
    ...(tenant !== undefined && { tenant }),
    access_token: accessToken,
  });
  const url = new URL(`https://${registry}/oauth2/exchange`);
  const { json } = await api
    .ask({ method: 'POST', url, body, secrets: [accessToken] }, signal)
    .catch((error: unknown) => {
      throw error instanceof RegistryError ? explained(error, registry) : error;
    });
  const { refresh_token: password } = readBody(refreshBody, json, registry);
  const end = readClaims(timeClaims, password)?.exp;
  return {
    credential: { username: nobody, password },
    ...(end !== undefined && { expiresAt: new Date(end * 1_000) }),
  };
}

function explained(error: RegistryError, host: string): RegistryError {
  if (error.status !== 401 && error.status !== 403) return error;
  return new RegistryError(
    error.code,
    `${host} does not take this Microsoft account: it must be of the registry's own directory and have a role there, as AcrPush. Where the registry takes no tokens of Azure Resource Manager, sign in with a token of its own or a service principal.`,
    { host, status: error.status, cause: error },
  );
}

/** The tokens for the registry's own API, each kept as long as it says that it lasts. */
export class AzureTokens {
  readonly #parts: ProviderParts;
  readonly #known = new Map<string, { readonly token: string; readonly until: number }>();

  constructor(parts: ProviderParts) {
    this.#parts = parts;
  }

  /**
   * @param scope `repository:NAME:metadata_read`, `registry:catalog:*`
   * @throws RegistryError, CancelledError
   */
  async get(scope: string, signal: AbortSignal | undefined): Promise<string> {
    const { registry, clock } = this.#parts;
    const known = this.#known.get(scope);
    if (known && clock.now() < known.until) return known.token;
    const { access_token: token } = readBody(accessBody, await this.#ask(scope, signal), registry);
    const { exp, iat, nbf } = readClaims(timeClaims, token) ?? { exp: 0, iat: undefined, nbf: undefined };
    this.#known.set(scope, { token, until: clock.now() + (exp - (iat ?? nbf ?? exp)) * 1_000 - marginMs });
    return token;
  }

  async #ask(scope: string, signal: AbortSignal | undefined): Promise<unknown> {
    const { registry, api, credential } = this.#parts;
    const url = new URL('/oauth2/token', `https://${registry}`);
    if (credential && 'identityToken' in credential) {
      const { identityToken: refresh_token } = credential;
      const body = new URLSearchParams({ grant_type: 'refresh_token', service: registry, scope, refresh_token });
      return (await api.ask({ method: 'POST', url, body, secrets: [refresh_token] }, signal)).json;
    }
    // As engines do with a password, which may be one of these tokens.
    url.search = new URLSearchParams({ service: registry, scope }).toString();
    const basic = basicOf(credential);
    const own = basic === undefined ? {} : { headers: { [headers.authorization]: basic } };
    return (await api.ask({ url, ...own, secrets: credential ? [credential.password] : [] }, signal)).json;
  }
}

/** What a token says; undefined for one that is no JWT, or does not say it. */
function readClaims<T>(claims: v.GenericSchema<unknown, T>, token: string): T | undefined {
  try {
    const result = v.safeParse(
      claims,
      JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')),
    );
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}
