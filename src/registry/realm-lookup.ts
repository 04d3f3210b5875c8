import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { type AddressKind, addressKind } from './address-kind.ts';

export interface RealmLookupOptions {
  /** The registry's own host, without a port. */
  readonly registry: string;
  readonly lookup: LookupFunction | undefined;
  /** The failure for a name that leads where it may not. */
  readonly refused: (hostname: string) => Error;
}

/**
 * Looks up the name of a token server to which a registry refers. A name can lead to any address, so a public registry
 * could have a request made inside a private network, or on this machine: it may lead where the registry itself is, to a
 * private network from a private one, and to what is public. What is checked is what is connected to. Behind a proxy no
 * name is looked up here.
 */
export function realmLookup({ registry, lookup = systemLookup, refused }: RealmLookupOptions): LookupFunction {
  return (hostname, options, callback) => {
    const addresses = (host: string): Promise<LookupAddress[]> => allOf(lookup, host, options);
    const check = async (): Promise<LookupAddress[]> => {
      const found = await addresses(hostname);
      const kinds = kindsOf(found);
      kinds.delete('public');
      if (kinds.size === 0) return found;
      const own = isIP(registry) ? [{ address: registry, family: isIP(registry) }] : await addresses(registry);
      const allowed = kindsOf(own);
      if ([...kinds].some((kind) => !allowed.has(kind))) throw refused(hostname);
      return found;
    };
    check().then(
      (found) => {
        const [first = { address: '', family: 4 }] = found;
        if (options.all) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error as NodeJS.ErrnoException, ''),
    );
  };
}

function kindsOf(addresses: readonly LookupAddress[]): Set<AddressKind> {
  return new Set(addresses.map(({ address }) => addressKind(address)));
}

function allOf(
  lookup: LookupFunction,
  hostname: string,
  options: Parameters<LookupFunction>[1],
): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    lookup(hostname, { ...options, all: true }, (error, found, family) => {
      if (error) reject(error);
      else resolve(typeof found === 'string' ? [{ address: found, family: family ?? isIP(found) }] : found);
    });
  });
}
