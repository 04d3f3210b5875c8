import assert from 'node:assert/strict';
import type { KeychainAnswer } from '../../../src/credentials/index.ts';
import { RegistryDoor } from '../../../src/editor/registry-door.ts';
import { finishAll, lookup, scripted } from '../registry/scenario.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('an opened registry', () => {
  afterEach(finishAll);

  it('tells what its own scan found, with the credential that serves there', async () => {
    const server = await scripted();
    const registry = `harbor.example:${server.port}`;
    const credential = { username: 'ada', password: 'planted' };
    const account = { kind: 'found', source: 'stored', account: 'ada', credential } as unknown as KeychainAnswer;
    const door = new RegistryDoor({
      accounts: { find: () => Promise.resolve(account) },
      contact: { optionsFor: () => ({ lookup, transport: 'http' as const }), certificateFile: () => undefined },
      registries: () => [{ registry, provider: 'harbor' }],
      awsApi: () => Promise.resolve(undefined),
    });
    server.expect({
      request: `GET /api/v2.0/projects/team/repositories/api/artifacts/${digest}?with_scan_overview=true`,
      headers: { authorization: /^Basic /u },
      answer: { status: 200, body: { scan_overview: { any: { scan_status: 'Running' } } } },
    });
    const repository = { registry, path: 'team/api' };
    const { scanResult } = await door.open(repository);
    assert.deepEqual(await scanResult?.({ repository, digest }), { state: 'pending' });
  });

  it('has no scan where nothing is known beyond the protocol', async () => {
    const door = new RegistryDoor({
      accounts: { find: () => Promise.resolve({ kind: 'none' } as unknown as KeychainAnswer) },
      contact: { optionsFor: () => ({}), certificateFile: () => undefined },
      registries: () => [],
      awsApi: () => Promise.resolve(undefined),
    });
    assert.equal('scanResult' in (await door.open({ registry: 'r.example' })), false);
  });
});
