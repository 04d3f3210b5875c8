import { formatReference, formatRepository } from '../reference/index.ts';
import type { ConfigReader, ManifestReader, ManifestResolver, TagLister } from '../registry/index.ts';

type Reads = ManifestResolver & ManifestReader & ConfigReader & TagLister;

/**
 * A registry whose manifests, configurations and first tags are read once: registries count a manifest that is read as a
 * pull, and a name that is typed is looked at again and again. What a tag points at is asked each time.
 */
export function remembering(registry: Reads): Reads {
  const known = new Map<string, Promise<unknown>>();
  const once = <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const before = known.get(key) as Promise<T> | undefined;
    if (before) return before;
    const reading = read();
    known.set(key, reading);
    // What failed, or was given up, is read anew.
    reading.catch(() => known.delete(key));
    return reading;
  };
  return {
    resolve: (reference, signal) => registry.resolve(reference, signal),
    manifest: (reference, signal) =>
      once(`manifest ${formatReference(reference)}`, () => registry.manifest(reference, signal)),
    config: (repository, digest, signal) =>
      once(`config ${formatRepository(repository)} ${digest}`, () => registry.config(repository, digest, signal)),
    tags: (repository, page, signal) =>
      once(`tags ${formatRepository(repository)} ${JSON.stringify(page)}`, () =>
        registry.tags(repository, page, signal),
      ),
  };
}
