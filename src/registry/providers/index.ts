import type { Provider, ProviderId } from './provider.ts';
import { dockerHub } from './docker-hub.ts';
import { gitea } from './gitea.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { harbor } from './harbor.ts';
import { quay } from './quay.ts';

/** In the order in which they are offered. */
export const providers: readonly Provider[] = [dockerHub, github, gitlab, quay, harbor, gitea];

/** The provider of a registry: the one that is set for it, else the one that owns its host; none for any other. */
export function providerOf(registry: string, set?: ProviderId): Provider | undefined {
  return providers.find(({ id }) => id === set) ?? providers.find(({ owns }) => owns(registry));
}
