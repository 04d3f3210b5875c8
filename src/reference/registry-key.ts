import { parseRegistry, parseRepository } from './target.ts';

/** A registry, or a namespace at one: what a person adds, signs in to and pushes to. Written `host[:port][/namespace]`. */
export interface RegistryKey {
  readonly registry: string;
  readonly namespace?: string;
}

/**
 * Reads `host[:port][/namespace]`. The host must be written.
 *
 * @throws InvalidReferenceError
 */
export function parseRegistryKey(text: string): RegistryKey {
  // A pasted address is told to lose its scheme; as a key it would be cut at its slashes.
  if (text.includes('://')) parseRegistry(text);
  const trimmed = text.replace(/\/$/u, '');
  const slash = trimmed.indexOf('/');
  if (slash === -1) return { registry: parseRegistry(trimmed) };
  const registry = parseRegistry(trimmed.slice(0, slash));
  const namespace = trimmed.slice(slash + 1);
  // A namespace is the beginning of a repository's path, so it is right when a path that begins so is.
  parseRepository(`${registry}/${namespace}/x`);
  return { registry, namespace };
}

export function formatRegistryKey({ registry, namespace }: RegistryKey): string {
  return namespace === undefined ? registry : `${registry}/${namespace}`;
}
