import * as v from 'valibot';
import { parseRepository, type Repository } from '../reference/index.ts';
import { chooseChallenge, parseChallenges } from './challenge.ts';
import { saying } from './diagnostics.ts';
import { RegistryError } from './errors.ts';
import * as headers from './headers.ts';
import { listLimit, readAnswer } from './json-answer.ts';
import { type Page, pageOf, pageQuery, type PageRequest } from './paging.ts';
import { catalogScope } from './scope.ts';
import type { Session } from './session.ts';
import type { Answer } from './wire.ts';

export interface CatalogRequest extends PageRequest {
  /** The path after which the first page begins; it need not exist. */
  readonly startAfter?: string | undefined;
}

export interface RepositoryLister {
  /**
   * A page of the registry's repositories, of those that it shows. It is no part of OCI's specification but of Docker's:
   * https://distribution.github.io/distribution/spec/api/#listing-repositories
   *
   * @throws RegistryError, with the code `listing-unsupported` where the registry has no such list for this user;
   *   CancelledError
   */
  repositories(page?: CatalogRequest, signal?: AbortSignal): Promise<Page<Repository>>;
}

const catalog = v.object({ repositories: v.nullish(v.array(v.string())) });

export async function listRepositories(
  session: Session,
  { startAfter, ...page }: CatalogRequest,
  signal: AbortSignal,
): Promise<Page<Repository>> {
  const query = pageQuery(page, startAfter);
  const answer = await ask(session, query, signal);
  if (answer.status === 404) await session.confirmRegistry(signal);
  if ([403, 404, 405].includes(answer.status) || (answer.status === 401 && isForOthers(session, answer)))
    throw session.fault(answer, 'listing-unsupported', unsupported(session));
  const { repositories } = readAnswer(session, answer, catalog, 'the list of its repositories');
  return pageOf(session, { answer, query, listed: repositories ?? [] }, (path) => repositoryAt(session.host, path));
}

async function ask(session: Session, query: string, signal: AbortSignal): Promise<Answer> {
  const path = `/v2/_catalog?${query}`;
  try {
    const asked = { method: 'GET', path, scope: catalogScope, accept: 'application/json', limit: listLimit } as const;
    return await session.request(asked, signal);
  } catch (error) {
    // A token server that judges the credential right and the wish wrong.
    if (!(error instanceof RegistryError) || error.code !== 'denied' || !session.signedIn) throw error;
    const { host, diagnostics } = error;
    const words = unsupported(session) + saying(diagnostics);
    throw new RegistryError('listing-unsupported', words, { host, diagnostics, cause: error });
  }
}

/** Whether a 401 means that even who is signed in may not: where a token was granted first, or else it is the password. */
function isForOthers({ signedIn }: Session, answer: Answer): boolean {
  const challenge = chooseChallenge(parseChallenges(answer.headers[headers.wwwAuthenticate] ?? ''));
  return signedIn && challenge?.scheme === 'bearer';
}

function unsupported({ host, signedIn }: Session): string {
  return `${host} does not list its repositories${signedIn ? ' to this account' : ' without a sign-in'}. Type the repository's name instead.`;
}

/** What is no name could not be asked for. */
function repositoryAt(host: string, path: string): Repository | undefined {
  try {
    return parseRepository(`${host}/${path}`);
  } catch {
    return undefined;
  }
}
