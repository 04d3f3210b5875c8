import assert from 'node:assert/strict';
import { formatRegistryKey, parseRegistryKey } from '../../../src/reference/index.ts';

describe('a registry key', () => {
  it('is a registry, or a namespace at one, and prints as it is written', () => {
    assert.deepEqual(parseRegistryKey('localhost:5000'), { registry: 'localhost:5000' });
    assert.deepEqual(parseRegistryKey('ghcr.io/acme/team'), { registry: 'ghcr.io', namespace: 'acme/team' });
    assert.deepEqual(parseRegistryKey('docker.io/acme'), { registry: 'docker.io', namespace: 'acme' });
    for (const key of ['localhost:5000', 'ghcr.io/acme/team', '[::1]:5000/a'])
      assert.equal(formatRegistryKey(parseRegistryKey(key)), key);
  });

  it('has its host folded and its last slash dropped', () => {
    assert.equal(formatRegistryKey(parseRegistryKey('GHCR.io/acme/')), 'ghcr.io/acme');
    assert.equal(formatRegistryKey(parseRegistryKey('index.docker.io')), 'docker.io');
  });

  it('is refused with a reason', () => {
    assert.throws(() => parseRegistryKey('https://ghcr.io/acme'), { side: 'reference', message: /https:\/\//u });
    for (const key of ['', '/', 'acme', 'acme/api', 'ghcr.io/Acme', 'ghcr.io//a', 'ghcr.io/a b', 'ghcr.io/acme:1.0'])
      assert.throws(() => parseRegistryKey(key), { side: 'reference' }, key);
  });
});
