import assert from 'node:assert/strict';
import { systemClock } from '../../../../src/base/index.ts';
import type { Credential } from '../../../../src/credentials/index.ts';
import type { Browser } from '../../../../src/registry/browser.ts';
import { openRegistry } from '../../../../src/registry/index.ts';
import { openApi } from '../../../../src/registry/providers/api.ts';
import type { ProviderParts } from '../../../../src/registry/providers/provider.ts';
import { selfSigned } from '../../../support/certificate.ts';
import type { ScriptedServer } from '../../../support/registry-server.ts';
import { scripted } from '../scenario.ts';

/** A provider's hosts, all of them one scripted server that is reached under their own names. */
export interface ScriptedApi {
  readonly server: ScriptedServer;
  /** @param lists the protocol's own lists, where they are to be asked: else to ask them fails */
  readonly parts: (credential?: Credential, lists?: Partial<Browser>) => ProviderParts;
}

const unasked: Browser = {
  repositories: () => assert.fail('the protocol’s list of repositories was asked'),
  remoteTags: () => assert.fail('the protocol’s list of tags was asked'),
};

/** @param hosts besides the registry's own, of the provider's API; any other host is not reached */
export async function apiOf(registry: string, hosts: readonly string[] = []): Promise<ScriptedApi> {
  const names = [registry, ...hosts];
  const certificate = selfSigned(names.map((name) => name.replace(/:\d+$/u, '')));
  const server = await scripted(certificate);
  const port = Number(server.port);
  const route = (host: string) => ({ address: '127.0.0.1', port: names.includes(host) ? port : 1 });
  const parts = (credential?: Credential, lists: Partial<Browser> = {}): ProviderParts => {
    const options = { ca: certificate.cert, route, ...(credential && { credential }) };
    const client = openRegistry(registry, options);
    const api = openApi(registry, options);
    return { registry, client, credential, api, clock: systemClock, lists: { ...unasked, ...lists } };
  };
  return { server, parts };
}
