import * as v from 'valibot';
import type { Credential, PasswordCredential } from '../../credentials/index.ts';
import { RegistryError } from '../errors.ts';
import * as headers from '../headers.ts';
import type { ProviderParts } from './provider.ts';

/** https://github.com/googleapis/googleapis/blob/master/google/devtools/artifactregistry/v1/service.proto */
const api = 'https://artifactregistry.googleapis.com';
/** `LOCATION-docker.pkg.dev`, where a location is a region or one of the large ones, as `us`. */
const hosts = /^([a-z]+(?:-[a-z]+\d+)?)-docker\.pkg\.dev$/u;

export const nextPageToken = v.optional(v.string());

/** Where in Google's API a host is; undefined for one that is not Artifact Registry's. */
export function locationOf(host: string): string | undefined {
  return hosts.exec(host)?.[1];
}

/** Whether it is an access token, as a key is none: the API takes nothing else. */
export function isGoogleToken(credential: Credential | undefined): credential is PasswordCredential {
  return credential !== undefined && 'password' in credential && credential.username === 'oauth2accesstoken';
}

/** Whether the API can be asked of this registry. */
export function hasApi({ registry, credential }: ProviderParts): boolean {
  return locationOf(registry) !== undefined && isGoogleToken(credential);
}

/** `projects/P/locations/L`, the beginning of every name in the API. */
export function parentOf({ registry }: ProviderParts, project: string): string {
  return `projects/${encodeURIComponent(project)}/locations/${locationOf(registry) ?? ''}`;
}

export function repositoryPath(parts: ProviderParts, project: string, repository: string): string {
  return `${parentOf(parts, project)}/repositories/${encodeURIComponent(repository)}`;
}

export interface GoogleRequest {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Sent by POST. */
  readonly body?: object;
}

/**
 * Asks the API, with the access token.
 *
 * @throws RegistryError `unauthorized` without one; others; CancelledError
 */
export async function askGoogle(
  parts: ProviderParts,
  { path, query = {}, body }: GoogleRequest,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const { credential, registry } = parts;
  if (!hasApi(parts) || !isGoogleToken(credential))
    throw new RegistryError(
      'unauthorized',
      'Google answers this to an access token alone: sign in as oauth2accesstoken, with what "gcloud auth print-access-token" prints.',
      { host: registry },
    );
  const url = new URL(`/v1/${path}`, api);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
  const request = {
    url,
    headers: { [headers.authorization]: `Bearer ${credential.password}` },
    secrets: [credential.password],
    ...(body && { method: 'POST' as const, body }),
  };
  return (await parts.api.ask(request, signal)).json;
}
