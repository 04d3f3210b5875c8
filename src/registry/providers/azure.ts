import * as v from 'valibot';
import type { TaggedReference } from '../../reference/index.ts';
import type { Browser, RemoteTag } from '../browser.ts';
import { RegistryError } from '../errors.ts';
import * as headers from '../headers.ts';
import type { ApiAnswer } from './api.ts';
import { AzureTokens, isAzure } from './azure-token.ts';
import { readBody, readDate } from './body.ts';
import { nextLast } from './link.ts';
import { isWithin, skipEmpty } from './places.ts';
import type { Explanation, Provider, ProviderParts } from './provider.ts';
import { explainBy } from './refusals.ts';

// https://github.com/Azure/azure-rest-api-specs/tree/main/specification/containerregistry/data-plane, 2021-07-01
const attributes = v.optional(v.object({ writeEnabled: v.optional(v.boolean(), true) }), {});
const repositoriesBody = v.object({ repositories: v.nullish(v.array(v.string())) });
const repositoryBody = v.object({ changeableAttributes: attributes });
const tagBody = v.object({ tag: v.object({ changeableAttributes: attributes }) });
const tagsBody = v.object({
  tags: v.nullish(
    v.array(v.object({ name: v.string(), digest: v.optional(v.string()), lastUpdateTime: v.optional(v.string()) })),
  ),
});

/** Azure Container Registry: its own lists have digests and ages, and the newest tags come first. */
export const azure: Provider = {
  id: 'azure',
  name: 'Azure Container Registry',
  host: 'NAME.azurecr.io',
  place: {
    prompt: 'Its host, which begins with its name',
    example: 'NAME.azurecr.io',
  },
  owns: isAzure,
  // VS Code's Microsoft account is one of Azure's public cloud: those of the others sign in elsewhere.
  signIns: (host) => (host.endsWith('.azurecr.io') ? ['microsoft'] : []),
  credential: {
    username: 'User name, application ID or token name',
    secret: 'Password of the admin user or a token, or secret of a service principal with the role AcrPush',
  },
  browse,
  explain,
  mutability: async (parts, { repository: { path }, tag }, signal) => {
    const api = azureApi(parts);
    const locked = (what: string) => ({ kind: 'immutable', reason: `${what} is locked against changes` }) as const;
    const one = await api.find(path, `/acr/v1/${path}/_tags/${tag}`, signal);
    if (one && !readBody(tagBody, one.json, parts.registry).tag.changeableAttributes.writeEnabled)
      return locked(`the tag ${tag} of ${path}`);
    const all = await api.find(path, `/acr/v1/${path}`, signal);
    if (all && !readBody(repositoryBody, all.json, parts.registry).changeableAttributes.writeEnabled)
      return locked(path);
    return { kind: 'mutable' };
  },
};

function browse(parts: ProviderParts): Browser {
  const { registry } = parts;
  const api = azureApi(parts);
  const nextOf = ({ headers }: ApiAnswer): { next?: string } => {
    const next = nextLast(headers.link, new URL(`https://${registry}`));
    return next === undefined ? {} : { next };
  };
  return {
    repositories: (namespace, { after, limit = 100 }, signal) =>
      skipEmpty(after, async (at) => {
        const path = `/acr/v1/_catalog?${part(at, { n: String(limit) })}`;
        const answer = await api.get('registry:catalog:*', path, signal);
        const paths = readBody(repositoriesBody, answer.json, registry).repositories ?? [];
        const within = paths.filter((path) => isWithin(path, namespace));
        return { items: within.map((path) => ({ repository: { registry, path } })), ...nextOf(answer) };
      }),
    remoteTags: async (path, { after, limit = 100 }, signal) => {
      const query = part(after, { n: String(limit), orderby: 'timedesc' });
      const answer = await api.get(readingScope(path), `/acr/v1/${path}/_tags?${query}`, signal);
      const tags = readBody(tagsBody, answer.json, registry).tags ?? [];
      const items = tags.map(({ name, digest, lastUpdateTime }): RemoteTag => {
        const pushedAt = readDate(lastUpdateTime);
        return { name, ...(digest !== undefined && { digest }), ...(pushedAt && { pushedAt }) };
      });
      return { items, ...nextOf(answer) };
    },
  };
}

const apis = new WeakMap<ProviderParts, AzureApi>();

/** One for each sign-in: it keeps its tokens. */
function azureApi(parts: ProviderParts): AzureApi {
  const api = apis.get(parts) ?? new AzureApi(parts);
  apis.set(parts, api);
  return api;
}

class AzureApi {
  readonly #parts: ProviderParts;
  readonly #tokens: AzureTokens;

  constructor(parts: ProviderParts) {
    this.#parts = parts;
    this.#tokens = new AzureTokens(parts);
  }

  async get(scope: string, path: string, signal: AbortSignal | undefined): Promise<ApiAnswer> {
    const { registry, api } = this.#parts;
    const token = await this.#tokens.get(scope, signal);
    const url = new URL(`https://${registry}${path}`);
    return api.ask({ url, headers: { [headers.authorization]: `Bearer ${token}` }, secrets: [token] }, signal);
  }

  /** Undefined where there is none such. */
  async find(repository: string, path: string, signal: AbortSignal | undefined): Promise<ApiAnswer | undefined> {
    try {
      return await this.get(readingScope(repository), path, signal);
    } catch (error) {
      if (error instanceof RegistryError && error.status === 404) return undefined;
      throw error;
    }
  }
}

/** https://github.com/Azure/azure-cli/blob/dev/src/azure-cli/azure/cli/command_modules/acr/_docker_utils.py */
function readingScope(path: string): string {
  return `repository:${path}:metadata_read`;
}

function part(after: string | undefined, query: Readonly<Record<string, string>>): string {
  return new URLSearchParams({ ...query, ...(after !== undefined && { last: after }) }).toString();
}

/**
 * Wordings: https://learn.microsoft.com/troubleshoot/azure/azure-container-registry/acr-push-errors and
 * acr-authentication-errors beside it; microsoft/vscode-docker#3780 for a sign-in that is left over.
 */
const explainOthers = explainBy([
  {
    words: /operation is disallowed on this registry, repository or image/iu,
    code: 'tag-immutable',
    message: ({ registry, path, tag }) =>
      `${registry}/${path}:${tag} is locked against changes, or the registry is full. Choose another tag, or unlock it: az acr repository update --name ${registry.split('.')[0] ?? ''} --image ${path}:${tag} --write-enabled true`,
  },
  {
    words: /insufficient_scope|requested access to the resource is denied/iu,
    code: 'denied',
    message: ({ registry, path }) =>
      `${registry} refused the push to ${path}. The account needs the role AcrPush there.`,
  },
  {
    words: /authentication required|client id must be guid/iu,
    code: 'unauthorized',
    message: ({ registry }) =>
      `${registry} did not accept the sign-in, or it may not push. Sign in again, with the role AcrPush; passwords and tokens there can expire.`,
  },
]);

function explain(words: string, target: TaggedReference): Explanation | undefined {
  const [, address] = /client with IP\W*(?:u0027)?([0-9a-f.:]+)/iu.exec(words) ?? [];
  if (address === undefined) return explainOthers(words, target);
  const { registry } = target.repository;
  return {
    code: 'denied',
    message: `The firewall of ${registry} does not let the address ${address} in. Allow it in the registry's network settings, or push from a network that is allowed.`,
  };
}
