import * as v from 'valibot';
import type { Repository } from '../reference/index.ts';
import * as headers from './headers.ts';
import { listLimit, parsed } from './json-answer.ts';
import { type Descriptor, descriptor, list } from './manifest.ts';
import { fetchManifest } from './manifest-request.ts';
import { ociIndex } from './media-types.ts';
import { everyPage, type Page, pageOf } from './paging.ts';
import { scopeOf } from './scope.ts';
import type { Session } from './session.ts';

/** What refers to an image: a signature, a bill of materials, a scan's report. */
export interface Referrer extends Descriptor {
  /** As `application/spdx+json`; empty where it is not said. */
  readonly artifactType: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface ReferrerLister {
  /**
   * What refers to a digest (https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers),
   * of every kind or of one. Where the registry does not know the question, what clients have written under a tag made
   * of the digest; nothing where there is neither.
   *
   * @throws RegistryError, CancelledError
   */
  referrers(
    repository: Repository,
    digest: string,
    artifactType?: string,
    signal?: AbortSignal,
  ): Promise<readonly Referrer[]>;
}

const index = v.object({
  manifests: list(
    v.object({
      ...descriptor,
      artifactType: v.fallback(v.string(), ''),
      annotations: v.fallback(v.record(v.string(), v.string()), {}),
    }),
  ),
});
/** What registries that do not know the question have said to it. */
const unknownThere = new Set([400, 404, 405, 406]);

export async function listReferrers(
  session: Session,
  repository: Repository,
  { digest, artifactType }: { readonly digest: string; readonly artifactType: string | undefined },
  signal: AbortSignal,
): Promise<readonly Referrer[]> {
  const isWished = (referrer: Referrer): boolean =>
    artifactType === undefined || referrer.artifactType === artifactType;
  const first = artifactType === undefined ? '' : new URLSearchParams({ artifactType }).toString();
  const ask = async (query: string): Promise<Page<Referrer> | undefined> => {
    const path = `/v2/${repository.path}/referrers/${digest}${query && '?'}${query}`;
    const scope = scopeOf(repository, 'pull');
    const answer = await session.request({ method: 'GET', path, scope, accept: ociIndex, limit: listLimit }, signal);
    if (answer.status !== 200 && !unknownThere.has(answer.status)) throw session.fault(answer);
    const listed = answer.status === 200 && answer.complete ? readIndex(parsed(answer.body)) : undefined;
    const isFiltered = /\bartifactType\b/u.test(String(answer.headers[headers.ociFiltersApplied]));
    return (
      listed && pageOf(session, { answer, query, listed }, (one) => (isFiltered || isWished(one) ? one : undefined))
    );
  };
  const page = await ask(first);
  if (page === undefined) return (await taggedReferrers(session, repository, digest, signal)).filter(isWished);
  const found: Referrer[] = [];
  for await (const items of everyPage(
    session.host,
    async (after) => (after === undefined ? page : await ask(after)) ?? { items: [] },
  ))
    found.push(...items);
  return found;
}

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema */
async function taggedReferrers(
  session: Session,
  repository: Repository,
  digest: string,
  signal: AbortSignal,
): Promise<readonly Referrer[]> {
  const [algorithm = '', hex = ''] = digest.split(':');
  const tag = `${algorithm.slice(0, 32)}-${hex.slice(0, 64)}`;
  const fetched = await fetchManifest(session, { kind: 'tagged', repository, tag }, signal);
  return readIndex(fetched?.json) ?? [];
}

function readIndex(json: unknown): readonly Referrer[] | undefined {
  const result = v.safeParse(index, json);
  return result.success ? result.output.manifests : undefined;
}
