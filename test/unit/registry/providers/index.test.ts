import assert from 'node:assert/strict';
import { providerOf, providers } from '../../../../src/registry/providers/index.ts';

describe('The provider of a registry', () => {
  const idOf = (host: string) => providerOf(host)?.id;

  it('is the one that owns its host, and no other owns it', () => {
    const hosts = {
      'docker.io': 'docker-hub',
      'ghcr.io': 'github',
      'registry.gitlab.com': 'gitlab',
      '123456789012.dkr.ecr.eu-central-1.amazonaws.com': 'ecr',
      'public.ecr.aws': 'ecr-public',
      'europe-west1-docker.pkg.dev': 'google',
      'gcr.io': 'google',
      'acme.azurecr.io': 'azure',
      'quay.io': 'quay',
      'acme.jfrog.io': 'artifactory',
      'codeberg.org': 'gitea',
      'registry.digitalocean.com': 'digitalocean',
    };
    for (const [host, id] of Object.entries(hosts)) {
      assert.equal(idOf(host), id, host);
      assert.equal(providers.filter(({ owns }) => owns(host)).length, 1, host);
    }
  });

  it('is the one that is set, whatever the host; none for any other host', () => {
    assert.equal(providerOf('artifacts.example.com', 'artifactory')?.id, 'artifactory');
    assert.equal(providerOf('acme.jfrog.io', 'generic')?.id, 'generic');
    assert.equal(idOf('registry.example.com'), undefined);
  });

  it('is not one that is set and has hosts of its own alone, whose API would get another host’s password', () => {
    for (const id of ['docker-hub', 'github', 'ecr', 'ecr-public', 'google', 'azure', 'digitalocean'])
      assert.equal(providerOf('registry.example.com', id), undefined, id);
    assert.equal(providerOf('ghcr.io', 'docker-hub')?.id, 'github');
  });

  it('is offered once', () => {
    const ids = providers.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
    assert.equal(ids.at(-1), 'generic');
  });
});
