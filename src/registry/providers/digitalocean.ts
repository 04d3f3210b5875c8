import * as v from 'valibot';
import type { TaggedReference } from '../../reference/index.ts';
import type { Browser, RemoteRepository, RemoteTag } from '../browser.ts';
import { RegistryError } from '../errors.ts';
import * as headers from '../headers.ts';
import type { Page } from '../paging.ts';
import { readBody, readDate } from './body.ts';
import { eachPlace, isWithin } from './places.ts';
import type { Explanation, Provider, ProviderParts } from './provider.ts';

const registry = 'registry.digitalocean.com';
/** https://github.com/digitalocean/openapi/tree/main/specification/resources/registry */
const api = 'https://api.digitalocean.com';

const links = v.fallback(v.object({ pages: v.optional(v.object({ next: v.optional(v.string()) }), {}) }), {
  pages: {},
});
const registriesBody = v.object({ registries: v.nullish(v.array(v.object({ name: v.string() }))) });
const repositoriesBody = v.object({
  links,
  repositories: v.nullish(
    v.array(
      v.object({
        name: v.string(),
        tag_count: v.optional(v.number()),
        latest_manifest: v.nullish(v.object({ updated_at: v.nullish(v.string()) })),
      }),
    ),
  ),
});
const tagsBody = v.object({
  links,
  tags: v.nullish(
    v.array(
      v.object({
        tag: v.string(),
        manifest_digest: v.optional(v.string()),
        compressed_size_bytes: v.optional(v.number()),
        updated_at: v.nullish(v.string()),
      }),
    ),
  ),
});

/** DigitalOcean: lists through its API, of one registry or of all that the account has. */
export const digitalOcean: Provider = {
  id: 'digitalocean',
  name: 'DigitalOcean',
  host: registry,
  owns: (host) => host === registry,
  credential: {
    username: 'API token',
    // As in the Docker configuration that the API gives out.
    usernameIsSecret: true,
    secret: 'API token that may read and update registries',
    page: () => 'https://cloud.digitalocean.com/account/api/tokens',
  },
  browse,
  webPage: () => 'https://cloud.digitalocean.com/registry',
  explain,
};

function browse(parts: ProviderParts): Browser {
  return {
    repositories: (namespace, { after, limit = 100 }, signal) => {
      const [own] = namespace?.split('/') ?? [];
      const all = async (): Promise<readonly string[]> => {
        const json = await ask(parts, '/v2/registries', signal);
        return (readBody(registriesBody, json, registry).registries ?? []).map(({ name }) => name);
      };
      return eachPlace(after, own === undefined ? all : () => Promise.resolve([own]), async (place, at) => {
        const json = await ask(parts, `${pathOf(place)}/repositoriesV2${at ?? first(limit)}`, signal);
        const { repositories, links } = readBody(repositoriesBody, json, registry);
        const found = (repositories ?? []).map(({ name, tag_count, latest_manifest }): RemoteRepository => {
          const updatedAt = readDate(latest_manifest?.updated_at);
          const repository = { registry, path: `${place}/${name}` };
          return {
            repository,
            ...(tag_count !== undefined && { tagCount: tag_count }),
            ...(updatedAt && { updatedAt }),
          };
        });
        return pageOf(
          found.filter(({ repository: { path } }) => isWithin(path, namespace)),
          links,
        );
      });
    },
    remoteTags: async (path, { after, limit = 100 }, signal) => {
      const [place = '', ...name] = path.split('/');
      const tagsPath = `${pathOf(place)}/repositories/${encodeURIComponent(name.join('/'))}/tags`;
      const { tags, links } = readBody(
        tagsBody,
        await ask(parts, tagsPath + (after ?? first(limit)), signal),
        registry,
      );
      return pageOf((tags ?? []).map(readTag), links);
    },
  };
}

async function ask(
  { api: door, credential }: ProviderParts,
  path: string,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  if (!credential || !('password' in credential))
    throw new RegistryError('unauthorized', `${registry} asks for a sign-in.`, { host: registry });
  const { password } = credential;
  const own = { headers: { [headers.authorization]: `Bearer ${password}` }, secrets: [password] };
  return (await door.ask({ url: new URL(path, api), ...own }, signal)).json;
}

function pathOf(place: string): string {
  return `/v2/registries/${encodeURIComponent(place)}`;
}

/** 200 is the most that is given. */
function first(limit: number): string {
  return `?per_page=${Math.min(limit, 200)}`;
}

/** The cursor is the query of the next address alone: what it is a query of is known. */
function pageOf<T>(items: readonly T[], { pages: { next } }: v.InferOutput<typeof links>): Page<T> {
  const search = next !== undefined && URL.canParse(next) ? new URL(next).search : '';
  return { items, ...(search !== '' && { next: search }) };
}

function readTag(found: NonNullable<v.InferOutput<typeof tagsBody>['tags']>[number]): RemoteTag {
  const { tag, manifest_digest, compressed_size_bytes, updated_at } = found;
  const pushedAt = readDate(updated_at);
  return {
    name: tag,
    ...(manifest_digest !== undefined && { digest: manifest_digest }),
    ...(compressed_size_bytes !== undefined && { sizeBytes: compressed_size_bytes }),
    ...(pushedAt && { pushedAt }),
  };
}

/** Wordings: docker/build-push-action#586, where the containerd image store hides that the plan is full. */
function explain(words: string, { repository: { path } }: TaggedReference): Explanation | undefined {
  const [own = ''] = path.split('/');
  const [, count] = /registry contains \d+ repositories, limit is (\d+)/iu.exec(words) ?? [];
  if (count !== undefined)
    return {
      code: 'quota-exceeded',
      message: `The plan of ${own} on DigitalOcean has room for ${count} ${count === '1' ? 'repository' : 'repositories'}, and ${path} would be one more. Push another tag of one that is there, or take a larger plan.`,
    };
  if (/failed to fetch (?:oauth|anonymous) token: .*\b403\b/iu.test(words))
    return {
      code: 'denied',
      message: `DigitalOcean refused the push to ${path}. Check that the plan of ${own} has room for another repository, and that the token may write.`,
    };
  return undefined;
}
