import * as v from 'valibot';
import type { Credential, PasswordCredential } from '../../credentials/index.ts';
import { RegistryError } from '../errors.ts';
import * as headers from '../headers.ts';
import type { ProviderParts } from './provider.ts';

/** https://github.com/googleapis/googleapis/blob/master/google/devtools/artifactregistry/v1/service.proto */
const api = 'https://artifactregistry.googleapis.com';
/** https://github.com/googleapis/googleapis/blob/master/google/devtools/containeranalysis/v1/containeranalysis.proto */
const analysisApi = 'https://containeranalysis.googleapis.com';
/** `LOCATION-docker.pkg.dev`, where a location is a region or one of the large ones, as `us`. */
const hosts = /^([a-z]+(?:-[a-z]+\d+)?)-docker\.pkg\.dev$/u;

const containerRegistries = new Set(['gcr.io', 'us.gcr.io', 'eu.gcr.io', 'asia.gcr.io']);

export const nextPageToken = v.optional(v.string());

/** Where in Google's API a host is; undefined for one that is not Artifact Registry's. */
export function locationOf(host: string): string | undefined {
  return hosts.exec(host)?.[1];
}

/** Whether a host is one of Google's registries. */
export function isGoogleHost(host: string): boolean {
  return locationOf(host) !== undefined || containerRegistries.has(host);
}

/** Whether it is an access token, as a key is none: the API takes nothing else. */
export function isGoogleToken(credential: Credential | undefined): credential is PasswordCredential {
  return credential !== undefined && 'password' in credential && credential.username === 'oauth2accesstoken';
}

/** Whether the API can be asked of this registry. */
export function hasApi({ registry, credential }: ProviderParts): boolean {
  return locationOf(registry) !== undefined && isGoogleToken(credential);
}

/** Whether what was found in images can be asked of this registry's: that has one place for all locations. */
export function hasAnalysis({ registry, credential }: ProviderParts): boolean {
  return isGoogleHost(registry) && isGoogleToken(credential);
}

/** `projects/P/locations/L`, the beginning of every name in the API. */
export function parentOf({ registry }: ProviderParts, project: string): string {
  return `projects/${encodeURIComponent(project)}/locations/${locationOf(registry) ?? ''}`;
}

export function repositoryPath(parts: ProviderParts, project: string, repository: string): string {
  return `${parentOf(parts, project)}/repositories/${encodeURIComponent(repository)}`;
}

export interface GoogleRequest {
  /** Artifact Registry's own when absent, else the one that tells what was found in images. */
  readonly service?: 'analysis';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Sent by POST. */
  readonly body?: object;
  /** Bytes of the answer that are read at most. */
  readonly limit?: number;
}

/**
 * Asks the API, with the access token.
 *
 * @throws RegistryError `unauthorized` without one; others; CancelledError
 */
export async function askGoogle(
  parts: ProviderParts,
  { service, path, query = {}, body, limit }: GoogleRequest,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const { credential, registry } = parts;
  const isOpen = service === 'analysis' ? hasAnalysis(parts) : hasApi(parts);
  if (!isOpen || !isGoogleToken(credential))
    throw new RegistryError(
      'unauthorized',
      'Google answers this to an access token alone: sign in as oauth2accesstoken, with what "gcloud auth print-access-token" prints.',
      { host: registry },
    );
  const url = new URL(`/v1/${path}`, service === 'analysis' ? analysisApi : api);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
  const request = {
    url,
    headers: { [headers.authorization]: `Bearer ${credential.password}` },
    secrets: [credential.password],
    ...(body && { method: 'POST' as const, body }),
    ...(limit !== undefined && { limit }),
  };
  return (await parts.api.ask(request, signal)).json;
}
