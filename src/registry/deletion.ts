import { type DigestReference, formatReference, type Reference, type TaggedReference } from '../reference/index.ts';
import { manifestPath, resolveManifest } from './manifest-request.ts';
import { scopeOf } from './scope.ts';
import type { Session } from './session.ts';
import type { Answer } from './wire.ts';

export interface TagDeleter {
  /**
   * Deletes a tag, and leaves what it points to and its other tags. Not all registries can: then the digest can be
   * deleted, and every tag of it with it (`tagsOf` names them).
   *
   * @returns false if there is none, be it that a first try, whose answer was lost, deleted it
   * @throws RegistryError, with the code `delete-unsupported` where the registry does not do that; CancelledError
   */
  deleteTag(tag: TaggedReference, signal?: AbortSignal): Promise<boolean>;
}

export interface ManifestDeleter {
  /**
   * Deletes what a digest names, and so every tag that points to it. An index of which it is a part stays, and lacks it.
   *
   * @returns false if there is none, be it that a first try, whose answer was lost, deleted it
   * @throws RegistryError, with the code `delete-unsupported` where the registry does not do that; CancelledError
   */
  deleteManifest(reference: DigestReference, signal?: AbortSignal): Promise<boolean>;
}

export async function deleteTag(session: Session, tag: TaggedReference, signal: AbortSignal): Promise<boolean> {
  const answer = await remove(session, tag, signal);
  if (succeeded(answer)) return true;
  const words = `${session.host} does not delete a tag by itself.`;
  // Some say so of every tag that is asked of them in this way.
  if (answer.status === 404) {
    if ((await resolveManifest(session, tag, signal)) === undefined) return false;
    throw session.fault(answer, 'delete-unsupported', words);
  }
  throw unsupports(answer) ? session.fault(answer, 'delete-unsupported', words) : session.fault(answer);
}

export async function deleteManifest(
  session: Session,
  reference: DigestReference,
  signal: AbortSignal,
): Promise<boolean> {
  const answer = await remove(session, reference, signal);
  if (succeeded(answer)) return true;
  if (answer.status === 404) {
    await session.confirmRegistry(signal);
    return false;
  }
  if (!unsupports(answer)) throw session.fault(answer);
  const words = `${session.host} did not delete ${formatReference(reference)}. It may not delete at all, or only elsewhere, as on its web page.`;
  throw session.fault(answer, 'delete-unsupported', words);
}

function remove(session: Session, reference: Reference, signal: AbortSignal): Promise<Answer> {
  const scope = scopeOf(reference.repository, 'delete');
  return session.request({ method: 'DELETE', path: manifestPath(reference), scope }, signal);
}

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#deleting-tags says 202; some say 200 or 204. */
function succeeded({ status }: Answer): boolean {
  return status === 200 || status === 202 || status === 204;
}

function unsupports({ status }: Answer): boolean {
  return status === 400 || status === 405 || status === 501;
}
