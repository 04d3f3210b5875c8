import * as v from 'valibot';
import type { Browser, RemoteRepository, RemoteTag } from '../browser.ts';
import { RegistryError } from '../errors.ts';
import * as headers from '../headers.ts';
import type { Page } from '../paging.ts';
import { readBody, readDate } from './body.ts';
import { GitLabApi } from './gitlab-api.ts';
import { nextPage } from './link.ts';
import { listedOr } from './own-host.ts';
import type { ProviderParts } from './provider.ts';

/** https://docs.gitlab.com/api/container_registry/#list-registry-repositories */
const repositoriesBody = v.array(v.object({ id: v.number(), path: v.string() }));
/** The list of tags in the REST API has names alone: https://docs.gitlab.com/api/graphql/reference/#containerrepositorytag */
const tagsQuery = `query ($id: ContainerRepositoryID!, $first: Int, $after: String) {
  containerRepository(id: $id) {
    tags(first: $first, after: $after) {
      nodes { name digest totalSize createdAt publishedAt }
      pageInfo { endCursor hasNextPage }
    }
  }
}`;
/** Of this list GitLab gives no more at once. */
const mostTags = 20;
const tagsBody = v.object({
  data: v.nullish(
    v.object({
      containerRepository: v.nullish(
        v.object({
          tags: v.nullish(
            v.object({
              nodes: v.array(
                v.object({
                  name: v.string(),
                  digest: v.nullish(v.string()),
                  // A BigInt, which is written as a string.
                  totalSize: v.nullish(v.union([v.number(), v.pipe(v.string(), v.digits(), v.transform(Number))])),
                  createdAt: v.nullish(v.string()),
                  publishedAt: v.nullish(v.string()),
                }),
              ),
              pageInfo: v.object({ endCursor: v.nullish(v.string()), hasNextPage: v.boolean() }),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** Lists by GitLab's API what it shows to the token, and tags by the protocol where it shows nothing. */
export function browseGitLab(parts: ProviderParts): Browser {
  const gitlab = new GitLabApi(parts);
  const { registry, lists } = parts;
  /** The numbers under which GitLab knows the repositories that were listed. */
  const numbers = new Map<string, number>();
  return {
    repositories: async (namespace, { after, limit = 100 }, signal) => {
      const { json, next } = await repositoriesOf(gitlab, registry, namespace, after, limit, signal);
      const items = readBody(repositoriesBody, json, registry).map(({ id, path }): RemoteRepository => {
        numbers.set(path, id);
        return { repository: { registry, path } };
      });
      return { items, ...(next !== undefined && { next }) };
    },
    remoteTags: (path, query, signal) => {
      const protocol = () => lists.remoteTags(path, query, signal);
      const number = numbers.get(path);
      if (number === undefined) return protocol();
      const { after, limit } = query;
      const own = () => tagsOf(gitlab, registry, number, after?.slice(mark.length), limit, signal);
      return listedOr(query, mark, own, protocol);
    },
  };
}

/** Tells a cursor of GitLab's from one of the protocol's. */
const mark = 'graphql:';

async function repositoriesOf(
  gitlab: GitLabApi,
  host: string,
  namespace: string | undefined,
  after: string | undefined,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<{ json: unknown; next: string | undefined }> {
  if (namespace === undefined)
    throw new RegistryError(
      'listing-unsupported',
      `${host} lists the repositories of one group or project at a time: add ${host}/GROUP.`,
      { host },
    );
  // The name does not say whether it is a group's or a project's.
  const kinds = namespace.includes('/') ? ['groups', 'projects'] : ['groups'];
  const places = kinds.map(
    (kind) => `v4/${kind}/${encodeURIComponent(namespace)}/registry/repositories?per_page=${limit}`,
  );
  const api = await gitlab.address(signal);
  for (const url of after === undefined
    ? places.map((place) => new URL(api + place))
    : [new URL(new URL(api).origin + after)])
    try {
      const answer = await gitlab.ask({ url }, signal);
      return { json: answer.json, next: nextPage(answer.headers[headers.link], url) };
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      if (error.status === 401 || error.status === 403)
        throw new RegistryError(
          error.code,
          `${error.message} To list repositories, GitLab wants a token with read_api.`,
          { host, status: error.status, diagnostics: error.diagnostics, cause: error },
        );
      if (error.status !== 404) throw error;
    }
  throw new RegistryError(
    'registry-error',
    `GitLab shows no group or project ${namespace} to this account. Check the name, and what the token may read.`,
    { host, status: 404 },
  );
}

async function tagsOf(
  gitlab: GitLabApi,
  host: string,
  number: number,
  after: string | undefined,
  limit: number | undefined,
  signal: AbortSignal | undefined,
): Promise<Page<RemoteTag>> {
  const variables = {
    id: `gid://gitlab/ContainerRepository/${number}`,
    first: Math.min(limit ?? mostTags, mostTags),
    ...(after !== undefined && { after }),
  };
  const url = new URL(`${await gitlab.address(signal)}graphql`);
  const { json } = await gitlab.ask({ method: 'POST', url, body: { query: tagsQuery, variables } }, signal);
  const tags = readBody(tagsBody, json, host).data?.containerRepository?.tags;
  // What one may not see is not there, and the status is 200 all the same.
  if (!tags) throw new RegistryError('registry-error', 'GitLab does not show these tags.', { host, status: 404 });
  const { endCursor, hasNextPage } = tags.pageInfo;
  const items = tags.nodes.map(({ name, digest, totalSize, createdAt, publishedAt }): RemoteTag => {
    const pushedAt = readDate(publishedAt ?? createdAt);
    return {
      name,
      ...(digest && { digest }),
      ...(typeof totalSize === 'number' && { sizeBytes: totalSize }),
      ...(pushedAt && { pushedAt }),
    };
  });
  return { items, ...(hasNextPage && endCursor && { next: mark + endCursor }) };
}
