import assert from 'node:assert/strict';
import { readRegistryArgument, readRegistryConfig } from '../../../src/editor/registry-config.ts';

const providers = ['gitlab', 'harbor'];

describe('a registry that a caller passes', () => {
  it('is read whole, its key canonical', () => {
    const argument = { registry: 'Registry.example.com/team', name: 'Ours', provider: 'harbor', transport: 'http' };
    assert.deepEqual(readRegistryArgument(argument, providers), { ...argument, registry: 'registry.example.com/team' });
  });

  for (const [what, fields, words] of [
    ['a field that is not known', { password: 'x' }, /“password” is not known/u],
    ['a provider that is not known', { provider: 'acme' }, /“provider” takes one of gitlab, harbor/u],
    ['a provider that is no text', { provider: 3 }, /“provider” takes one of/u],
    ['a name that is no text', { name: 3 }, /“name” takes text/u],
    ['a transport that is not known', { transport: 'ftp' }, /it takes \{"registry"/u],
    ['no registry', { registry: undefined }, /it takes \{"registry"/u],
  ] as const) {
    it(`is refused with ${what}`, () => {
      const argument = { registry: 'registry.example.com', ...fields };
      assert.throws(() => readRegistryArgument(argument, providers), { code: 'argument-invalid', message: words });
    });
  }

  it('is refused where it is no object', () => {
    for (const argument of ['registry.example.com', 3, []])
      assert.throws(() => readRegistryArgument(argument, providers), { code: 'argument-invalid' });
  });

  it('does not make an entry of the settings fail that says more', () => {
    const entry = { registry: 'registry.example.com', provider: 'acme', colour: 'red' };
    assert.deepEqual(readRegistryConfig(entry), { registry: 'registry.example.com', provider: 'acme' });
  });
});
