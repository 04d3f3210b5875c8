import * as v from 'valibot';
import type { Browser, RemoteRepository, RemoteTag } from '../browser.ts';
import { RegistryError } from '../errors.ts';
import * as headers from '../headers.ts';
import type { Page } from '../paging.ts';
import { readBody, readDate } from './body.ts';
import type { Provider, ProviderParts } from './provider.ts';

const registry = 'docker.io';
/** https://docs.docker.com/reference/api/hub/latest/ */
const hub = 'https://hub.docker.com';
/** A Hub token lasts ten minutes; it is made anew before. */
const tokenLifeMs = 9 * 60_000;

const tokenBody = v.object({ access_token: v.string() });
const next = v.nullish(v.string());
const repositoriesBody = v.object({
  next,
  results: v.array(v.object({ name: v.string(), last_updated: v.nullish(v.string()) })),
});
const tagsBody = v.object({
  next,
  results: v.array(
    v.object({
      name: v.string(),
      full_size: v.nullish(v.number()),
      digest: v.nullish(v.string()),
      last_updated: v.nullish(v.string()),
      tag_last_pushed: v.nullish(v.string()),
      images: v.fallback(
        v.array(
          v.object({
            architecture: v.nullish(v.string()),
            os: v.nullish(v.string()),
            variant: v.nullish(v.string()),
          }),
        ),
        [],
      ),
    }),
  ),
});
const settingsBody = v.object({
  immutable_tags_settings: v.nullish(
    v.object({ enabled: v.fallback(v.boolean(), false), rules: v.fallback(v.array(v.string()), []) }),
  ),
});

/** Docker Hub: lists through the Hub's own API, as its registry has no catalog. */
export const dockerHub: Provider = {
  id: 'docker-hub',
  name: 'Docker Hub',
  host: registry,
  owns: (host) => host === registry,
  credential: {
    username: 'Docker ID or organization',
    secret: 'Personal access token with Read & Write, or password',
    page: () => 'https://app.docker.com/settings/personal-access-tokens',
  },
  browse,
  webPage: ({ repository: { path } }) => {
    const [namespace, name] = path.split('/');
    return namespace === 'library' ? `${hub}/_/${name ?? ''}` : `${hub}/r/${path}/tags`;
  },
  explain: (words, { repository: { path } }) => {
    if (/access token has insufficient scopes/iu.test(words))
      return {
        code: 'denied',
        message: `The access token may not push to ${path} on Docker Hub. Make one with Read & Write and sign in with it.`,
      };
    if (/insufficient_scope|requested access to the resource is denied/iu.test(words))
      return {
        code: 'denied',
        message: `Docker Hub refused the push to ${path}. Check that ${path.split('/')[0] ?? ''} is your account or organization, and that your token has Read & Write.`,
      };
    return undefined;
  },
  mutability: async (parts, { repository: { path }, tag }, signal) => {
    const json = await hubApi(parts)
      .get(`/v2/repositories/${path}`, signal)
      .catch((error: unknown) => {
        // There is none yet, or it does not show itself to this account.
        if (error instanceof RegistryError && error.status === 404) return undefined;
        throw error;
      });
    if (json === undefined) return { kind: 'unknown' };
    const { immutable_tags_settings: settings } = readBody(settingsBody, json, registry);
    if (!settings?.enabled) return { kind: 'mutable' };
    if (settings.rules.some((rule) => isPlain(rule) && matches(rule, tag)))
      return { kind: 'immutable', reason: `${path} on Docker Hub makes the tag ${tag} immutable` };
    return settings.rules.every(isPlain) ? { kind: 'mutable' } : { kind: 'unknown' };
  },
};

function browse(parts: ProviderParts): Browser {
  const api = hubApi(parts);
  return {
    repositories: async (namespace, { after, limit = 100 }, signal) => {
      const place = namespace ?? parts.credential?.username;
      if (place === undefined)
        throw new RegistryError(
          'listing-unsupported',
          'Docker Hub lists the repositories of an account: sign in, or add docker.io/NAME.',
          { host: registry },
        );
      const first = `/v2/repositories/${encodeURIComponent(place)}?page_size=${limit}`;
      const { results, next } = readBody(repositoriesBody, await api.get(after ?? first, signal), registry);
      const items = results.map(({ name, last_updated }): RemoteRepository => {
        const updatedAt = readDate(last_updated);
        return { repository: { registry, path: `${place}/${name}` }, ...(updatedAt && { updatedAt }) };
      });
      return page(items, next);
    },
    remoteTags: async (path, { after, limit = 100 }, signal) => {
      const [namespace = '', ...name] = path.split('/');
      const first = `/v2/namespaces/${namespace}/repositories/${name.join('/')}/tags?page_size=${limit}`;
      const { results, next } = readBody(tagsBody, await api.get(after ?? first, signal), registry);
      return page(results.map(readTag), next);
    },
  };
}

const apis = new WeakMap<ProviderParts, HubApi>();

/** One for each sign-in, as a token of its own serves for minutes, and sign-ins are counted. */
function hubApi(parts: ProviderParts): HubApi {
  const api = apis.get(parts) ?? new HubApi(parts);
  apis.set(parts, api);
  return api;
}

/** The Hub's API, signed in to when there is a credential. */
class HubApi {
  readonly #parts: ProviderParts;
  #token: { readonly value: string; readonly until: number } | undefined;

  constructor(parts: ProviderParts) {
    this.#parts = parts;
  }

  /** @param path of this origin alone, whatever an answer said */
  async get(path: string, signal: AbortSignal | undefined): Promise<unknown> {
    const token = await this.#signIn(signal);
    const url = new URL(hub + path);
    const own =
      token === undefined ? {} : { headers: { [headers.authorization]: `Bearer ${token}` }, secrets: [token] };
    return (await this.#parts.api.ask({ url, ...own }, signal)).json;
  }

  async #signIn(signal: AbortSignal | undefined): Promise<string | undefined> {
    const { api, clock, credential } = this.#parts;
    if (!credential || !('password' in credential)) return undefined;
    if (this.#token && clock.now() < this.#token.until) return this.#token.value;
    const { username, password } = credential;
    const request = {
      method: 'POST',
      url: new URL('/v2/auth/token', hub),
      body: { identifier: username, secret: password },
      secrets: [password],
    } as const;
    const { access_token: value } = readBody(tokenBody, (await api.ask(request, signal)).json, registry);
    this.#token = { value, until: clock.now() + tokenLifeMs };
    return value;
  }
}

function readTag({
  name,
  digest,
  full_size,
  tag_last_pushed,
  last_updated,
  images,
}: v.InferOutput<typeof tagsBody>['results'][number]): RemoteTag {
  const pushedAt = readDate(tag_last_pushed ?? last_updated);
  const platforms = images
    .filter(({ os, architecture }) => os && architecture && os !== 'unknown')
    .map(({ os, architecture, variant }) => ({
      os: os ?? '',
      architecture: architecture ?? '',
      ...(variant && { variant }),
    }));
  return {
    name,
    ...(digest && { digest }),
    ...(typeof full_size === 'number' && { sizeBytes: full_size }),
    ...(pushedAt && { pushedAt }),
    ...(platforms.length > 1 && { platforms }),
  };
}

function page<T>(items: readonly T[], next: string | null | undefined): Page<T> {
  if (!next || !URL.canParse(next, hub)) return { items };
  const { origin, pathname, search } = new URL(next, hub);
  return origin === hub ? { items, next: pathname + search } : { items };
}

/** Whether a rule is tried here: with a repeated group, or without an end, one could take for ever. */
function isPlain(rule: string): boolean {
  return rule.length <= 200 && !/\)[*+{?]|\\\d/u.test(rule);
}

/** The Hub's rules are regular expressions; one that this engine cannot read says nothing. */
function matches(rule: string, tag: string): boolean {
  try {
    return new RegExp(`^(?:${rule})$`, 'u').test(tag);
  } catch {
    return false;
  }
}
