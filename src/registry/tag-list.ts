import * as v from 'valibot';
import { formatRepository, parseTag, type Repository } from '../reference/index.ts';
import { listLimit, readAnswer } from './json-answer.ts';
import { type Page, pageOf, pageQuery, type PageRequest } from './paging.ts';
import { scopeOf } from './scope.ts';
import type { Session } from './session.ts';

export interface TagLister {
  /**
   * A page of the tags of a repository, in the registry's order
   * (https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags): by their letters, or by age.
   *
   * @throws RegistryError, with the code `repository-missing` if there is no such repository; CancelledError
   */
  tags(repository: Repository, page?: PageRequest, signal?: AbortSignal): Promise<Page<string>>;
}

const tagList = v.object({ tags: v.nullish(v.array(v.string())) });

export async function listTags(
  session: Session,
  repository: Repository,
  page: PageRequest,
  signal: AbortSignal,
): Promise<Page<string>> {
  const query = pageQuery(page);
  const path = `/v2/${repository.path}/tags/list?${query}`;
  const scope = scopeOf(repository, 'pull');
  const ask = { method: 'GET', path, scope, accept: 'application/json', limit: listLimit } as const;
  const answer = await session.request(ask, signal);
  if (answer.status === 404) {
    await session.confirmRegistry(signal);
    const words = `${session.host} has no repository ${repository.path}, or does not show it to you.`;
    throw session.fault(answer, 'repository-missing', words);
  }
  const { tags } = readAnswer(session, answer, tagList, `the tags of ${formatRepository(repository)}`);
  return pageOf(session, { answer, query, listed: tags ?? [] }, tagOf);
}

/** What is none could not be asked for. */
function tagOf(text: string): string | undefined {
  try {
    return parseTag(text);
  } catch {
    return undefined;
  }
}
