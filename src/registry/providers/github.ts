import * as v from 'valibot';
import type { Browser, RemoteRepository, RemoteTag } from '../browser.ts';
import { RegistryError } from '../errors.ts';
import * as headers from '../headers.ts';
import { readBody, readDate } from './body.ts';
import { nextPage } from './link.ts';
import type { Provider, ProviderParts } from './provider.ts';
import { explainBy } from './refusals.ts';

const registry = 'ghcr.io';
/** https://docs.github.com/en/rest/packages/packages */
const origin = 'https://api.github.com';

const packagesBody = v.array(
  v.object({
    name: v.string(),
    updated_at: v.nullish(v.string()),
    owner: v.nullish(v.object({ login: v.string() })),
  }),
);
const versionsBody = v.array(
  v.object({
    name: v.string(),
    created_at: v.nullish(v.string()),
    metadata: v.nullish(v.object({ container: v.nullish(v.object({ tags: v.array(v.string()) })) })),
  }),
);

/** GitHub's container registry: lists through GitHub's packages API, which names the owners that the catalog mixes. */
export const github: Provider = {
  id: 'github',
  name: 'GitHub',
  host: registry,
  owns: (host) => host === registry,
  signIns: () => ['github'],
  credential: {
    username: 'GitHub user name',
    secret: 'Personal access token (classic) with write:packages',
    // As https://docs.github.com/en/packages/working-with-a-github-packages-registry/working-with-the-container-registry
    // has it: so “repo” is not ticked along.
    page: () => 'https://github.com/settings/tokens/new?scopes=write:packages',
  },
  browse,
  // The page's own address differs for users and organizations, which a path does not tell apart. So it is this one,
  // as many projects link to theirs: https://github.com/OctoLinker/OctoLinker/issues/1455
  webPage: ({ repository: { path } }) => `https://${registry}/${path}`,
  explain: explainBy([
    {
      words: /installation not allowed to (?:write|create) organization package/iu,
      code: 'denied',
      message: ({ path }) =>
        `GitHub does not let this app's or workflow's token write ${path}. Give its repository the role Write in the package's settings, or sign in with a personal access token (classic) that has write:packages.`,
    },
    {
      words: /permission_denied: *(?:write_package|create_package)/iu,
      code: 'denied',
      message: ({ path }) =>
        `GitHub does not let this account write the package ${path}. Check that the token has write:packages, and that the package's settings give the account the role Write.`,
    },
    {
      words: /user cannot be authenticated with the token/iu,
      code: 'unauthorized',
      message: () =>
        'GitHub does not accept the token: it has expired, was revoked, or is no personal access token (classic). Make one with write:packages and sign in with it.',
    },
    {
      words: /token provided does not match expected scopes/iu,
      code: 'denied',
      message: ({ path }) =>
        `The token may not push to ${path} at GitHub. Make a personal access token (classic) with write:packages and sign in with it.`,
    },
    {
      words: /insufficient_scope|requested access to the resource is denied/iu,
      code: 'denied',
      message: ({ path, owner }) =>
        `GitHub refused the push to ${path}. Check that ${owner} is your account or organization, that the token has write:packages, and that it is authorized for the organization's single sign-on.`,
    },
  ]),
};

function browse(parts: ProviderParts): Browser {
  const api = new PackagesApi(parts);
  return {
    repositories: async (namespace, { after, limit = 100 }, signal) => {
      const { json, ...next } =
        after === undefined
          ? await api.first(
              namespace === undefined ? ['/user'] : api.places(namespace, '/users'),
              `/packages?package_type=container&per_page=${limit}`,
              signal,
            )
          : await api.get(after, signal);
      const items = readBody(packagesBody, json, registry).map(({ name, updated_at, owner }): RemoteRepository => {
        const place = owner?.login ?? namespace ?? parts.credential?.username ?? '';
        const updatedAt = readDate(updated_at);
        return { repository: { registry, path: `${place}/${name}`.toLowerCase() }, ...(updatedAt && { updatedAt }) };
      });
      return { items, ...next };
    },
    remoteTags: async (path, query, signal) => {
      // What is public can be read by the protocol without a sign-in; GitHub's API wants one always.
      if (parts.credential === undefined) return parts.lists.remoteTags(path, query, signal);
      const { after, limit = 100 } = query;
      const [owner = '', ...name] = path.split('/');
      const versions = `/packages/container/${encodeURIComponent(name.join('/'))}/versions?state=active&per_page=${limit}`;
      const { json, ...next } =
        after === undefined
          ? await api.first(api.places(owner, '/user'), versions, signal)
          : await api.get(after, signal);
      return { items: readBody(versionsBody, json, registry).flatMap(readTags), ...next };
    },
  };
}

interface Part {
  readonly json: unknown;
  readonly next?: string;
}

class PackagesApi {
  readonly #parts: ProviderParts;

  constructor(parts: ProviderParts) {
    this.#parts = parts;
  }

  /**
   * Where the packages of an owner can be, the likelier place first: the name does not say whether it is a user's.
   *
   * @param own where those of the one who signed in are
   */
  places(owner: string, own: '/user' | '/users'): readonly string[] {
    const name = encodeURIComponent(owner);
    const organization = `/orgs/${name}`;
    const isOwn = owner.toLowerCase() === this.#parts.credential?.username?.toLowerCase();
    if (isOwn) return [own === '/user' ? own : `${own}/${name}`, organization];
    return [organization, `/users/${name}`];
  }

  /** The first page, from the first place that is there. */
  async first(places: readonly string[], path: string, signal: AbortSignal | undefined): Promise<Part> {
    const [place = '', ...others] = places;
    try {
      return await this.get(place + path, signal);
    } catch (error) {
      if (!(error instanceof RegistryError) || error.status !== 404) throw error;
      if (others.length > 0) return this.first(others, path, signal);
      const message = 'GitHub shows nothing of that name to this account. Check the name, and what the token may read.';
      throw new RegistryError('registry-error', message, { host: registry, status: 404, cause: error });
    }
  }

  /** @param path of this origin alone, whatever an answer said */
  async get(path: string, signal: AbortSignal | undefined): Promise<Part> {
    const { api, credential } = this.#parts;
    if (!credential || !('password' in credential))
      throw new RegistryError('listing-unsupported', 'GitHub lists packages only to who is signed in: sign in.', {
        host: registry,
      });
    const url = new URL(origin + path);
    const authorization = { [headers.authorization]: `Bearer ${credential.password}` };
    const answer = await api.ask({ url, headers: authorization, secrets: [credential.password] }, signal);
    const next = nextPage(answer.headers[headers.link], url);
    return { json: answer.json, ...(next !== undefined && { next }) };
  }
}

/** A version is what a digest names; all tags that point to it are listed with it, and often none does. */
function readTags({ name, created_at, metadata }: v.InferOutput<typeof versionsBody>[number]): RemoteTag[] {
  const pushedAt = readDate(created_at);
  return (metadata?.container?.tags ?? []).map((tag) => ({
    name: tag,
    ...(name.startsWith('sha256:') && { digest: name }),
    ...(pushedAt && { pushedAt }),
  }));
}
