import type { ProviderId } from '../../../src/registry/index.ts';
import type { ApiRoute } from '../../support/stage/api-site.ts';
import type { PlainAnswer } from '../../support/stage/front.ts';
import type { GateKind, GateRefusal } from '../../support/stage/gate.ts';

/** A push that the provider refuses, in its own words, and what is made of them. */
export type RefusedPush = GateRefusal & { readonly code: string; readonly message: RegExp };

/** What a test knows of a provider: how it speaks as it is documented, and what the extension shall make of it. */
export interface ProviderCase {
  readonly id: ProviderId;
  /** The registry as references name it. */
  readonly host: string;
  /** Where the host's name does not say which provider it is, and the setting does. */
  readonly set?: ProviderId;
  /** Its other hosts: of its token server, of its API. */
  readonly others?: readonly string[];
  /** As typed; absent where the form does not ask for it. */
  readonly username?: string;
  readonly secret: string;
  readonly gate: GateKind;
  /** Of what the registry says to a wrong secret. */
  readonly signInRefused: RegExp;
  readonly routes?: readonly ApiRoute[];
  /** In the real registry, for lists that come from the protocol: tags by repository. */
  readonly content?: Readonly<Record<string, readonly string[]>>;
  readonly namespace?: string;
  /** The paths, page by page, two on each. */
  readonly repositories: readonly (readonly string[])[];
  /** Those of one repository, page by page, two on each. */
  readonly tags: { readonly path: string; readonly pages: readonly (readonly string[])[] };
  /** The path that is pushed to. */
  readonly push: string;
  readonly refused: readonly RefusedPush[];
  /** The hosts that get the user name and the secret: all of them, and no other. */
  readonly secretGoesTo: readonly string[];
  /** Of a token that the API gives for itself. */
  readonly apiToken?: { readonly value: string; readonly goesTo: readonly string[] };
}

export const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes */
export function refusal(status: number, code: string, message: string): PlainAnswer {
  return { status, body: { errors: [{ code, message, detail: null }] } };
}

export function basicOf(username: string, secret: string): string {
  return `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`;
}
