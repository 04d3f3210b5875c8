import * as v from 'valibot';
import { formatReference, type TaggedReference } from '../../reference/index.ts';
import { basicOf } from '../basic.ts';
import type { Browser } from '../browser.ts';
import * as headers from '../headers.ts';
import type { Page } from '../paging.ts';
import type { ApiAnswer } from './api.ts';
import { readBody } from './body.ts';
import { eachPlace, isWithin, nextParameter } from './paging.ts';
import type { Explanation, Provider, ProviderParts } from './provider.ts';

const keysBody = v.array(v.object({ key: v.string() }));
const names = v.nullish(v.array(v.string()));
const imagesBody = v.object({ repositories: names });
const tagsBody = v.object({ tags: names });

/** JFrog Artifactory: its images lie in repositories of its own, `HOST/KEY/IMAGE`, each with lists of its own. */
export const artifactory: Provider = {
  id: 'artifactory',
  name: 'JFrog Artifactory',
  host: 'example.jfrog.io',
  owns: (host) => /^[a-z0-9]+(?:-[a-z0-9]+)*\.jfrog\.io$/u.test(host),
  credential: {
    username: 'User name',
    secret: 'Identity token or access token that may deploy to the repository',
  },
  browse,
  webPage: ({ repository: { registry, path }, tag }) =>
    path.includes('/') ? `https://${registry}/ui/repos/tree/General/${path}/${tag}` : undefined,
  explain,
};

function browse(parts: ProviderParts): Browser {
  const { registry } = parts;
  return {
    repositories: (namespace, { after, limit = 100 }, signal) => {
      const [key] = namespace?.split('/') ?? [];
      const keys = async (): Promise<readonly string[]> => {
        // https://jfrog.com/help/r/jfrog-rest-apis/get-repositories
        const { json } = await ask(parts, '/artifactory/api/repositories?packageType=docker', signal);
        return readBody(keysBody, json, registry).map(({ key }) => key);
      };
      return eachPlace(after, key === undefined ? keys : () => Promise.resolve([key]), async (place, at) => {
        const answer = await ask(parts, `${docker(place)}/_catalog?${part(at, limit)}`, signal);
        const paths = (readBody(imagesBody, answer.json, registry).repositories ?? []).map(
          (name) => `${place}/${name}`,
        );
        const within = paths.filter((path) => isWithin(path, namespace));
        return pageOf(
          within.map((path) => ({ repository: { registry, path } })),
          answer,
        );
      });
    },
    remoteTags: async (path, { after, limit = 100 }, signal) => {
      const [key = '', ...image] = path.split('/');
      const answer = await ask(parts, `${docker(key)}/${image.join('/')}/tags/list?${part(after, limit)}`, signal);
      const tags = readBody(tagsBody, answer.json, registry).tags ?? [];
      return pageOf(
        tags.map((name) => ({ name })),
        answer,
      );
    },
  };
}

/** The registry that one repository is: https://jfrog.com/help/r/jfrog-rest-apis/list-docker-repositories */
function docker(key: string): string {
  return `/artifactory/api/docker/${encodeURIComponent(key)}/v2`;
}

async function ask(
  { registry, api, client, credential }: ProviderParts,
  path: string,
  signal: AbortSignal | undefined,
): Promise<ApiAnswer> {
  const url = new URL(`${client.transport === 'http' ? 'http' : 'https'}://${registry}${path}`);
  const basic = basicOf(credential);
  if (!credential || !('password' in credential) || basic === undefined) return api.ask({ url }, signal);
  return api.ask({ url, headers: { [headers.authorization]: basic }, secrets: [credential.password, basic] }, signal);
}

function part(after: string | undefined, limit: number): string {
  return new URLSearchParams({ n: String(limit), ...(after !== undefined && { last: after }) }).toString();
}

/**
 * `last` can be a number here. The rest of the next address is not to be used: it lacks the repository
 * (https://jfrog.atlassian.net/browse/RTFACT-18971, as Renovate works around it).
 */
function pageOf<T>(items: readonly T[], { headers }: ApiAnswer): Page<T> {
  const last = nextParameter(headers, 'last');
  return { items, ...(last !== undefined && { next: last }) };
}

/**
 * Wordings: jfrog/teamcity-artifactory-plugin#177 (may not deploy), GoogleContainerTools/kaniko#1095 (may not replace),
 * jfrog/charts#908 (no repository in the name).
 */
function explain(words: string, target: TaggedReference): Explanation | undefined {
  const { registry, path } = target.repository;
  const [key = ''] = path.split('/');
  if (/unauthorized to upload to/iu.test(words))
    return {
      code: 'denied',
      message: `The account may not deploy to ${key} on ${registry}. Ask for the right to deploy there, or push to another repository.`,
    };
  if (/manifest[ _]invalid/iu.test(words) && /\b403\b|forbidden/iu.test(words))
    return {
      code: 'denied',
      message: `The account may not replace ${formatReference(target)}. Choose another tag, or ask for the right to delete in ${key}: Artifactory wants it for that.`,
    };
  if (/unknown: not found|unexpected status\b.*\b404\b/iu.test(words))
    return {
      code: 'repository-missing',
      message: `${registry} does not find ${path}. Its names are ${registry}/REPOSITORY/IMAGE: check that ${key} is a repository for Docker there.`,
    };
  return undefined;
}
