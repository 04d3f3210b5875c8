import * as vscode from 'vscode';
import { formatRegistryKey, formatRepository, parseRegistryKey, type Repository } from '../reference/index.ts';

const section = 'dockerPush';
const key = 'registries';

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

/** The registries that are configured. What is written wrongly is passed over; settings.json underlines it. */
export const registryList = {
  all: (): RegistryConfig[] => {
    const found = new Map<string, RegistryConfig>();
    for (const entry of entries()) {
      const config = readRegistryConfig(entry);
      if (config && !found.has(config.registry)) found.set(config.registry, config);
    }
    return [...found.values()];
  },

  onChange(listener: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${section}.${key}`)) listener();
    });
  },

  /** Adds the registry, or replaces what was said of it. */
  put: (config: RegistryConfig): Promise<void> => write([...entries().filter(isNot(config.registry)), config]),

  remove: (registry: string): Promise<void> => write(entries().filter(isNot(registry))),
};

/** What stands in the settings, right or wrong: an entry with a slip of the pen is the user's to mend, not ours to drop. */
function entries(): readonly unknown[] {
  const value: unknown = vscode.workspace.getConfiguration(section).get(key);
  return Array.isArray(value) ? value : [];
}

function isNot(registry: string): (entry: unknown) => boolean {
  return (entry) => readRegistryConfig(entry)?.registry !== registry;
}

async function write(registries: readonly unknown[]): Promise<void> {
  await vscode.workspace.getConfiguration(section).update(key, registries, vscode.ConfigurationTarget.Global);
}

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
