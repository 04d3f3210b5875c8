import { BlockList, isIP } from 'node:net';

/** Who can be reached at an address: only a public one means the same, and anybody, wherever it is asked from. */
export type AddressKind = 'public' | 'private' | 'link-local' | 'loopback';

/** https://www.rfc-editor.org/rfc/rfc6890 */
const networks: Record<Exclude<AddressKind, 'public'>, readonly (readonly [network: string, bits: number])[]> = {
  // The unspecified address leads to this machine, too.
  loopback: [
    ['127.0.0.0', 8],
    ['0.0.0.0', 8],
    ['::', 127],
  ],
  'link-local': [
    ['169.254.0.0', 16],
    ['fe80::', 10],
  ],
  private: [
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
    ['224.0.0.0', 4],
    ['fc00::', 7],
    ['ff00::', 8],
  ],
};

const lists = Object.entries(networks).map(([kind, entries]) => {
  const list = new BlockList();
  for (const [network, bits] of entries) list.addSubnet(network, bits, isIP(network) === 6 ? 'ipv6' : 'ipv4');
  return { kind: kind as AddressKind, list };
});

/** @param address in the usual form, without brackets */
export function addressKind(address: string): AddressKind {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  return lists.find(({ list }) => list.check(address, family))?.kind ?? 'public';
}
