import { RegistryError } from '../errors.ts';
import type { Page, PageRequest } from '../paging.ts';
import type { ProviderParts } from './provider.ts';

/** The origin of an API on the registry's own host, over the transport by which the registry is there. */
export async function ownOrigin({ registry, client }: ProviderParts, signal: AbortSignal | undefined): Promise<string> {
  if (client.transport === undefined) await client.ping(signal);
  return `${client.transport === 'http' ? 'http' : 'https'}://${registry}`;
}

/**
 * A list from an API that does not take every credential which the registry takes: where it refuses the first page, the
 * protocol's list serves.
 *
 * @param base how each `next` of the API's list begins, and none of the protocol's
 */
export async function listedOr<T>(
  { after }: PageRequest,
  base: string,
  own: () => Promise<Page<T>>,
  protocol: () => Promise<Page<T>>,
): Promise<Page<T>> {
  if (after !== undefined && !after.startsWith(base)) return protocol();
  try {
    return await own();
  } catch (error) {
    const isRefused = error instanceof RegistryError && [401, 403, 404].includes(error.status ?? 0);
    if (!isRefused || after !== undefined) throw error;
    return protocol();
  }
}
