import { BlockList, isIP } from 'node:net';
import * as v from 'valibot';
import { isLoopback } from '../reference/index.ts';
import type { EngineInfo } from './engine.ts';

/** The part of `GET /info` that says of which registries an engine checks nothing, as far as it is read. */
export const registryConfigSchema = v.object({
  RegistryConfig: v.nullish(
    v.object({
      InsecureRegistryCIDRs: v.nullish(v.array(v.string())),
      IndexConfigs: v.nullish(v.record(v.string(), v.nullish(v.object({ Secure: v.optional(v.boolean(), true) })))),
    }),
  ),
});
export type RegistryConfigAnswer = v.InferOutput<typeof registryConfigSchema>;

/**
 * Whether an engine says that it takes plain HTTP and any certificate from a registry. False where it does not say so: of
 * a name it looks up the addresses itself.
 */
export function isInsecure(
  registry: string,
  product: EngineInfo['product'],
  { RegistryConfig: config }: RegistryConfigAnswer,
): boolean {
  const host = registry.replace(/:\d+$/u, '');
  const listed = new Map(Object.entries(config?.IndexConfigs ?? {}));
  // Podman's entry for a host is for all of its ports, Docker's for one:
  // https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md
  const names = product === 'Podman' ? [registry, host] : [registry];
  if (names.some((name) => listed.get(name)?.Secure === false)) return true;
  const bare = host.replace(/^\[|\]$/gu, '');
  const address = isIP(bare) === 0 && isLoopback(registry) ? '127.0.0.1' : bare;
  const family = isIP(address);
  return family !== 0 && networks(config?.InsecureRegistryCIDRs ?? []).check(address, family === 6 ? 'ipv6' : 'ipv4');
}

function networks(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [network = '', bits = ''] = cidr.split('/');
    const family = isIP(network);
    const most = family === 6 ? 128 : 32;
    if (family === 0 || !/^\d{1,3}$/u.test(bits) || Number(bits) > most) continue;
    list.addSubnet(network, Number(bits), family === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
