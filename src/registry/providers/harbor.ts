import * as v from 'valibot';
import { basicOf } from '../basic.ts';
import type { Browser, RemoteRepository, RemoteTag } from '../browser.ts';
import { RegistryError } from '../errors.ts';
import * as headers from '../headers.ts';
import type { ApiRequest } from './api.ts';
import { readBody, readDate } from './body.ts';
import { reportLimit } from './findings.ts';
import { acceptReports, scanOfHarbor } from './harbor-scan.ts';
import { listedOr, ownOrigin } from './own-host.ts';
import type { Provider, ProviderParts } from './provider.ts';
import { explainBy } from './refusals.ts';

/** https://github.com/goharbor/harbor/blob/main/api/v2.0/swagger.yaml */
const base = '/api/v2.0/';
const mostOnPage = 100;

const repositoriesBody = v.array(v.object({ name: v.string(), update_time: v.nullish(v.string()) }));
const platform = v.object({
  os: v.nullish(v.string()),
  architecture: v.nullish(v.string()),
  variant: v.nullish(v.string()),
});
const artifactsBody = v.array(
  v.object({
    digest: v.nullish(v.string()),
    size: v.nullish(v.number()),
    tags: v.nullish(
      v.array(v.object({ name: v.string(), push_time: v.nullish(v.string()), immutable: v.nullish(v.boolean()) })),
    ),
    references: v.nullish(v.array(v.object({ platform: v.nullish(platform) }))),
  }),
);

/** Harbor, which everybody hosts under a name of their own. Words and bodies are those of its source. */
export const harbor: Provider = {
  id: 'harbor',
  selfManaged: true,
  name: 'Harbor',
  host: 'harbor.example.com',
  place: {
    prompt: 'Its host, with a project where only one is meant',
    example: 'harbor.example.com/PROJECT',
  },
  owns: () => false,
  credential: {
    username: 'User name, or robot account as robot$project+name',
    secret: "Password, the robot account's secret, or the CLI secret of the user profile where one signs in with OIDC",
  },
  browse,
  explain: explainBy([
    {
      words: /configured as immutable/iu,
      code: 'tag-immutable',
      message: ({ registry, path, tag }) =>
        `${registry} has ${path}:${tag} already, and a rule of the project ${path.split('/')[0] ?? ''} makes it immutable. Push under another tag.`,
    },
    {
      words: /will exceed the configured upper limit/iu,
      code: 'quota-exceeded',
      message: ({ registry, owner }) =>
        `The project ${owner} at ${registry} is full. Delete images there, or have its quota raised.`,
    },
    {
      words: /project \S+ not found/iu,
      code: 'repository-missing',
      message: ({ registry, owner }) => `${registry} has no project ${owner}. Create it there, then push again.`,
    },
    {
      words: /system is in read only mode/iu,
      code: 'read-only',
      message: ({ registry }) => `${registry} is read-only for now: its administrator switched pushes off.`,
    },
    {
      words: /unauthorized to access repository|insufficient_scope|requested access to the resource is denied/iu,
      code: 'denied',
      message: ({ registry, owner }) =>
        `${registry} does not let this account push to the project ${owner}. It needs a role there that may push, or a robot account the right Push Repository.`,
    },
  ]),
  mutability: async (parts, { repository: { registry, path }, tag }, signal) => {
    // A repository is in a project; who types a name has not come to it yet.
    if (!path.includes('/')) return { kind: 'unknown' };
    const query = `${base}${artifactsOf(path)}?q=${encodeURIComponent(`tags=${tag}`)}&with_immutable_status=true`;
    const answer = await ask(parts, query, signal).catch((error: unknown) => {
      if (error instanceof RegistryError && error.status === 404) return undefined;
      throw error;
    });
    // A rule says nothing of a tag that is not there yet: it can be pushed, once. A project may not be there either.
    if (!answer) return { kind: 'mutable' };
    const tags = readBody(artifactsBody, answer.json, registry).flatMap((artifact) => artifact.tags ?? []);
    return tags.some(({ name, immutable }) => name === tag && immutable)
      ? {
          kind: 'immutable',
          reason: `a rule of the project ${path.split('/')[0] ?? ''} makes the tag ${tag} immutable`,
        }
      : { kind: 'mutable' };
  },
  scan: (parts, { repository: { path }, digest }, signal) => {
    const more = { headers: acceptReports, limit: reportLimit };
    const get = async (address: string) => (await ask(parts, address, signal, more)).json;
    return scanOfHarbor(`${base}${artifactsOf(path)}/${digest}`, get, parts.registry);
  },
  /** The project: a repository in it is made by a push. */
  createRepository: async (parts, path, signal) => {
    const body = { project_name: path.split('/')[0] ?? '', metadata: { public: 'false' } };
    try {
      await ask(parts, `${base}projects`, signal, { method: 'POST', body });
    } catch (error) {
      // Somebody else made it in between.
      if (!(error instanceof RegistryError && error.status === 409)) throw error;
    }
  },
  creation: ({ path }) => ({
    what: `the project ${path.split('/')[0] ?? ''}`,
    seenBy: 'It is private: its members alone see it.',
  }),
};

function browse(parts: ProviderParts): Browser {
  const { registry, lists } = parts;
  return {
    repositories: async (namespace, { after, limit = mostOnPage }, signal) => {
      const [project, ...rest] = namespace?.split('/') ?? [];
      const place = project === undefined ? 'repositories' : `projects/${encodeURIComponent(project)}/repositories`;
      const { json, next } = await page(parts, after ?? firstPage(`${base}${place}`, limit), signal);
      const items = readBody(repositoriesBody, json, registry)
        .filter(({ name }) => rest.length === 0 || name.startsWith(`${namespace ?? ''}/`))
        .map(({ name, update_time }): RemoteRepository => {
          const updatedAt = readDate(update_time);
          return { repository: { registry, path: name }, ...(updatedAt && { updatedAt }) };
        });
      return { items, ...next };
    },
    remoteTags: (path, query, signal) => {
      const { after, limit = mostOnPage } = query;
      const own = async () => {
        const first = `${firstPage(`${base}${artifactsOf(path)}`, limit)}&q=${encodeURIComponent('tags=*')}`;
        const { json, next } = await page(parts, after ?? first, signal);
        return { items: readBody(artifactsBody, json, registry).flatMap(readTags), ...next };
      };
      return listedOr(query, base, own, () => lists.remoteTags(path, query, signal));
    },
  };
}

/** The list, and not the one artifact: a CLI secret opens no other. A slash in the name is encoded twice over. */
function artifactsOf(path: string): string {
  const [project = '', ...name] = path.split('/');
  return `projects/${encodeURIComponent(project)}/repositories/${encodeURIComponent(encodeURIComponent(name.join('/')))}/artifacts`;
}

function firstPage(place: string, limit: number): string {
  return `${place}?page=1&page_size=${Math.min(limit, mostOnPage)}`;
}

async function page(parts: ProviderParts, path: string, signal: AbortSignal | undefined) {
  const { json, headers } = await ask(parts, path, signal);
  const url = new URL(`https://${parts.registry}${path}`);
  const { searchParams } = url;
  const [number, size] = [Number(searchParams.get('page')), Number(searchParams.get('page_size'))];
  if (number * size >= Number(headers['x-total-count'] ?? 0)) return { json, next: {} };
  searchParams.set('page', String(number + 1));
  return { json, next: { next: url.pathname + url.search } };
}

async function ask(
  parts: ProviderParts,
  path: string,
  signal: AbortSignal | undefined,
  { headers: more, ...request }: Omit<ApiRequest, 'url' | 'secrets'> = {},
) {
  const { api, credential } = parts;
  const basic = basicOf(credential);
  const url = new URL((await ownOrigin(parts, signal)) + path);
  const signIn =
    basic !== undefined && credential && 'password' in credential
      ? { headers: { ...more, [headers.authorization]: basic }, secrets: [credential.password, basic] }
      : { headers: { ...more } };
  return api.ask({ url, ...request, ...signIn }, signal);
}

function readTags({ digest, size, tags, references }: v.InferOutput<typeof artifactsBody>[number]): RemoteTag[] {
  const platforms = (references ?? []).flatMap(({ platform }) => {
    const { os, architecture, variant } = platform ?? {};
    if (!os || !architecture || os === 'unknown') return [];
    return [{ os, architecture, ...(variant && { variant }) }];
  });
  return (tags ?? []).map(({ name, push_time }) => {
    const pushedAt = readDate(push_time);
    return {
      name,
      ...(digest && { digest }),
      ...(typeof size === 'number' && { sizeBytes: size }),
      ...(pushedAt && { pushedAt }),
      ...(platforms.length > 1 && { platforms }),
    };
  });
}
