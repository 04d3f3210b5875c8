import * as v from 'valibot';
import type { Browser, RemoteRepository, RemoteTag } from '../browser.ts';
import { RegistryError } from '../errors.ts';
import * as headers from '../headers.ts';
import { readBody } from './body.ts';
import { reportLimit } from './findings.ts';
import { listedOr, ownOrigin } from './own-host.ts';
import type { Provider, ProviderParts } from './provider.ts';
import { scanOfQuay } from './quay-scan.ts';
import { explainBy } from './refusals.ts';

/** https://docs.quay.io/api/; bodies and words as in https://github.com/quay/quay, endpoints/api and endpoints/v2. */
const base = '/api/v1/repository';
const mostOnPage = 100;
/** The user name under which the registry takes an OAuth access token; its API takes nothing else. */
const oauth = '$oauthtoken';

/** In seconds since 1970. */
const seconds = v.nullish(v.number());
const repositoriesBody = v.object({
  repositories: v.array(v.object({ namespace: v.string(), name: v.string(), last_modified: seconds })),
  next_page: v.nullish(v.string()),
});
const tagsBody = v.object({
  tags: v.array(
    v.object({
      name: v.string(),
      manifest_digest: v.nullish(v.string()),
      is_manifest_list: v.nullish(v.boolean()),
      size: v.nullish(v.number()),
      start_ts: seconds,
      immutable: v.nullish(v.boolean()),
    }),
  ),
  has_additional: v.nullish(v.boolean()),
});

/** Quay, at quay.io and self-managed. Its catalog needs a scope that its token server refuses. */
export const quay: Provider = {
  id: 'quay',
  selfManaged: true,
  name: 'Quay',
  host: 'quay.io',
  owns: (host) => host === 'quay.io',
  credential: {
    username: `User name, robot account as namespace+robot, or ${oauth}`,
    secret: "Password, robot account's token with Write, or OAuth access token, which alone lists private repositories",
  },
  browse,
  webPage: ({ repository: { registry, path } }) => `https://${registry}/repository/${path}?tab=tags`,
  explain: explainBy([
    {
      words: /tag is immutable|tag was already pushed/iu,
      code: 'tag-immutable',
      message: ({ registry, path, tag }) =>
        `${registry} has ${path}:${tag} already and lets nobody replace it. Push under another tag.`,
    },
    {
      words: /quota has been exceed/iu,
      code: 'quota-exceeded',
      message: ({ registry, owner }) =>
        `The namespace ${owner} at ${registry} is full. Delete images there, or have its quota raised.`,
    },
    {
      words: /system is currently read-only|pushes to the registry are currently disabled/iu,
      code: 'read-only',
      message: ({ registry }) =>
        `${registry} takes no pushes for now: its operator switched them off. Push again later.`,
    },
    {
      words: /namespace (?:\S+ )?(?:is|has been) disabled/iu,
      code: 'denied',
      message: ({ registry, owner }) => `The namespace ${owner} at ${registry} is disabled. Ask its administrator.`,
    },
    {
      words: /specified credentials are invalid|could not find robot with/iu,
      code: 'unauthorized',
      message: ({ registry }) =>
        `${registry} did not accept the sign-in. A robot account's name is written namespace+robot, and its token is the password.`,
    },
    {
      words: /access to the requested resource is not authorized|insufficient_scope|resource is denied/iu,
      code: 'denied',
      message: ({ registry, path, owner }) =>
        `${registry} does not let this account push to ${path}. It needs Write there, or, where ${path} is not there yet, the right to create repositories in ${owner}.`,
    },
  ]),
  mutability: async (parts, { repository: { registry, path }, tag }, signal) => {
    const query = new URLSearchParams({ specificTag: tag, onlyActiveTags: 'true' });
    try {
      const { tags } = readBody(
        tagsBody,
        await get(parts, `${base}/${path}/tag/?${query.toString()}`, signal),
        registry,
      );
      const [found] = tags.filter(({ name }) => name === tag);
      if (found === undefined || found.immutable === false) return { kind: 'mutable' };
      // Where tags cannot be immutable, or were not yet, the answer does not speak of it.
      return found.immutable ? { kind: 'immutable', reason: `${path}:${tag} is set immutable` } : { kind: 'unknown' };
    } catch (error) {
      if (error instanceof RegistryError && [401, 403, 404].includes(error.status ?? 0)) return { kind: 'unknown' };
      throw error;
    }
  },
  scan: async (parts, { repository: { registry, path }, digest }, signal) => {
    const place = `${base}/${path}/manifest/${digest}/security?vulnerabilities=true`;
    try {
      return await scanOfQuay(() => get(parts, place, signal, reportLimit), registry);
    } catch (error) {
      const isRefused = error instanceof RegistryError && [401, 403].includes(error.status ?? 0);
      if (!isRefused || parts.credential?.username === oauth) throw error;
      const message = `${registry} tells what its scan found in a private repository to an OAuth access token alone: sign in as ${oauth} with one.`;
      throw new RegistryError('unauthorized', message, { host: registry, cause: error });
    }
  },
};

function browse(parts: ProviderParts): Browser {
  const { registry, credential, lists } = parts;
  const isOAuth = credential?.username === oauth;
  return {
    repositories: async (namespace, { after }, signal) => {
      const refuse = (why: string) => new RegistryError('listing-unsupported', why, { host: registry });
      const place = namespace ?? (isOAuth ? undefined : credential?.username?.split('+')[0]);
      if (place === undefined)
        throw refuse(`${registry} lists the repositories of one namespace at a time: add ${registry}/NAMESPACE.`);
      const query = `?namespace=${encodeURIComponent(place)}&public=true&last_modified=true`;
      const following = after === undefined ? '' : `&next_page=${encodeURIComponent(after)}`;
      const json = await get(parts, base + query + following, signal);
      const { repositories, next_page } = readBody(repositoriesBody, json, registry);
      if (repositories.length === 0 && after === undefined && !isOAuth)
        throw refuse(
          `${registry} shows no public repositories in ${place}. It lists private ones to an OAuth access token alone: sign in as ${oauth} with one, or type the repository's name.`,
        );
      const items = repositories.map(({ namespace, name, last_modified }): RemoteRepository => {
        const updatedAt = dateOf(last_modified);
        return { repository: { registry, path: `${namespace}/${name}` }, ...(updatedAt && { updatedAt }) };
      });
      return { items, ...(next_page && { next: next_page }) };
    },
    remoteTags: (path, query, signal) => {
      const page = (number: number, limit: number) =>
        `${base}/${path}/tag/?limit=${limit}&page=${number}&onlyActiveTags=true`;
      const own = async () => {
        const asked = query.after ?? page(1, Math.min(query.limit ?? mostOnPage, mostOnPage));
        const { tags, has_additional } = readBody(tagsBody, await get(parts, asked, signal), registry);
        const { searchParams } = new URL(asked, `https://${registry}`);
        const next = page(Number(searchParams.get('page')) + 1, Number(searchParams.get('limit')));
        return { items: tags.map(readTag), ...(has_additional && { next }) };
      };
      return listedOr(query, base, own, () => lists.remoteTags(path, query, signal));
    },
  };
}

async function get(
  parts: ProviderParts,
  path: string,
  signal: AbortSignal | undefined,
  limit?: number,
): Promise<unknown> {
  const { api, credential } = parts;
  const url = new URL((await ownOrigin(parts, signal)) + path);
  const token = credential?.username === oauth && 'password' in credential ? credential.password : undefined;
  const signIn =
    token === undefined ? {} : { headers: { [headers.authorization]: `Bearer ${token}` }, secrets: [token] };
  return (await api.ask({ url, ...signIn, ...(limit !== undefined && { limit }) }, signal)).json;
}

function readTag({
  name,
  manifest_digest,
  is_manifest_list,
  size,
  start_ts,
}: v.InferOutput<typeof tagsBody>['tags'][number]): RemoteTag {
  const pushedAt = dateOf(start_ts);
  return {
    name,
    ...(manifest_digest && { digest: manifest_digest }),
    ...(size && { sizeBytes: size }),
    ...(pushedAt && { pushedAt }),
    ...(is_manifest_list && { platforms: [] }),
  };
}

function dateOf(seconds: number | null | undefined): Date | undefined {
  return typeof seconds === 'number' ? new Date(seconds * 1_000) : undefined;
}
