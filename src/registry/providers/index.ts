import type { Browser } from '../browser.ts';
import { artifactory } from './artifactory.ts';
import { azure } from './azure.ts';
import { digitalOcean } from './digitalocean.ts';
import { dockerHub } from './docker-hub.ts';
import { ecrPublic } from './ecr-public.ts';
import { ecr } from './ecr.ts';
import { generic } from './generic.ts';
import { gitea } from './gitea.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { google } from './google.ts';
import { harbor } from './harbor.ts';
import type { Provider, ProviderParts } from './provider.ts';
import { quay } from './quay.ts';

/** In the order in which they are offered. */
export const providers: readonly Provider[] = [
  dockerHub,
  github,
  gitlab,
  ecr,
  ecrPublic,
  google,
  azure,
  quay,
  harbor,
  artifactory,
  gitea,
  digitalOcean,
  generic,
];

/**
 * The provider of a registry: the one that is set for it, else the one that owns its host; none for any other. Who has
 * hosts of its own alone cannot be set for another's: its API would get that one's password.
 */
export function providerOf(registry: string, set?: string): Provider | undefined {
  const chosen = providers.find(({ id }) => id === set);
  if (chosen?.selfManaged || chosen?.owns(registry)) return chosen;
  return providers.find(({ owns }) => owns(registry));
}

/** How a registry is looked through: as its provider does it, else by the protocol alone. */
export function browserOf(provider: Provider | undefined, parts: ProviderParts): Browser {
  return provider?.browse?.(parts) ?? parts.lists;
}
