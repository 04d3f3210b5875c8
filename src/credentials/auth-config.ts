/**
 * The record of a credential as the Engine API takes it in `X-Registry-Auth`
 * (https://docs.docker.com/reference/api/engine/#section/Authentication).
 */
export type AuthConfig =
  | { readonly username: string; readonly password: string; readonly serveraddress: string }
  | { readonly identitytoken: string; readonly serveraddress: string };
