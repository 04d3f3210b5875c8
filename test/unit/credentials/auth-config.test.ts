import assert from 'node:assert/strict';
import { authConfigOf } from '../../../src/credentials/index.ts';

describe('authConfigOf', () => {
  const mira = { username: 'mira', password: 'p:ä' };

  it('gives name and password for the address of the push', () => {
    for (const registry of ['ghcr.io', '127.0.0.1:5000', '[::1]:5000'])
      assert.deepEqual(authConfigOf(mira, registry), { ...mira, serveraddress: registry });
  });

  it('calls Docker Hub by the address that engines know', () => {
    assert.deepEqual(authConfigOf(mira, 'docker.io'), { ...mira, serveraddress: 'https://index.docker.io/v1/' });
  });

  it('gives an identity token alone', () => {
    const record = { identitytoken: 'id', serveraddress: 'x.azurecr.io' };
    assert.deepEqual(authConfigOf({ identityToken: 'id', username: 'mira' }, 'x.azurecr.io'), record);
  });
});
