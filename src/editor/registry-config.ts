import { formatRegistryKey, formatRepository, parseRegistryKey, type Repository } from '../reference/index.ts';

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

/** An entry from the settings or from a caller, its key canonical; undefined where it is none. */
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

/**
 * The configured registry that a repository belongs to. Of the keys that match on path boundaries the longest counts;
 * the host always matches exactly.
 */
export function registryOf(repository: Repository, configured: readonly RegistryConfig[]): RegistryConfig | undefined {
  const path = `${formatRepository(repository)}/`;
  const matches = configured.filter(({ registry }) => path.startsWith(`${registry}/`));
  return matches.sort((a, b) => b.registry.length - a.registry.length)[0];
}
