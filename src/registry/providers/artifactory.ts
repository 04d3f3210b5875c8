import * as v from 'valibot';
import { basicOf } from '../basic.ts';
import type { Browser, RemoteRepository } from '../browser.ts';
import * as headers from '../headers.ts';
import type { Page, PageRequest } from '../paging.ts';
import { readBody } from './body.ts';
import { nextLast } from './link.ts';
import { listedOr, ownOrigin } from './own-host.ts';
import { eachPlace, isWithin } from './places.ts';
import type { Provider, ProviderParts } from './provider.ts';
import { explainBy } from './refusals.ts';

const keysBody = v.array(v.object({ key: v.string() }));
const imagesBody = v.object({ repositories: v.nullish(v.array(v.string())) });

/** JFrog Artifactory: its images lie in repositories of its own, `HOST/KEY/IMAGE`, each with a catalog of its own. */
export const artifactory: Provider = {
  id: 'artifactory',
  selfManaged: true,
  name: 'JFrog Artifactory',
  host: 'example.jfrog.io',
  place: {
    prompt: 'Its host, with a repository where only one is meant',
    example: 'example.jfrog.io/REPOSITORY',
  },
  owns: (host) => /^[a-z0-9]+(?:-[a-z0-9]+)*\.jfrog\.io$/u.test(host),
  credential: {
    username: 'User name',
    secret: 'Identity token or access token that may deploy to the repository',
  },
  browse,
  webPage: ({ repository: { registry, path }, tag }) =>
    path.includes('/') ? `https://${registry}/ui/repos/tree/General/${path}/${tag}` : undefined,
  // Wordings: jfrog/teamcity-artifactory-plugin#177 (may not deploy), GoogleContainerTools/kaniko#1095 (may not
  // replace), jfrog/charts#908 (no repository in the name).
  explain: explainBy([
    {
      words: /unauthorized to upload to/iu,
      code: 'denied',
      message: ({ registry, owner }) =>
        `The account may not deploy to ${owner} on ${registry}. Ask for the right to deploy there, or push to another repository.`,
    },
    {
      words: /manifest[ _]invalid.*(?:\b403\b|forbidden)/iu,
      code: 'denied',
      message: ({ registry, path, owner, tag }) =>
        `The account may not replace ${registry}/${path}:${tag}. Choose another tag, or ask for the right to delete in ${owner}: Artifactory wants it for that.`,
    },
    {
      words: /unknown: not found|unexpected status\b.*\b404\b/iu,
      code: 'repository-missing',
      message: ({ registry, path, owner }) =>
        `${registry} does not find ${path}. Its names are ${registry}/REPOSITORY/IMAGE: check that ${owner} is a repository for Docker there.`,
    },
  ]),
};

function browse(parts: ProviderParts): Browser {
  const { lists } = parts;
  return {
    ...lists,
    // The catalogs are for privileged users, and where the host names the repository there are none.
    repositories: (namespace, page, signal) =>
      listedOr(
        page,
        '[',
        () => catalogs(parts, namespace, page, signal),
        () => lists.repositories(namespace, page, signal),
      ),
  };
}

function catalogs(
  parts: ProviderParts,
  namespace: string | undefined,
  { after, limit = 100 }: PageRequest,
  signal: AbortSignal | undefined,
): Promise<Page<RemoteRepository>> {
  const { registry } = parts;
  const [key] = namespace?.split('/') ?? [];
  return eachPlace(
    after,
    key === undefined ? () => keys(parts, signal) : () => Promise.resolve([key]),
    async (place, at) => {
      const query = new URLSearchParams({ n: String(limit), ...(at !== undefined && { last: at }) });
      // https://jfrog.com/help/r/jfrog-rest-apis/list-docker-repositories
      const path = `docker/${encodeURIComponent(place)}/v2/_catalog?${query.toString()}`;
      const { json, link, url } = await ask(parts, path, signal);
      const paths = (readBody(imagesBody, json, registry).repositories ?? []).map((name) => `${place}/${name}`);
      const within = paths.filter((path) => isWithin(path, namespace));
      const next = nextLast(link, url);
      return {
        items: within.map((path) => ({ repository: { registry, path } })),
        ...(next !== undefined && { next }),
      };
    },
  );
}

/** https://jfrog.com/help/r/jfrog-rest-apis/get-repositories */
async function keys(parts: ProviderParts, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const { json } = await ask(parts, 'repositories?packageType=docker', signal);
  return readBody(keysBody, json, parts.registry).map(({ key }) => key);
}

async function ask(
  parts: ProviderParts,
  path: string,
  signal: AbortSignal | undefined,
): Promise<{ json: unknown; link: string | string[] | undefined; url: URL }> {
  const { api, credential } = parts;
  const url = new URL(`/artifactory/api/${path}`, await ownOrigin(parts, signal));
  const basic = basicOf(credential);
  const isPassword = credential !== undefined && 'password' in credential;
  const own =
    isPassword && basic !== undefined
      ? { headers: { [headers.authorization]: basic }, secrets: [credential.password, basic] }
      : {};
  const { json, headers: given } = await api.ask({ url, ...own }, signal);
  return { json, link: given.link, url };
}
