import { type Reference, type TaggedReference } from '../reference/index.ts';
import { digestLike, headerDigest } from './digest.ts';
import { RegistryError } from './errors.ts';
import type { Descriptor } from './manifest.ts';
import { fetchManifest, manifestPath, readFetched, resolveManifest } from './manifest-request.ts';
import { scopeOf } from './scope.ts';
import type { Session } from './session.ts';

export interface Retagger {
  /**
   * Gives an image, or an index, one more tag in its repository: its manifest's very bytes are put there under that tag,
   * and nothing is uploaded. What the tag held before is replaced without a question.
   *
   * @returns what the tag now holds; undefined if there is nothing under the reference
   * @throws RegistryError, with the code `digest-differs` if the registry made something else of it; CancelledError
   */
  retag(reference: Reference, tag: string, signal?: AbortSignal): Promise<Descriptor | undefined>;
}

export async function retagManifest(
  session: Session,
  reference: Reference,
  tag: string,
  signal: AbortSignal,
): Promise<Descriptor | undefined> {
  const { repository } = reference;
  // One token serves for both requests.
  const fetched = await fetchManifest(session, reference, signal, 'pull,push');
  if (fetched === undefined) return undefined;
  const { mediaType } = readFetched(session, reference, fetched);
  const bytes = fetched.answer.body;
  const target: TaggedReference = { kind: 'tagged', repository, tag };
  const ask = { method: 'PUT', path: manifestPath(target), scope: scopeOf(repository, 'pull,push') } as const;
  const answer = await session.request({ ...ask, content: { mediaType, bytes } }, signal);
  if (answer.status !== 201 && answer.status !== 200) throw session.fault(answer);
  const digest = headerDigest(answer) ?? (await resolveManifest(session, target, signal))?.digest ?? 'sha256:';
  if (digestLike(digest, bytes) === digest) return { ...fetched.descriptor, mediaType };
  const { host } = session;
  const { method, url, status } = answer;
  const message = `${host} took the tag ${tag}, and holds something else under it than was asked. Look at the tag before it is used.`;
  throw new RegistryError('digest-differs', message, { host, method, url, status });
}
