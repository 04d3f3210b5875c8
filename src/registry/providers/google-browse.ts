import * as v from 'valibot';
import type { Browser, RemoteRepository, RemoteTag } from '../browser.ts';
import { RegistryError } from '../errors.ts';
import { indexTypes } from '../media-types.ts';
import type { Page } from '../paging.ts';
import { readBody, readDate } from './body.ts';
import { askGoogle, nextPageToken, parentOf, repositoryPath } from './google-api.ts';
import { eachPlace, isWithin, skipEmpty } from './places.ts';
import type { ProviderParts } from './provider.ts';

/** Of a project's repositories, a thousand each. */
const mostPages = 10;
const time = v.optional(v.string());
const repositoriesBody = v.object({
  nextPageToken,
  repositories: v.optional(v.array(v.object({ name: v.string(), format: v.optional(v.string()) })), []),
});
const packagesBody = v.object({
  nextPageToken,
  packages: v.optional(v.array(v.object({ name: v.string(), updateTime: time })), []),
});
/** `view=FULL` brings the tags; the metadata is that of a DockerImage, whose numbers are strings in JSON. */
const versionsBody = v.object({
  nextPageToken,
  versions: v.optional(
    v.array(
      v.object({
        name: v.string(),
        createTime: time,
        updateTime: time,
        relatedTags: v.optional(v.array(v.object({ name: v.string() })), []),
        metadata: v.fallback(
          v.object({
            imageSizeBytes: v.optional(v.union([v.string(), v.number()])),
            mediaType: v.optional(v.string()),
          }),
          {},
        ),
      }),
    ),
    [],
  ),
});

/** Lists through Google's API; what it calls a package is a repository here. */
export function browseGoogle(parts: ProviderParts): Browser {
  const { registry } = parts;
  return {
    repositories: async (namespace, { after, limit = 100 }, signal) => {
      const [project, repository] = namespace?.split('/') ?? [];
      if (project === undefined)
        throw new RegistryError(
          'listing-unsupported',
          `Artifact Registry lists the images of a project: add ${registry}/PROJECT.`,
          { host: registry },
        );
      const pageIn = async (name: string, at: string | undefined): Promise<Page<RemoteRepository>> => {
        const path = `${repositoryPath(parts, project, name)}/packages`;
        const json = await askGoogle(parts, { path, query: { pageSize: size(limit), pageToken: at } }, signal);
        const { packages, nextPageToken } = readBody(packagesBody, json, registry);
        const found = packages.map(({ name: image, updateTime }): RemoteRepository => {
          const updatedAt = readDate(updateTime);
          const path = `${project}/${name}/${lastPart(image)}`;
          return { repository: { registry, path }, ...(updatedAt && { updatedAt }) };
        });
        return pageOf(
          found.filter(({ repository: { path } }) => isWithin(path, namespace)),
          nextPageToken,
        );
      };
      const places =
        repository === undefined
          ? () => dockerRepositories(parts, project, signal)
          : () => Promise.resolve([repository]);
      return await eachPlace(after, places, pageIn);
    },
    remoteTags: (path, { after, limit = 100 }, signal) =>
      skipEmpty(after, async (at) => {
        const [project = '', repository = '', ...image] = path.split('/');
        const name = `${repositoryPath(parts, project, repository)}/packages/${encodeURIComponent(image.join('/'))}`;
        const query = { view: 'FULL', pageSize: size(limit), pageToken: at };
        const json = await askGoogle(parts, { path: `${name}/versions`, query }, signal);
        const { versions, nextPageToken } = readBody(versionsBody, json, registry);
        return pageOf(versions.flatMap(readTags), nextPageToken);
      }),
  };
}

/** The names of the repositories for images in a project; those for other packages are of no use here. */
async function dockerRepositories(
  parts: ProviderParts,
  project: string,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const names: string[] = [];
  let pageToken: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const query = { pageSize: '1000', pageToken };
    const json = await askGoogle(parts, { path: `${parentOf(parts, project)}/repositories`, query }, signal);
    const { repositories, nextPageToken } = readBody(repositoriesBody, json, parts.registry);
    for (const { name, format } of repositories) if (format === 'DOCKER') names.push(lastPart(name));
    if (!nextPageToken) break;
    pageToken = nextPageToken;
  }
  return names;
}

type Version = v.InferOutput<typeof versionsBody>['versions'][number];

function readTags({ name, createTime, updateTime, relatedTags, metadata }: Version): RemoteTag[] {
  const isIndex = indexTypes.has(metadata.mediaType ?? '');
  const size = Number(metadata.imageSizeBytes);
  const pushedAt = readDate(createTime ?? updateTime);
  const common = {
    digest: lastPart(name),
    // What the size of an index is, the documentation does not say.
    ...(Number.isSafeInteger(size) && !isIndex && { sizeBytes: size }),
    ...(pushedAt && { pushedAt }),
    ...(isIndex && { platforms: [] }),
  };
  return relatedTags.map((tag) => ({ name: lastPart(tag.name), ...common }));
}

/** The last part of a name in the API, in which slashes are escaped. */
function lastPart(name: string): string {
  const part = name.slice(name.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function size(limit: number): string {
  return String(Math.min(limit, 1_000));
}

function pageOf<T>(items: readonly T[], next: string | undefined): Page<T> {
  return { items, ...(next && { next }) };
}
