import * as v from 'valibot';
import { CancelledError } from '../../base/index.ts';
import type { GrantedCredential } from '../../credentials/index.ts';
import { RegistryError } from '../errors.ts';
import type { Page } from '../paging.ts';
import { awsFailure, awsNameOf } from './aws-failure.ts';
import { readBody } from './body.ts';

/** Whose rights Amazon's APIs go by, which need not be those of the password for the registry. */
export const awsSignIn = 'whoever is signed in to AWS on this machine';

export interface AwsPage {
  readonly nextToken?: string;
  /** 1 to 1000. */
  readonly maxResults?: number;
}

/**
 * The verbs of Amazon ECR that are needed (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/), each with the
 * input of its SDK. What they resolve with is the SDK's output, checked here; they reject with the SDK's own errors,
 * which are known by their `name`. An API is of one region.
 */
export interface EcrApi {
  describeRepositories(
    input: AwsPage & { readonly registryId: string; readonly repositoryNames?: readonly string[] },
    signal?: AbortSignal,
  ): Promise<unknown>;
  describeImages(
    input: AwsPage & {
      readonly registryId: string;
      readonly repositoryName: string;
      readonly filter: { readonly tagStatus: 'TAGGED' };
    },
    signal?: AbortSignal,
  ): Promise<unknown>;
  describeImageScanFindings(
    input: AwsPage & {
      readonly registryId: string;
      readonly repositoryName: string;
      readonly imageId: { readonly imageDigest: string };
    },
    signal?: AbortSignal,
  ): Promise<unknown>;
  createRepository(
    input: { readonly registryId: string; readonly repositoryName: string },
    signal?: AbortSignal,
  ): Promise<unknown>;
  getAuthorizationToken(signal?: AbortSignal): Promise<unknown>;
}

/** The same of Amazon ECR Public (https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/), of `us-east-1` alone. */
export interface EcrPublicApi {
  describeRegistries(input: AwsPage, signal?: AbortSignal): Promise<unknown>;
  describeRepositories(input: AwsPage, signal?: AbortSignal): Promise<unknown>;
  describeImageTags(input: AwsPage & { readonly repositoryName: string }, signal?: AbortSignal): Promise<unknown>;
  createRepository(input: { readonly repositoryName: string }, signal?: AbortSignal): Promise<unknown>;
  getAuthorizationToken(signal?: AbortSignal): Promise<unknown>;
}

/**
 * What a verb answered, if it has the documented shape.
 *
 * @throws RegistryError whose `cause` is the SDK's error; CancelledError
 */
export async function askAws<T extends v.GenericSchema>(
  schema: T,
  host: string,
  answer: Promise<unknown>,
  signal: AbortSignal | undefined,
): Promise<v.InferOutput<T>> {
  let output: unknown;
  try {
    output = await answer;
  } catch (error) {
    if (signal?.aborted) throw new CancelledError();
    throw awsFailure(error, host);
  }
  return readBody(schema, output, host);
}

/** Whether AWS itself said this, as `RepositoryNotFoundException`. */
export function isAwsError(error: unknown, name: string): boolean {
  return error instanceof RegistryError && awsNameOf(error.cause) === name;
}

/** The part of a list that begins at `after`; AWS gives a thousand at most. */
export function pageAt(after: string | undefined, limit: number): AwsPage {
  return { maxResults: Math.min(limit, 1_000), ...(after !== undefined && { nextToken: after }) };
}

export function pageOf<T>(items: readonly T[], nextToken: string | null | undefined): Page<T> {
  return { items, ...(nextToken && { next: nextToken }) };
}

/** What GetAuthorizationToken gives: it lasts twelve hours. */
export const authorizationData = v.object({ authorizationToken: v.string(), expiresAt: v.optional(v.date()) });

/** @throws RegistryError `registry-error` for what is no `AWS:password` in base64; it is not quoted */
export function grantedBy(
  { authorizationToken, expiresAt }: v.InferOutput<typeof authorizationData>,
  host: string,
): GrantedCredential {
  const [, password] = /^AWS:(.+)$/su.exec(Buffer.from(authorizationToken, 'base64').toString('utf8')) ?? [];
  if (password === undefined)
    throw new RegistryError('registry-error', `${host} sent no sign-in that is one.`, { host });
  return { credential: { username: 'AWS', password }, ...(expiresAt && { expiresAt }) };
}
