import { isIP } from 'node:net';
import { isLoopback } from '../reference/index.ts';
import { addressKind } from './address-kind.ts';

/** Why nothing is sent there, as the end of a sentence. */
export const privateAddress = 'its address is a private one';

/**
 * Why a registry may not refer this client to that token server, or undefined if it may. A registry that is not trusted
 * could otherwise make the client ask, from inside a private network, what it cannot ask itself. Where a name leads is
 * checked when it is looked up.
 */
export function realmFault(realm: URL, registry: URL): string | undefined {
  const fault = protocolFault(realm, registry);
  if (fault !== undefined) return fault;
  if (realm.hostname === registry.hostname) return undefined;
  if (isLoopback(realm.hostname)) return isLoopback(registry.hostname) ? undefined : 'it is on this machine';
  const address = realm.hostname.replace(/^\[|\]$/gu, '');
  if (isIP(address) !== 0 && addressKind(address) !== 'public') return privateAddress;
  return undefined;
}

/** Why the registry may not refer there at all: HTTPS is never left for something weaker. */
export function protocolFault(target: URL, registry: URL): string | undefined {
  if (target.protocol === 'https:') return undefined;
  if (target.protocol === 'http:' && registry.protocol === 'http:') return undefined;
  return 'it is not on HTTPS';
}
