import {
  CreateRepositoryCommand,
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr';
import {
  CreateRepositoryCommand as CreatePublicRepositoryCommand,
  DescribeImageTagsCommand,
  DescribeRegistriesCommand,
  DescribeRepositoriesCommand as DescribePublicRepositoriesCommand,
  ECRPUBLICClient,
  GetAuthorizationTokenCommand as GetPublicAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr-public';
import type { EcrApi, EcrPublicApi } from '../registry/index.ts';
import { answerOf, type SessionOptions, startSession } from './session.ts';

export type AwsOptions = SessionOptions;

export interface EcrOptions extends AwsOptions {
  readonly region: string;
  readonly fips: boolean;
}

/** Who is signed in to AWS on this machine. */
export interface SignedIn {
  /** The AWS account to which the credentials belong, where they tell. */
  accountId(signal?: AbortSignal): Promise<string | undefined>;
}

/** ECR Public has its API in this region alone: https://docs.aws.amazon.com/general/latest/gr/ecr-public.html */
const publicRegion = 'us-east-1';

/** Amazon ECR of one region, for who is signed in to AWS on this machine. Nothing is contacted or read by that. */
export function openEcr({ region, fips, ...options }: EcrOptions): EcrApi & SignedIn {
  // What is not said is left to AWS_USE_FIPS_ENDPOINT and the profile.
  const where = { region, ...(fips && { useFipsEndpoint: true }) };
  const clients = new Clients(() => new ECRClient({ ...startSession(options), ...where }));
  return {
    describeRepositories: ({ repositoryNames: names, ...input }, signal) => {
      const command = new DescribeRepositoriesCommand({ ...input, ...(names && { repositoryNames: [...names] }) });
      return clients.ask((client, how) => client.send(command, how), signal);
    },
    describeImages: (input, signal) =>
      clients.ask((client, how) => client.send(new DescribeImagesCommand(input), how), signal),
    describeImageScanFindings: (input, signal) =>
      clients.ask((client, how) => client.send(new DescribeImageScanFindingsCommand(input), how), signal),
    createRepository: (input, signal) =>
      clients.ask((client, how) => client.send(new CreateRepositoryCommand(input), how), signal),
    getAuthorizationToken: (signal) =>
      clients.ask((client, how) => client.send(new GetAuthorizationTokenCommand({}), how), signal),
    accountId: (signal) => clients.accountId(signal),
  };
}

/** The same of Amazon ECR Public. */
export function openEcrPublic(options: AwsOptions): EcrPublicApi & SignedIn {
  const clients = new Clients(() => new ECRPUBLICClient({ ...startSession(options), region: publicRegion }));
  return {
    describeRegistries: (input, signal) =>
      clients.ask((client, how) => client.send(new DescribeRegistriesCommand(input), how), signal),
    describeRepositories: (input, signal) =>
      clients.ask((client, how) => client.send(new DescribePublicRepositoriesCommand(input), how), signal),
    describeImageTags: (input, signal) =>
      clients.ask((client, how) => client.send(new DescribeImageTagsCommand(input), how), signal),
    createRepository: (input, signal) =>
      clients.ask((client, how) => client.send(new CreatePublicRepositoryCommand(input), how), signal),
    getAuthorizationToken: (signal) =>
      clients.ask((client, how) => client.send(new GetPublicAuthorizationTokenCommand({}), how), signal),
    accountId: (signal) => clients.accountId(signal),
  };
}

interface Client {
  readonly config: { readonly credentials: () => Promise<{ readonly accountId?: string }> };
}

interface How {
  readonly abortSignal?: AbortSignal;
}

/** One client as long as it goes well: it remembers the credentials, and those that failed must not be used again. */
class Clients<C extends Client> {
  readonly #open: () => C;
  #client: C | undefined;

  constructor(open: () => C) {
    this.#open = open;
  }

  async ask(send: (client: C, how: How) => Promise<unknown>, signal: AbortSignal | undefined): Promise<unknown> {
    this.#client ??= this.#open();
    const client = this.#client;
    try {
      return await answerOf(() => send(client, signal ? { abortSignal: signal } : {}), signal);
    } catch (error) {
      if (this.#client === client) this.#client = undefined;
      throw error;
    }
  }

  async accountId(signal: AbortSignal | undefined): Promise<string | undefined> {
    this.#client ??= this.#open();
    const { credentials } = this.#client.config;
    return (await answerOf(() => credentials(), signal)).accountId;
  }
}
