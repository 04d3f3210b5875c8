import { CancelledError, messageOf } from '../base/index.ts';
import { InvalidReferenceError, parseRegistryKey } from '../reference/index.ts';
import { accountOf, type Credential } from './credential.ts';
import type { CredentialHelpers } from './credential-helpers.ts';
import { type DockerConfig, entryFor, entryIn, registriesIn } from './docker-config.ts';
import type { DockerConfigCredentials } from './docker-config-credentials.ts';
import type { CredentialSource } from './keychain.ts';
import { registryOfAddress, serverAddress } from './server-address.ts';

/** A sign-in that Docker has. Its secret is fetched for itself. */
export interface DockerSignIn {
  /** As references name it, `docker.io` or `host[:port]`. */
  readonly registry: string;
  readonly from: Exclude<CredentialSource, { source: 'stored' }>;
  /** Whose it is, where that is known without asking for the secret. */
  readonly account?: string;
  /** @throws CredentialsError; CancelledError when the signal aborts. Undefined where there is none after all. */
  readonly read: (signal?: AbortSignal) => Promise<Credential | undefined>;
}

export interface DockerSignInList {
  readonly signIns: readonly DockerSignIn[];
  /** What could not be looked into, in words. */
  readonly failures: readonly string[];
}

export interface DockerSignInParts {
  readonly dockerConfig: Pick<DockerConfigCredentials, 'variable' | 'file'>;
  readonly helpers: Pick<CredentialHelpers, 'get' | 'list'>;
}

/**
 * All that Docker's configuration and its helpers hold, a registry once, with the credential that Docker itself would
 * use. Each helper is asked once for its list, which needs no secret; one that fails is named and spoils no other.
 *
 * @throws CancelledError when the signal aborts
 */
export async function listDockerSignIns(parts: DockerSignInParts, signal?: AbortSignal): Promise<DockerSignInList> {
  const failures: string[] = [];
  const configOf = async (read: () => DockerConfig | Promise<DockerConfig>): Promise<DockerConfig | undefined> => {
    try {
      return await read();
    } catch (error) {
      failures.push(messageOf(error));
      return undefined;
    }
  };
  const variable = await configOf(() => parts.dockerConfig.variable());
  const file = await configOf(() => parts.dockerConfig.file());
  const signIns = new Map<string, DockerSignIn>();
  const add = (signIn: DockerSignIn | undefined): void => {
    if (signIn && isRegistry(signIn.registry) && !signIns.has(signIn.registry)) signIns.set(signIn.registry, signIn);
  };
  for (const registry of registriesIn(variable?.auths ?? {})) add(writtenIn(variable?.auths ?? {}, registry));
  if (file) {
    const { auths, credHelpers, credsStore } = file;
    const held = new Map<string, ReadonlyMap<string, string>>();
    // One after the other: two dialogs at once would be one too many.
    for (const helper of new Set([...Object.values(credHelpers), credsStore].filter((name) => name !== ''))) {
      try {
        held.set(helper, await parts.helpers.list(helper, signal));
      } catch (error) {
        if (error instanceof CancelledError) throw error;
        failures.push(messageOf(error));
      }
    }
    // Not every helper that makes passwords when asked can tell for which addresses.
    for (const [address, helper] of Object.entries(credHelpers))
      if (helper !== '' && serverAddress(registryOfAddress(address)) === address)
        add(keptBy(helper, address, held.get(helper)?.get(address), parts));
    for (const [address, account] of ownAddressFirst(held.get(credsStore))) {
      // A registry that has a helper of its own is there already, and one that is excepted from all is in `auths`.
      if (entryFor(file, registryOfAddress(address)).kind === 'held') add(keptBy(credsStore, address, account, parts));
    }
    for (const registry of registriesIn(auths))
      if (entryFor(file, registry).kind === 'found') add(writtenIn(auths, registry));
  }
  return { signIns: [...signIns.values()].sort((a, b) => (a.registry < b.registry ? -1 : 1)), failures };
}

/**
 * Whether a password lives for hours only, as a helper of a cloud makes it when it is asked: such a one is used from
 * where it is, and never kept.
 */
export function isShortLived({ from, account }: Pick<DockerSignIn, 'from' | 'account'>): boolean {
  const maker = from.source === 'helper' && /^(?:ecr-login|gcloud|gcr|acr(?:-.*)?)$/u.test(from.helper);
  return maker || shortLivedAccounts.has(account ?? '');
}

/** The names that Amazon ECR, Google's registries and Azure's want with a token. */
const shortLivedAccounts = new Set(['AWS', 'oauth2accesstoken', '00000000-0000-0000-0000-000000000000']);

function writtenIn(auths: DockerConfig['auths'], registry: string): DockerSignIn | undefined {
  const entry = entryIn(auths, registry);
  if (entry.kind !== 'found') return undefined;
  const { credential } = entry;
  const account = accountOf(credential);
  return {
    registry,
    from: { source: 'docker-config' },
    ...(account !== undefined && { account }),
    read: () => Promise.resolve(credential),
  };
}

/**
 * Addresses of registries: what Docker itself writes before what old clients wrote for the same registry. Docker Desktop
 * lists more at Docker Hub's host, for tokens of its own.
 */
function ownAddressFirst(list: ReadonlyMap<string, string> = new Map()): [address: string, account: string][] {
  const isOwn = (address: string): boolean => address === serverAddress(registryOfAddress(address));
  return [...list]
    .filter(([address]) => /^(?:https?:\/\/)?[^/]+(?:\/v[12])?\/?$/u.test(address))
    .sort(([a], [b]) => Number(isOwn(b)) - Number(isOwn(a)));
}

function keptBy(
  helper: string,
  address: string,
  account: string | undefined,
  { helpers }: DockerSignInParts,
): DockerSignIn {
  return {
    registry: registryOfAddress(address),
    from: { source: 'helper', helper },
    // A list gives the name of an identity token, too, and that is no user's.
    ...(account && account !== '<token>' && { account }),
    read: (signal) => helpers.get(helper, address, signal),
  };
}

function isRegistry(registry: string): boolean {
  try {
    return parseRegistryKey(registry).registry === registry;
  } catch (error) {
    if (error instanceof InvalidReferenceError) return false;
    throw error;
  }
}
