import * as v from 'valibot';
import type { GrantedCredential } from '../../credentials/index.ts';
import type { Browser, RemoteTag } from '../browser.ts';
import { RegistryError } from '../errors.ts';
import { indexTypes } from '../media-types.ts';
import { askAws, authorizationData, awsSignIn, type EcrApi, grantedBy, isAwsError, pageAt, pageOf } from './aws.ts';
import { explainAws } from './aws-refusals.ts';
import { scanOfEcr } from './ecr-scan.ts';
import { isWithin, skipEmpty } from './places.ts';
import { matchesWildcard } from './wildcard.ts';
import type { Provider, ProviderParts } from './provider.ts';

/** https://github.com/awslabs/amazon-ecr-credential-helper/blob/main/ecr-login/api/client.go */
const hosts =
  /^(?<registryId>\d{12})\.dkr[.-]ecr(?<fips>-fips)?\.(?<region>[a-z0-9][a-z0-9-]*)\.(?:amazonaws\.(?:com(?:\.cn)?|eu)|on\.(?:aws|amazonwebservices\.com\.cn)|sc2s\.sgov\.gov|c2s\.ic\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/u;

/** Which account's registry a host is, and where. */
export interface EcrPlace {
  readonly registryId: string;
  readonly region: string;
  readonly fips: boolean;
}

/** What a host's name says; undefined for one that is not Amazon ECR's. */
export function ecrPlaceOf(host: string): EcrPlace | undefined {
  const { registryId, region, fips } = hosts.exec(host)?.groups ?? {};
  return registryId !== undefined && region !== undefined
    ? { registryId, region, fips: fips !== undefined }
    : undefined;
}

const needsAws = 'Amazon ECR does this for who is signed in to AWS on this machine. Sign in, as with "aws sso login".';

const nextToken = v.nullish(v.string());
const repositoriesBody = v.object({
  nextToken,
  repositories: v.array(
    v.object({
      repositoryName: v.string(),
      imageTagMutability: v.optional(v.string()),
      imageTagMutabilityExclusionFilters: v.optional(v.array(v.object({ filter: v.string() })), []),
    }),
  ),
});
const imagesBody = v.object({
  nextToken,
  imageDetails: v.array(
    v.object({
      imageDigest: v.optional(v.string()),
      imageTags: v.optional(v.array(v.string()), []),
      imageSizeInBytes: v.optional(v.number()),
      imagePushedAt: v.optional(v.date()),
      imageManifestMediaType: v.optional(v.string()),
    }),
  ),
});
const tokenBody = v.object({ authorizationData: v.tupleWithRest([authorizationData], v.unknown()) });

/** Amazon ECR: lists through its own API where someone is signed in to AWS on this machine. */
export const ecr: Provider = {
  id: 'ecr',
  name: 'Amazon ECR',
  host: '123456789012.dkr.ecr.eu-central-1.amazonaws.com',
  place: {
    prompt: 'Its host, which names the account and the region',
    example: '123456789012.dkr.ecr.eu-central-1.amazonaws.com',
  },
  owns: (host) => hosts.test(host),
  signIns: () => ['aws'],
  credential: {
    username: 'User name',
    fixedUsername: 'AWS',
    secret: 'Password from "aws ecr get-login-password", for twelve hours',
  },
  browse: (parts) => (parts.ecr ? browse(parts) : parts.lists),
  webPage: ({ repository: { registry, path } }) => {
    const place = ecrPlaceOf(registry);
    // Of the other partitions the console's address is not known.
    if (!place || !registry.endsWith('.amazonaws.com')) return undefined;
    const { region, registryId } = place;
    return `https://${region}.console.aws.amazon.com/ecr/repositories/private/${registryId}/${path}?region=${region}`;
  },
  explain: explainAws,
  mutability: async (parts, { repository: { registry, path }, tag }, signal) => {
    if (!parts.ecr) return { kind: 'unknown' };
    const { api, registryId } = apiOf(parts);
    const input = { registryId, repositoryNames: [path] };
    try {
      const answer = api.describeRepositories(input, signal);
      const [found] = (await askAws(repositoriesBody, registry, answer, signal)).repositories;
      const { imageTagMutability: setting, imageTagMutabilityExclusionFilters: filters = [] } = found ?? {};
      if (setting === undefined) return { kind: 'unknown' };
      // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageTagMutability.html
      const isExcluded =
        setting.endsWith('_WITH_EXCLUSION') && filters.some(({ filter }) => matchesWildcard(filter, tag));
      if (setting.startsWith('IMMUTABLE') === isExcluded) return { kind: 'mutable' };
      return { kind: 'immutable', reason: `${path} on Amazon ECR makes the tag ${tag} immutable` };
    } catch (error) {
      if (isAwsError(error, 'RepositoryNotFoundException')) return { kind: 'mutable' };
      throw error;
    }
  },
  scan: async (parts, { repository: { registry, path }, digest }, signal) => {
    if (!parts.ecr) return { state: 'unsupported', reason: needsAws };
    const { api, registryId } = apiOf(parts);
    return scanOfEcr(api, { registryId, repositoryName: path, imageId: { imageDigest: digest } }, registry, signal);
  },
  createRepository: async (parts, path, signal) => {
    const { api, registryId } = apiOf(parts);
    try {
      const answer = api.createRepository({ registryId, repositoryName: path }, signal);
      await askAws(v.unknown(), parts.registry, answer, signal);
    } catch (error) {
      if (!isAwsError(error, 'RepositoryAlreadyExistsException')) throw error;
    }
  },
  creation: ({ path }) => ({ what: `the repository ${path}`, seenBy: 'It is private.', by: awsSignIn }),
};

/**
 * A credential for the registry, from who is signed in to AWS.
 *
 * @throws RegistryError, CancelledError
 */
export async function ecrCredential(api: EcrApi, registry: string, signal?: AbortSignal): Promise<GrantedCredential> {
  const { authorizationData: data } = await askAws(tokenBody, registry, api.getAuthorizationToken(signal), signal);
  return grantedBy(data[0], registry);
}

function browse(parts: ProviderParts): Browser {
  const { registry } = parts;
  return {
    repositories: (namespace, { after, limit = 100 }, signal) =>
      skipEmpty(after, async (at) => {
        const { api, registryId } = apiOf(parts);
        const answer = api.describeRepositories({ registryId, ...pageAt(at, limit) }, signal);
        const { repositories, nextToken } = await askAws(repositoriesBody, registry, answer, signal);
        const paths = repositories.map(({ repositoryName }) => repositoryName);
        const own = paths.filter((path) => isWithin(path, namespace));
        return pageOf(
          own.map((path) => ({ repository: { registry, path } })),
          nextToken,
        );
      }),
    remoteTags: (path, { after, limit = 100 }, signal) =>
      skipEmpty(after, async (at) => {
        const { api, registryId } = apiOf(parts);
        const filter = { tagStatus: 'TAGGED' } as const;
        const input = { registryId, repositoryName: path, filter, ...pageAt(at, limit) };
        const answer = api.describeImages(input, signal);
        const { imageDetails, nextToken } = await askAws(imagesBody, registry, answer, signal);
        return pageOf(imageDetails.flatMap(readTags), nextToken);
      }),
  };
}

function apiOf({ registry, ecr: api }: ProviderParts): { api: EcrApi; registryId: string } {
  const place = ecrPlaceOf(registry);
  if (api && place) return { api, registryId: place.registryId };
  throw new RegistryError('unauthorized', needsAws, { host: registry });
}

type ImageDetail = v.InferOutput<typeof imagesBody>['imageDetails'][number];

function readTags({ imageDigest, imageTags, imagePushedAt, ...image }: ImageDetail): RemoteTag[] {
  const isIndex = indexTypes.has(image.imageManifestMediaType ?? '');
  const common = {
    ...(imageDigest !== undefined && { digest: imageDigest }),
    // Of an index it is the size of the largest image in it: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageDetail.html
    ...(image.imageSizeInBytes !== undefined && !isIndex && { sizeBytes: image.imageSizeInBytes }),
    ...(imagePushedAt && { pushedAt: imagePushedAt }),
    ...(isIndex && { platforms: [] }),
  };
  return imageTags.map((name) => ({ name, ...common }));
}
