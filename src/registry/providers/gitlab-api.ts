import { chooseChallenge, parseChallenges } from '../challenge.ts';
import { RegistryError } from '../errors.ts';
import * as headers from '../headers.ts';
import { realmFault } from '../referral.ts';
import type { ApiAnswer, ApiRequest } from './api.ts';
import { ownOrigin } from './own-host.ts';
import type { ProviderParts } from './provider.ts';

export const hosted = 'registry.gitlab.com';

/** The API of the GitLab that a registry belongs to, signed in to when there is a credential. */
export class GitLabApi {
  readonly #parts: ProviderParts;
  #address: string | undefined;

  constructor(parts: ProviderParts) {
    this.#parts = parts;
  }

  ask(request: ApiRequest, signal: AbortSignal | undefined): Promise<ApiAnswer> {
    const { api, credential } = this.#parts;
    if (!credential || !('password' in credential)) return api.ask(request, signal);
    const { password } = credential;
    // Not as PRIVATE-TOKEN, which a redirect to elsewhere would take along.
    const signIn = { [headers.authorization]: `Bearer ${password}` };
    return api.ask({ ...request, headers: signIn, secrets: [password] }, signal);
  }

  /** Its address, with a slash at the end. */
  async address(signal: AbortSignal | undefined): Promise<string> {
    this.#address ??= await addressOf(this.#parts, signal);
    return this.#address;
  }
}

/**
 * Where the API of the registry's GitLab is. A self-managed registry names its GitLab as its token server, to which the
 * credential goes at each push: https://docs.gitlab.com/administration/packages/container_registry/
 */
async function addressOf(parts: ProviderParts, signal: AbortSignal | undefined): Promise<string> {
  const { registry, api } = parts;
  if (registry === hosted) return 'https://gitlab.com/api/';
  const url = new URL(`${await ownOrigin(parts, signal)}/v2/`);
  const answer = await api.ask({ url, wanted: 401 }, signal);
  const challenge = chooseChallenge(parseChallenges(answer.headers[headers.wwwAuthenticate] ?? ''));
  const realm = challenge?.scheme === 'bearer' && URL.canParse(challenge.realm) ? new URL(challenge.realm) : undefined;
  if (!realm?.pathname.endsWith('/jwt/auth') || realmFault(realm, url) !== undefined)
    throw new RegistryError('listing-unsupported', `${registry} does not say at which GitLab it is.`, {
      host: registry,
    });
  return `${realm.origin}${realm.pathname.slice(0, -'jwt/auth'.length)}api/`;
}
