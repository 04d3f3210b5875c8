import { formatReference, type Reference } from '../reference/index.ts';
import { digestLike, headerDigest } from './digest.ts';
import { RegistryError } from './errors.ts';
import * as headers from './headers.ts';
import { parsed } from './json-answer.ts';
import { type Descriptor, type Manifest, readManifest } from './manifest.ts';
import { acceptManifests, mediaTypeOf } from './media-types.ts';
import { type Action, scopeOf } from './scope.ts';
import { isWebPage, type Session } from './session.ts';
import type { Answer } from './wire.ts';

export interface ManifestResolver {
  /**
   * The descriptor to which a tag or digest points; undefined when the registry says that there is none.
   *
   * @throws RegistryError, CancelledError
   */
  resolve(reference: Reference, signal?: AbortSignal): Promise<Descriptor | undefined>;
}

export interface ManifestReader {
  /**
   * The manifest to which a tag or digest points, its bytes checked against the digest; undefined when the registry says
   * that there is none.
   *
   * @throws RegistryError, CancelledError
   */
  manifest(
    reference: Reference,
    signal?: AbortSignal,
  ): Promise<{ readonly descriptor: Descriptor; readonly body: Manifest } | undefined>;
}

/** A manifest as it came, checked against its digest. */
export interface FetchedManifest {
  readonly answer: Answer;
  /** With the media type of the answer's Content-Type. */
  readonly descriptor: Descriptor;
  readonly json: unknown;
}

const limit = 4 * 1024 * 1024;

export async function resolveManifest(
  session: Session,
  reference: Reference,
  signal: AbortSignal,
): Promise<Descriptor | undefined> {
  const answer = await ask(session, 'HEAD', reference, 'pull', signal);
  if (answer === undefined) return undefined;
  if (answer.status === 200) {
    if (isWebPage(answer)) throw session.fault(answer, 'not-a-registry');
    const descriptor = describedBy(answer, reference);
    if (descriptor) return descriptor;
  }
  return (await fetchManifest(session, reference, signal))?.descriptor;
}

export async function manifestOf(
  session: Session,
  reference: Reference,
  signal: AbortSignal,
): Promise<{ descriptor: Descriptor; body: Manifest } | undefined> {
  const fetched = await fetchManifest(session, reference, signal);
  if (fetched === undefined) return undefined;
  const { mediaType, body } = readFetched(session, reference, fetched);
  return { descriptor: { ...fetched.descriptor, mediaType }, body };
}

/** What a manifest says, of the four media types. */
export function readFetched(
  session: Session,
  reference: Reference,
  { answer, descriptor, json }: FetchedManifest,
): { mediaType: string; body: Manifest } {
  const read = readManifest(json, descriptor.mediaType);
  if ('fault' in read) throw invalid(session, answer, reference, read.fault);
  return read;
}

/** @param action for which a token is asked: what follows may need more than this */
export async function fetchManifest(
  session: Session,
  reference: Reference,
  signal: AbortSignal,
  action: Action = 'pull',
): Promise<FetchedManifest | undefined> {
  const answer = await ask(session, 'GET', reference, action, signal);
  if (answer === undefined) return undefined;
  if (isWebPage(answer)) throw session.fault(answer, 'not-a-registry');
  if (!answer.complete) throw invalid(session, answer, reference, 'it has more than 4 MiB');
  const stated = headerDigest(answer);
  const asked = reference.kind === 'digest' ? reference.digest : undefined;
  for (const expected of [asked, stated])
    if (expected !== undefined && digestLike(expected, answer.body) !== expected)
      throw invalid(session, answer, reference, `its bytes do not have the digest ${expected}`);
  const digest = asked ?? stated ?? digestLike('sha256:', answer.body);
  const json = parsed(answer.body);
  if (json === undefined) throw session.fault(answer, 'not-a-registry');
  const mediaType = mediaTypeOf(answer.headers[headers.contentType]);
  return { answer, descriptor: { mediaType, digest, size: answer.body.length }, json };
}

/** The path at which a registry has the manifest of a reference. */
export function manifestPath(reference: Reference): string {
  const name = reference.kind === 'digest' ? reference.digest : reference.tag;
  return `/v2/${reference.repository.path}/manifests/${name}`;
}

/** The answer with a status of 200, or to a HEAD that is not understood; undefined if the registry has none such. */
async function ask(
  session: Session,
  method: 'GET' | 'HEAD',
  reference: Reference,
  action: Action,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const scope = scopeOf(reference.repository, action);
  const path = manifestPath(reference);
  const answer = await session.request({ method, path, scope, accept: acceptManifests, limit }, signal);
  if (answer.status === 200 || (answer.status === 405 && method === 'HEAD')) return answer;
  if (answer.status !== 404) throw session.fault(answer);
  await session.confirmRegistry(signal);
  return undefined;
}

function invalid(
  { host }: Session,
  { method, url, status }: Answer,
  reference: Reference,
  fault: string,
): RegistryError {
  const message = `${host} sent a manifest for ${formatReference(reference)} that is not valid: ${fault}.`;
  return new RegistryError('manifest-invalid', message, { host, method, url, status });
}

/** The descriptor that the headers of an answer to HEAD give; undefined if they say too little, or another digest. */
function describedBy(answer: Answer, reference: Reference): Descriptor | undefined {
  const digest = headerDigest(answer);
  const length = answer.headers[headers.contentLength];
  const mediaType = mediaTypeOf(answer.headers[headers.contentType]);
  if (digest === undefined || length === undefined || mediaType === '') return undefined;
  if (reference.kind === 'digest' && reference.digest !== digest) return undefined;
  return { mediaType, digest, size: Number(length) };
}
