import { createHash } from 'node:crypto';
import { systemClock } from '../base/index.ts';
import type { AskHelpers, KeychainAnswer } from '../credentials/index.ts';
import type { TagPolicy } from '../push/index.ts';
import type { RegistryKey, Repository, TaggedReference } from '../reference/index.ts';
import type { Browser, Provider, ProviderParts, PushedImage, RegistryClient, RegistryScan } from '../registry/index.ts';
import type { Accounts } from './accounts.ts';
import type { AwsApi } from './machine/aws-apis.ts';
import type { RegistryContact } from './registry-contact.ts';
import { registryOf, type RegistryConfig } from './registry-config.ts';

export interface RegistryDoorParts {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly contact: Pick<RegistryContact, 'optionsFor' | 'certificateFile'>;
  readonly registries: () => readonly RegistryConfig[];
  /** Amazon's own API for a registry. Nothing is contacted by that. */
  readonly awsApi: (registry: string) => Promise<AwsApi | undefined>;
}

/** A registry as this machine reaches it, with the credential that serves there. */
export interface OpenRegistry {
  readonly client: RegistryClient;
  readonly browser: Browser;
  /** Undefined where nothing is known beyond the protocol. */
  readonly provider: Provider | undefined;
  /** Absent where its provider cannot tell which tags are immutable. */
  readonly policy?: TagPolicy;
  /** Makes the repository of a path; absent where a push does, or nothing but its web page can. */
  readonly createRepository?: (path: string, signal?: AbortSignal) => Promise<void>;
  /** What the registry's own scan says of an image; absent where it does not scan or does not tell. */
  readonly scanResult?: (image: PushedImage, signal?: AbortSignal) => Promise<RegistryScan>;
  readonly account: KeychainAnswer;
}

/** Opens registries with the settings and the account that they have now. Nothing is contacted by that. */
export class RegistryDoor {
  readonly #parts: RegistryDoorParts;
  /** One for each place, as long as neither its settings nor its credential change: it keeps tokens. */
  readonly #opened = new Map<string, { readonly sign: string; readonly registry: OpenRegistry }>();

  constructor(parts: RegistryDoorParts) {
    this.#parts = parts;
  }

  /**
   * Docker's credential helpers run only with `ask`. What they answer is kept with the registry as long as it is open,
   * so that looking through it asks once.
   *
   * @throws CredentialsError when the Docker configuration cannot be read and nothing is stored here
   */
  async open(place: RegistryKey | Repository, ask?: AskHelpers): Promise<OpenRegistry> {
    const { accounts, awsApi, contact, registries } = this.#parts;
    const config = registryOf(place, registries());
    const account = await accounts.find(place, ask);
    const credential = account.kind === 'found' ? account.credential : undefined;
    const { registry } = place;
    const key = config?.registry ?? registry;
    const options = { ...contact.optionsFor(place), credential };
    // By its hash, so that the password is kept nowhere else.
    const sign = createHash('sha256')
      .update(JSON.stringify([config, options.transport, contact.certificateFile(place), credential]))
      .digest('hex');
    const known = this.#opened.get(key);
    if (known?.sign === sign) return { ...known.registry, account };
    const { browserOf, openApi, openRegistry, protocolBrowser, providerOf } = await import('../registry/index.ts');
    const client = openRegistry(registry, options);
    const provider = providerOf(registry, config?.provider);
    const api = openApi(registry, options);
    const lists = protocolBrowser(registry, client);
    // Who is signed in to AWS sees what Amazon's own API tells.
    const aws = isOfAws(account) ? await awsApi(registry) : undefined;
    const parts = { registry, client, credential, api, lists, clock: systemClock, ...apisOf(aws) };
    const { mutability, createRepository, scan } = provider ?? {};
    const opened = {
      ...{ client, provider, account, browser: browserOf(provider, parts) },
      ...(mutability && {
        policy: {
          mutability: (target: TaggedReference, signal: AbortSignal) => mutability(parts, target, signal),
        },
      }),
      ...(createRepository && {
        createRepository: (path: string, signal?: AbortSignal) => createRepository(parts, path, signal),
      }),
      ...(scan && { scanResult: (image: PushedImage, signal?: AbortSignal) => scan(parts, image, signal) }),
    };
    this.#opened.set(key, { sign, registry: opened });
    return opened;
  }
}

function isOfAws(account: KeychainAnswer): boolean {
  return account.kind === 'found' && account.source === 'machine' && account.signIn === 'aws';
}

function apisOf(aws: AwsApi | undefined): Pick<ProviderParts, 'ecr' | 'ecrPublic'> {
  if (!aws) return {};
  return aws.kind === 'ecr' ? { ecr: aws.api } : { ecrPublic: aws.api };
}
