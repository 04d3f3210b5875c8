import { plainText, SidedError } from '../base/index.ts';
import {
  formatRegistryKey,
  formatRepository,
  parseRegistryKey,
  type RegistryKey,
  type Repository,
} from '../reference/index.ts';

/** Where a registry is and how it is reached; an entry of the setting `dockerPush.registries`. Never a secret. */
export interface RegistryConfig {
  /** `host[:port]` or `host[:port]/namespace`, canonical. */
  readonly registry: string;
  readonly name?: string;
  readonly provider?: string;
  readonly transport?: Transport;
}

export type Transport = 'https' | 'https-unverified' | 'http';

export const transports: readonly Transport[] = ['https', 'https-unverified', 'http'];

const fields = new Set(['registry', 'name', 'provider', 'transport']);

/**
 * What a caller passed. Unlike an entry of the settings, which stays the user's to mend, it is refused with whatever in it
 * would be passed over: a field that is not known, as a password, or a provider that nobody has heard of.
 *
 * @param providers the ids that are known
 * @throws SidedError (`reference`, `argument-invalid`)
 */
export function readRegistryArgument(argument: unknown, providers: readonly string[]): RegistryConfig {
  const config = readRegistryConfig(argument);
  const { name, provider, ...others } = (argument ?? {}) as Record<string, unknown>;
  const unknown = Object.keys(others).find((field) => !fields.has(field));
  if (unknown !== undefined)
    throw invalid(`“${plainText(unknown, 80)}” is not known: it takes registry, name, provider and transport`);
  if (!config) throw invalid('it takes {"registry": "host[:port][/namespace]"}, with name, provider and transport');
  if (name !== undefined && typeof name !== 'string') throw invalid('“name” takes text');
  if (provider !== undefined && !providers.some((known) => known === provider))
    throw invalid(`“provider” takes one of ${providers.join(', ')}`);
  return config;
}

/** An entry from the settings, its key canonical; undefined where it is none. */
export function readRegistryConfig(value: unknown): RegistryConfig | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { registry, name, provider, transport } = value as Record<string, unknown>;
  if (typeof registry !== 'string') return undefined;
  const known = transports.find((one) => one === transport);
  if (transport !== undefined && known === undefined) return undefined;
  try {
    return {
      registry: formatRegistryKey(parseRegistryKey(registry)),
      ...(typeof name === 'string' && name !== '' && { name }),
      ...(typeof provider === 'string' && { provider }),
      ...(known && { transport: known }),
    };
  } catch {
    return undefined;
  }
}

/** The configured registry that a repository, or a place at a registry, belongs to. */
export function registryOf(
  place: Repository | RegistryKey,
  configured: readonly RegistryConfig[],
): RegistryConfig | undefined {
  return longestMatch(place, configured, ({ registry }) => registry);
}

/**
 * What is said of a repository, or of a place at a registry, by key (`host` or `host/namespace`). Of the keys that match
 * on path boundaries the longest counts; the host always matches exactly.
 */
export function longestMatch<T>(
  place: Repository | RegistryKey,
  entries: readonly T[],
  keyOf: (entry: T) => string,
): T | undefined {
  // References keep the case of a host as it was written; in keys it is folded.
  const folded = { ...place, registry: place.registry.toLowerCase() };
  const path = `${'path' in folded ? formatRepository(folded) : formatRegistryKey(folded)}/`;
  const matches = entries.filter((entry) => path.startsWith(`${keyOf(entry)}/`));
  return matches.sort((a, b) => keyOf(b).length - keyOf(a).length)[0];
}

function invalid(what: string): SidedError {
  return new SidedError('reference', 'argument-invalid', `A registry cannot be added or changed like this: ${what}.`);
}
