import * as v from 'valibot';
import type { GrantedCredential } from '../../credentials/index.ts';
import type { Browser, RemoteTag } from '../browser.ts';
import { RegistryError } from '../errors.ts';
import { indexTypes } from '../media-types.ts';
import {
  askAws,
  authorizationData,
  awsSignIn,
  type EcrPublicApi,
  grantedBy,
  isAwsError,
  pageAt,
  pageOf,
} from './aws.ts';
import { explainAws } from './aws-refusals.ts';
import { isWithin, skipEmpty } from './places.ts';
import type { Provider, ProviderParts } from './provider.ts';

/** https://github.com/awslabs/amazon-ecr-credential-helper/blob/main/ecr-login/api/client.go */
const hosts = new Set(['public.ecr.aws', 'ecr-public.aws.com']);

const nextToken = v.nullish(v.string());
const registriesBody = v.object({
  registries: v.array(v.object({ aliases: v.optional(v.array(v.object({ name: v.string() })), []) })),
});
const repositoriesBody = v.object({ nextToken, repositories: v.array(v.object({ repositoryUri: v.string() })) });
const tagsBody = v.object({
  nextToken,
  imageTagDetails: v.array(
    v.object({
      imageTag: v.string(),
      createdAt: v.optional(v.date()),
      imageDetail: v.optional(
        v.object({
          imageDigest: v.optional(v.string()),
          imageSizeInBytes: v.optional(v.number()),
          imagePushedAt: v.optional(v.date()),
          imageManifestMediaType: v.optional(v.string()),
        }),
        {},
      ),
    }),
  ),
});
const tokenBody = v.object({ authorizationData });

/** Amazon ECR Public: lists through its own API what the account owns that is signed in to AWS on this machine. */
export const ecrPublic: Provider = {
  id: 'ecr-public',
  name: 'Amazon ECR Public',
  host: 'public.ecr.aws',
  owns: (host) => hosts.has(host),
  signIns: () => ['aws'],
  credential: {
    username: 'User name',
    fixedUsername: 'AWS',
    secret: 'Password from "aws ecr-public get-login-password --region us-east-1", for twelve hours',
  },
  browse: (parts) => (parts.ecrPublic ? browse(parts) : parts.lists),
  webPage: ({ repository: { path } }) => `https://gallery.ecr.aws/${path}`,
  explain: explainAws,
  createRepository: async (parts, path, signal) => {
    const api = apiOf(parts);
    const [alias = '', ...name] = path.split('/');
    // A repository is always made in the account's own registry, whatever the alias in its name.
    if (!(await ownAliases(api, parts.registry, signal)).has(alias))
      throw new RegistryError(
        'denied',
        `${path} cannot be created: ${alias} is no alias of the AWS account that is signed in on this machine.`,
        { host: parts.registry },
      );
    try {
      const answer = api.createRepository({ repositoryName: name.join('/') }, signal);
      await askAws(v.unknown(), parts.registry, answer, signal);
    } catch (error) {
      if (!isAwsError(error, 'RepositoryAlreadyExistsException')) throw error;
    }
  },
  creation: ({ path }) => ({
    what: `the repository ${path}`,
    seenBy: 'It is public at once: everybody can see it and pull from it.',
    by: awsSignIn,
  }),
};

/**
 * A credential for pushes to ECR Public, from who is signed in to AWS. It takes the rights
 * `ecr-public:GetAuthorizationToken` and `sts:GetServiceBearerToken`.
 *
 * @throws RegistryError, CancelledError
 */
export async function ecrPublicCredential(
  api: EcrPublicApi,
  registry: string,
  signal?: AbortSignal,
): Promise<GrantedCredential> {
  const answer = api.getAuthorizationToken(signal);
  return grantedBy((await askAws(tokenBody, registry, answer, signal)).authorizationData, registry);
}

function browse(parts: ProviderParts): Browser {
  const { registry } = parts;
  let own: ReadonlySet<string> | undefined;
  return {
    repositories: (namespace, { after, limit = 100 }, signal) =>
      skipEmpty(after, async (at) => {
        const answer = apiOf(parts).describeRepositories(pageAt(at, limit), signal);
        const { repositories, nextToken } = await askAws(repositoriesBody, registry, answer, signal);
        // The address alone has the alias: `public.ecr.aws/ALIAS/NAME`.
        const paths = repositories.map(({ repositoryUri }) => repositoryUri.slice(repositoryUri.indexOf('/') + 1));
        const within = paths.filter((path) => isWithin(path, namespace));
        return pageOf(
          within.map((path) => ({ repository: { registry, path } })),
          nextToken,
        );
      }),
    remoteTags: async (path, { after, limit = 100 }, signal) => {
      const api = apiOf(parts);
      const [alias = '', ...name] = path.split('/');
      // The API knows no aliases: for another's it would list the account's own repository of the same name.
      own ??= await ownAliases(api, registry, signal);
      if (!own.has(alias)) return parts.lists.remoteTags(path, { after, limit }, signal);
      const answer = api.describeImageTags({ repositoryName: name.join('/'), ...pageAt(after, limit) }, signal);
      const { imageTagDetails, nextToken } = await askAws(tagsBody, registry, answer, signal);
      return pageOf(imageTagDetails.map(readTag), nextToken);
    },
  };
}

async function ownAliases(
  api: EcrPublicApi,
  registry: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string>> {
  const { registries } = await askAws(registriesBody, registry, api.describeRegistries({}, signal), signal);
  return new Set(registries.flatMap(({ aliases }) => aliases.map(({ name }) => name)));
}

function apiOf({ registry, ecrPublic: api }: ProviderParts): EcrPublicApi {
  if (api) return api;
  const message =
    'Amazon ECR Public does this for who is signed in to AWS on this machine. Sign in, as with "aws sso login".';
  throw new RegistryError('unauthorized', message, { host: registry });
}

type ImageTagDetail = v.InferOutput<typeof tagsBody>['imageTagDetails'][number];

function readTag({ imageTag, createdAt, imageDetail: image }: ImageTagDetail): RemoteTag {
  const isIndex = indexTypes.has(image.imageManifestMediaType ?? '');
  const pushedAt = image.imagePushedAt ?? createdAt;
  return {
    name: imageTag,
    ...(image.imageDigest !== undefined && { digest: image.imageDigest }),
    ...(image.imageSizeInBytes !== undefined && !isIndex && { sizeBytes: image.imageSizeInBytes }),
    ...(pushedAt && { pushedAt }),
    ...(isIndex && { platforms: [] }),
  };
}
