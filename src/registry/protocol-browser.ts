import type { Browser } from './browser.ts';
import type { RegistryClient } from './client.ts';

/**
 * Looks through a registry by the protocol's own lists, which give names alone. The catalog goes by the letters, so a
 * namespace is asked for from its beginning, and left behind its end.
 */
export function protocolBrowser(registry: string, client: RegistryClient): Browser {
  return {
    repositories: async (namespace, page, signal) => {
      const prefix = namespace === undefined ? '' : `${namespace}/`;
      const request = { ...page, ...(namespace !== undefined && { startAfter: prefix }) };
      const { items, next } = await client.repositories(request, signal);
      const last = items.at(-1)?.path ?? '';
      const over = prefix !== '' && !last.startsWith(prefix) && last > prefix;
      return {
        items: items.filter(({ path }) => path.startsWith(prefix)).map((repository) => ({ repository })),
        ...(next !== undefined && !over && { next }),
      };
    },
    remoteTags: async (path, page, signal) => {
      const { items, next } = await client.tags({ registry, path }, page, signal);
      return { items: items.map((name) => ({ name })), ...(next !== undefined && { next }) };
    },
  };
}
