import * as v from 'valibot';
import type { Credential } from './credential.ts';
import { registryOfAddress, serverAddress } from './server-address.ts';

/**
 * What Docker's configuration says about a registry: a credential written in it, the program that keeps it
 * (`docker-credential-<helper>`) with the address under which to ask it, or nothing.
 */
export type DockerConfigEntry =
  | { readonly kind: 'found'; readonly credential: Credential }
  | { readonly kind: 'held'; readonly helper: string; readonly address: string }
  | { readonly kind: 'none' };

const text = v.fallback(v.string(), '');
const entry = v.object({ auth: text, username: text, password: text, identitytoken: text });
const noEntry = { auth: '', username: '', password: '', identitytoken: '' };
/** Of the CLI's `config.json` (docker/cli `cli/config/configfile/file.go`); a part that is not as it should be is empty. */
const configFile = v.object({
  auths: v.fallback(v.record(v.string(), v.fallback(entry, noEntry)), {}),
  credsStore: text,
  credHelpers: v.fallback(v.record(v.string(), text), {}),
});

export type DockerConfig = v.InferOutput<typeof configFile>;

/** Undefined if the text is not a JSON object. Nothing of it is quoted: half a file may end in a password. */
export function parseDockerConfig(content: string): DockerConfig | undefined {
  try {
    const json: unknown = JSON.parse(content.replace(/^\uFEFF/u, ''));
    const result = v.safeParse(configFile, json);
    return result.success && !Array.isArray(json) ? result.output : undefined;
  } catch {
    return undefined;
  }
}

/** As the CLI does: where a helper is named for a registry, what else the file says of it does not count. */
export function entryFor(config: DockerConfig, registry: string): DockerConfigEntry {
  const address = serverAddress(registry);
  const helper = helperFor(config, address);
  return helper === '' ? entryIn(config.auths, registry) : { kind: 'held', helper, address };
}

/** The helper for an address, empty for none: its own, which may be none, else the one for all. Names match exactly. */
function helperFor({ credHelpers, credsStore }: DockerConfig, address: string): string {
  return credHelpers[address] ?? credsStore;
}

/** What is written under the names that mean a registry. */
export function entryIn(auths: DockerConfig['auths'], registry: string): DockerConfigEntry {
  const [credential] = underRegistry(auths, registry)
    .map(credentialIn)
    .filter((one) => one !== undefined);
  return credential ? { kind: 'found', credential } : { kind: 'none' };
}

/** The registries that names in `auths` mean, each once. */
export function registriesIn(auths: DockerConfig['auths']): Set<string> {
  return new Set(Object.keys(auths).map(registryOfAddress));
}

/** The values whose name means the registry, the one that has it exactly as Docker writes it first. */
function underRegistry<T>(values: Readonly<Record<string, T>>, registry: string): T[] {
  const exact = serverAddress(registry);
  return Object.entries(values)
    .filter(([name]) => registryOfAddress(name) === registry)
    .sort(([a], [b]) => Number(b === exact) - Number(a === exact))
    .map(([, value]) => value);
}

function credentialIn({
  auth,
  username,
  password,
  identitytoken,
}: v.InferOutput<typeof entry>): Credential | undefined {
  const decoded = decodeAuth(auth) ?? { username, password };
  if (identitytoken !== '')
    return { identityToken: identitytoken, ...(decoded.username !== '' && { username: decoded.username }) };
  return decoded.username === '' || decoded.password === '' ? undefined : decoded;
}

/** `user:password` in base64; a password may have colons in it, and the CLI drops the zeros that old clients left. */
function decodeAuth(auth: string): { username: string; password: string } | undefined {
  const decoded = Buffer.from(auth, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon === -1) return undefined;
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1).replace(/^\0+|\0+$/gu, '') };
}
