import { BlockList, isIP } from 'node:net';
import { isLoopback } from '../reference/index.ts';

/** Addresses that mean something else, or somebody else, at each machine (https://www.rfc-editor.org/rfc/rfc6890). */
const notPublic = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 4],
] as const)
  notPublic.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  notPublic.addSubnet(network, bits, 'ipv6');

/**
 * Why a registry may not refer this client to that token server, or undefined if it may. A registry that is not trusted
 * could otherwise make the client ask, from inside a private network, what it cannot ask itself.
 */
export function realmFault(realm: URL, registry: URL): string | undefined {
  const fault = protocolFault(realm, registry);
  if (fault !== undefined) return fault;
  if (realm.hostname === registry.hostname) return undefined;
  if (isLoopback(realm.hostname)) return isLoopback(registry.hostname) ? undefined : 'it is on this machine';
  const address = realm.hostname.replace(/^\[|\]$/gu, '');
  const family = isIP(address);
  if (family !== 0 && notPublic.check(address, family === 6 ? 'ipv6' : 'ipv4')) return 'its address is a private one';
  return undefined;
}

/** Why the registry may not refer there at all: HTTPS is never left for something weaker. */
export function protocolFault(target: URL, registry: URL): string | undefined {
  if (target.protocol === 'https:') return undefined;
  if (target.protocol === 'http:' && registry.protocol === 'http:') return undefined;
  return 'it is not on HTTPS';
}
