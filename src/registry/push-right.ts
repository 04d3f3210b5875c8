import type { Repository } from '../reference/index.ts';
import { RegistryError } from './errors.ts';
import * as headers from './headers.ts';
import { scopeOf } from './scope.ts';
import type { Session } from './session.ts';
import type { Answer } from './wire.ts';

export type PushRight =
  | { readonly kind: 'granted' }
  /** The error says whether it is the sign-in that is refused (`unauthorized`) or this repository (`denied`). */
  | { readonly kind: 'refused'; readonly error: RegistryError };

export interface PushRightProbe {
  /**
   * Whether a push to this repository would be let in: an upload is begun, and given up before any byte is sent. So
   * nothing is there to be seen of it afterwards, but where a registry makes a missing repository as soon as somebody
   * signs in for a push, as Quay does (https://github.com/quay/quay/blob/master/endpoints/v2/v2auth.py). That the push
   * will succeed is not said: a tag can be immutable, a quota used up.
   *
   * @throws RegistryError if it was not judged, with the code `repository-missing` where the registry makes no
   *   repository by itself; CancelledError
   */
  mayPush(repository: Repository, signal?: AbortSignal): Promise<PushRight>;
}

export async function probePushRight(
  session: Session,
  repository: Repository,
  signal: AbortSignal,
): Promise<PushRight> {
  try {
    await beginUpload(session, repository, signal);
    return { kind: 'granted' };
  } catch (error) {
    const refused = error instanceof RegistryError && (error.code === 'unauthorized' || error.code === 'denied');
    if (!refused) throw error;
    return { kind: 'refused', error };
  }
}

async function beginUpload(session: Session, repository: Repository, signal: AbortSignal): Promise<void> {
  const { path } = repository;
  const scope = scopeOf(repository, 'pull,push');
  const answer = await session.request({ method: 'POST', path: `/v2/${path}/blobs/uploads/`, scope }, signal);
  if (answer.status === 202) return cancelUpload(session, answer, scope, signal);
  if (answer.status === 403) throw session.fault(answer, 'denied', `${session.host} does not let you push to ${path}.`);
  if (answer.status !== 404) throw session.fault(answer);
  await session.confirmRegistry(signal);
  throw session.fault(
    answer,
    'repository-missing',
    `${session.host} has no repository ${path}, and makes none by itself.`,
  );
}

/** Some registries do not know of cancelling, and forget an upload that does not go on: so its outcome is of no matter. */
async function cancelUpload(session: Session, answer: Answer, scope: string, signal: AbortSignal): Promise<void> {
  const location = answer.headers[headers.location];
  if (location === undefined || !URL.canParse(location, answer.url.href)) return;
  const url = new URL(location, answer.url);
  // Elsewhere nothing is deleted.
  if (!session.isOwn({ url })) return;
  try {
    await session.request({ method: 'DELETE', path: url.pathname + url.search, scope }, signal);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
  }
}
