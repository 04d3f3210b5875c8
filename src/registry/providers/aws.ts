import * as v from 'valibot';
import { CancelledError, messageOf, redacted } from '../../base/index.ts';
import type { GrantedCredential } from '../../credentials/index.ts';
import { RegistryError, type RegistryErrorCode } from '../errors.ts';
import type { Page } from '../paging.ts';
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

const expired = 'The AWS sign-in on this machine has expired. Sign in to AWS again, as with "aws sso login".';
const unknown = 'AWS did not accept the credentials of this machine. Check the AWS profile, and sign in to AWS again.';
/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/CommonErrors.html, and what the SDK throws where it finds no credentials */
const meanings = new Map<string, { readonly code: RegistryErrorCode; readonly message: string }>([
  [
    'CredentialsProviderError',
    {
      code: 'unauthorized',
      message: 'This machine has no AWS credentials. Sign in to AWS, as with "aws sso login", or set AWS_PROFILE.',
    },
  ],
  ['ExpiredTokenException', { code: 'unauthorized', message: expired }],
  ['UnrecognizedClientException', { code: 'unauthorized', message: unknown }],
  ['InvalidClientTokenId', { code: 'unauthorized', message: unknown }],
  ['AccessDeniedException', { code: 'denied', message: 'AWS does not allow this.' }],
  ['ThrottlingException', { code: 'rate-limited', message: 'AWS takes no more requests for now. Try again later.' }],
]);

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
    const known = meanings.get(nameOf(error));
    // Only who was refused and what for is told by AWS itself; the other words are ours.
    const words = known && known.code !== 'denied' ? '' : redacted(messageOf(error), 300);
    const message = [known?.message ?? `${host} failed.`, words].filter((part) => part !== '').join(' ');
    throw new RegistryError(known?.code ?? 'registry-error', message, {
      host,
      temporary: known?.code === 'rate-limited',
      cause: error,
    });
  }
  return readBody(schema, output, host);
}

/** Whether AWS itself said this, as `RepositoryNotFoundException`. */
export function isAwsError(error: unknown, name: string): boolean {
  return error instanceof RegistryError && nameOf(error.cause) === name;
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

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
