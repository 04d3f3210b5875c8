import type { Credential } from './credential.ts';
import { serverAddress } from './server-address.ts';

/**
 * The record of a credential as the Engine API takes it in `X-Registry-Auth`
 * (https://docs.docker.com/reference/api/engine/#section/Authentication).
 */
export type AuthConfig =
  | { readonly username: string; readonly password: string; readonly serveraddress: string }
  | { readonly identitytoken: string; readonly serveraddress: string };

/**
 * A credential as an engine takes it. The address must be that of the push: for another one engines leave the
 * credential out without a word.
 *
 * @param registry as references name it, `docker.io` or `host[:port]`
 */
export function authConfigOf(credential: Credential, registry: string): AuthConfig {
  const serveraddress = serverAddress(registry);
  if ('identityToken' in credential) return { identitytoken: credential.identityToken, serveraddress };
  return { username: credential.username, password: credential.password, serveraddress };
}
