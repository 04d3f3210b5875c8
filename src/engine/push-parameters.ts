import type { AuthConfig } from '../credentials/index.ts';

/**
 * `X-Registry-Auth`: base64url with padding, since moby ignores any other form without a word and pushes anonymously.
 * Without a credential an empty object, since the classic store refuses a push that lacks the header.
 */
export function registryAuth(auth: AuthConfig | undefined): string {
  return Buffer.from(JSON.stringify(auth ?? {}))
    .toString('base64')
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}

/** From this API version on, engines read the `platform` of a push; older ones ignore it and push what they like. */
export const platformSince = '1.46';

/** `os/arch[/variant]` as the JSON object that the engine wants. */
export function platformParameter(platform: string): string {
  const [os = '', architecture = '', variant] = platform.split('/');
  return JSON.stringify({ os, architecture, ...(variant !== undefined && { variant }) });
}
