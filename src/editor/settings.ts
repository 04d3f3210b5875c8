import * as vscode from 'vscode';
import { formatRegistryKey, formatRepository, parseRegistryKey, type Repository } from '../reference/index.ts';

const section = 'dockerPush';

/** Where a registry is and how it is reached; an entry of the setting `dockerPush.registries`. */
export interface RegistryConfig {
  /** `host[:port]` or `host[:port]/namespace`. */
  readonly registry: string;
  readonly name?: string;
  readonly transport?: 'https' | 'https-unverified' | 'http';
}

/** Reads the settings as they are now. What the user wrote wrongly is passed over here; settings.json underlines it. */
export const settings = {
  endpoint(): string {
    return vscode.workspace.getConfiguration(section).get('engine.endpoint', '').trim();
  },

  async setEndpoint(endpoint: string): Promise<void> {
    // Removing the value, rather than writing an empty one, keeps settings.json free of what says nothing.
    const value = endpoint === '' ? undefined : endpoint;
    await vscode.workspace
      .getConfiguration(section)
      .update('engine.endpoint', value, vscode.ConfigurationTarget.Global);
  },

  onEndpointChange(listener: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${section}.engine.endpoint`)) listener();
    });
  },

  registries(): RegistryConfig[] {
    const value: unknown = vscode.workspace.getConfiguration(section).get('registries');
    return Array.isArray(value) ? value.filter(isRegistryConfig) : [];
  },
};

function isRegistryConfig(value: unknown): value is RegistryConfig {
  if (typeof value !== 'object' || value === null) return false;
  const { registry, name, transport } = value as Record<string, unknown>;
  return (
    typeof registry === 'string' &&
    (name === undefined || typeof name === 'string') &&
    (transport === undefined || transport === 'https' || transport === 'https-unverified' || transport === 'http')
  );
}

/**
 * How the registry of a repository is reached, if the settings say so. Of the keys that match on path boundaries the
 * longest counts; the host always matches exactly.
 */
export function transportOf(
  repository: Repository,
  configured: readonly RegistryConfig[],
): RegistryConfig['transport'] | undefined {
  const path = `${formatRepository(repository)}/`;
  const matches = configured.filter(({ registry }) => path.startsWith(`${canonicalKey(registry)}/`));
  return matches.sort((a, b) => b.registry.length - a.registry.length)[0]?.transport;
}

function canonicalKey(registry: string): string {
  try {
    return formatRegistryKey(parseRegistryKey(registry));
  } catch {
    // Written wrongly, it matches nothing.
    return registry;
  }
}
