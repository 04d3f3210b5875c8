import { systemClock } from '../../src/base/index.ts';
import { accountOf, authConfigOf, type PasswordCredential } from '../../src/credentials/index.ts';
import { chooseEndpoint, type Engine, openEngine } from '../../src/engine/index.ts';
import { planPush, type PushResult, runPush } from '../../src/push/index.ts';
import { parseTarget } from '../../src/reference/index.ts';
import {
  type Browser,
  browserOf,
  openApi,
  openRegistry,
  protocolBrowser,
  type Provider,
} from '../../src/registry/index.ts';
import { collectingLog } from '../unit/push/parts.ts';

/** A registry as the extension goes about it, by its rooms and without an editor. */
export interface ProviderJob {
  readonly host: string;
  readonly provider: Provider | undefined;
  readonly credential: PasswordCredential;
  /** An authority that is trusted besides (PEM). */
  readonly ca?: string;
}

/** What the form of the provider makes of what is typed. */
export function credentialFor(
  provider: Provider | undefined,
  username: string | undefined,
  secret: string,
): PasswordCredential {
  const { fixedUsername, usernameIsSecret } = provider?.credential ?? {};
  const name = fixedUsername ?? (usernameIsSecret ? secret : username);
  if (name === undefined) throw new Error('The form asks for a user name.');
  return { username: name, password: secret };
}

export function browserFor({ host, provider, ...options }: ProviderJob): Browser {
  const client = openRegistry(host, options);
  const lists = protocolBrowser(host, client);
  const { credential } = options;
  const parts = { registry: host, client, credential, api: openApi(host, options), lists, clock: systemClock };
  return browserOf(provider, parts);
}

/** Pushes an image that the engine has to a reference at the registry. */
export async function pushAs(
  engine: Engine,
  image: string,
  reference: string,
  { host, provider, ...options }: ProviderJob,
): Promise<PushResult> {
  const { credential } = options;
  const plan = await planPush({ name: image }, parseTarget(reference), engine);
  const parts = {
    ...{ engine, store: (await engine.info()).store, log: collectingLog(), clock: systemClock },
    ...{ registry: openRegistry(host, options), auth: authConfigOf(credential, host) },
    account: accountOf(credential) ?? 'the holder of a token',
    ...(provider?.explain && { explain: provider.explain }),
  };
  return runPush(plan, parts, { signal: new AbortController().signal });
}

export async function engineAt(endpoint: string): Promise<Engine> {
  const readFile = (): Promise<string> => Promise.reject(new Error('No file is read for an address.'));
  return openEngine(
    await chooseEndpoint({ setting: endpoint, env: {}, platform: process.platform, home: '/', readFile }),
  );
}
