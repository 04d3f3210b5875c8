import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import {
  isInsecure,
  registryConfigSchema,
  type RegistryConfigAnswer,
} from '../../../src/engine/insecure-registries.ts';
import * as v from 'valibot';

const recorded = async (name: string): Promise<RegistryConfigAnswer> => {
  const text = await readFile(new URL(`../../fixtures/images-list/${name}-info.json`, import.meta.url), 'utf8');
  return v.parse(registryConfigSchema, JSON.parse(text));
};
const listing = (...names: string[]): RegistryConfigAnswer => ({
  RegistryConfig: { IndexConfigs: Object.fromEntries(names.map((name) => [name, { Secure: false }])) },
});
const within = (...cidrs: string[]): RegistryConfigAnswer => ({ RegistryConfig: { InsecureRegistryCIDRs: cidrs } });

describe('the registries of which an engine checks nothing', () => {
  it('are those on its own machine, at Docker', async () => {
    for (const store of ['classic', 'containerd']) {
      const answer = await recorded(store);
      for (const registry of ['127.0.0.1:5000', '127.9.9.9', 'localhost:5000'])
        assert.equal(isInsecure(registry, 'Docker', answer), true, registry);
      for (const registry of ['docker.io', 'r.example', '198.51.100.1:5000'])
        assert.equal(isInsecure(registry, 'Docker', answer), false, registry);
    }
    assert.equal(isInsecure('[::1]:5000', 'Docker', await recorded('containerd')), true);
  });

  it('are those that are listed, and nothing else, at Podman', async () => {
    const answer = await recorded('podman');
    assert.equal(isInsecure('127.0.0.1:5000', 'Podman', answer), true);
    assert.equal(isInsecure('127.0.0.1:6000', 'Podman', answer), false);
  });

  it('are listed with their port, at Podman also for all ports', () => {
    assert.equal(isInsecure('r.example:5000', 'Docker', listing('r.example:5000')), true);
    assert.equal(isInsecure('r.example:5000', 'Docker', listing('r.example')), false);
    assert.equal(isInsecure('r.example:5000', 'Podman', listing('r.example')), true);
    assert.equal(isInsecure('r.example', 'Podman', listing('r.example:5000')), false);
  });

  it('are those in a network that is listed', () => {
    assert.equal(isInsecure('10.1.2.3:5000', 'Docker', within('10.0.0.0/8')), true);
    assert.equal(isInsecure('11.1.2.3:5000', 'Docker', within('10.0.0.0/8')), false);
    assert.equal(isInsecure('[fd00::5]:5000', 'Docker', within('fd00::/8')), true);
    // A name's addresses are looked up by the engine, where it is.
    assert.equal(isInsecure('r.example', 'Docker', within('0.0.0.0/0')), false);
  });

  for (const odd of ['', '/', '10.0.0.0', '10.0.0.0/x', '10.0.0.0/33', 'fd00::/129', 'r.example/8'])
    it(`are not told by the network ${JSON.stringify(odd)}`, () =>
      assert.equal(isInsecure('10.0.0.1', 'Docker', within(odd)), false));

  for (const odd of [{}, { RegistryConfig: null }, { RegistryConfig: { IndexConfigs: null } }])
    it(`are unknown where an engine says ${JSON.stringify(odd)}`, () =>
      assert.equal(isInsecure('r.example', 'Docker', v.parse(registryConfigSchema, odd)), false));
});
