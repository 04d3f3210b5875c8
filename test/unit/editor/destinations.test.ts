import assert from 'node:assert/strict';
import { destinationAt, destinationIn, destinationsFor, referenceOf } from '../../../src/editor/flow/destinations.ts';
import { parseReference, parseRepository } from '../../../src/reference/index.ts';

const api = parseReference('api:1.4.2');
const team = parseRepository('registry.acme.dev/team/api');

describe('the destinations offered', () => {
  it('are none for a name without a registry that was never pushed: not even Docker Hub', () => {
    assert.deepEqual(destinationsFor(api, [], []), []);
    assert.deepEqual(destinationsFor(parseReference('acme/api:1'), [], []), []);
  });

  it('begin with where this image went last', () => {
    const elsewhere = { source: 'docker.io/library/web', repository: parseRepository('ghcr.io/acme/web') };
    const [first, second] = destinationsFor(
      api,
      [elsewhere, { source: 'docker.io/library/api', repository: team }],
      [],
    );
    assert.deepEqual([first?.label, first?.path, first?.tag], ['registry.acme.dev/team/api', 'team/api', '1.4.2']);
    assert.deepEqual([second?.label, second?.path, second?.group], ['ghcr.io/acme', 'acme/api', 'recent']);
  });

  it('hold the registry in the image’s own name', () => {
    const [own] = destinationsFor(parseReference('localhost:5000/team/api:dev'), [], []);
    assert.deepEqual([own?.registry, own?.path, own?.tag], ['localhost:5000', 'team/api', 'dev']);
  });

  it('hold no localhost/ of Podman’s, which is no registry', () => {
    assert.deepEqual(destinationsFor(parseReference('localhost/web:1'), [], []), []);
  });

  it('hold the configured registries, and pass over what is written wrongly', () => {
    const configured = [{ registry: 'https://wrong' }, { registry: 'registry.acme.dev/team', name: 'Acme' }];
    const found = destinationsFor(api, [], configured);
    assert.deepEqual(
      found.map(({ label, description, path }) => [label, description, path]),
      [['registry.acme.dev/team', 'Acme', 'team/api']],
    );
  });

  it('name each once', () => {
    const remembered = [
      { source: 'docker.io/library/web', repository: parseRepository('registry.acme.dev/team/web') },
      { source: 'docker.io/library/db', repository: parseRepository('registry.acme.dev/team/db') },
    ];
    assert.equal(destinationsFor(api, remembered, [{ registry: 'registry.acme.dev/team' }]).length, 1);
  });
});

describe('a given destination', () => {
  it('is a registry or a namespace, with the image’s own name', () => {
    assert.equal(destinationIn({ registry: 'ghcr.io' }, parseReference('shop/api:1')).path, 'shop/api');
    assert.equal(destinationIn({ registry: 'ghcr.io', namespace: 'acme' }, api).path, 'acme/api');
  });

  it('may be a repository, with the image’s tag', () => {
    const { registry, path, tag, label } = destinationIn(team, parseReference('shop/web:2'));
    assert.deepEqual([registry, path, tag], ['registry.acme.dev', 'team/api', '2']);
    assert.equal(label, 'registry.acme.dev/team/api');
    assert.equal(destinationIn(team, undefined).tag, '');
  });
});

describe('a typed destination', () => {
  it('is a registry, with a namespace or without', () => {
    assert.deepEqual(destinationAt('localhost:5000', api).path, 'api');
    assert.deepEqual(destinationAt('ghcr.io/acme', parseReference('shop/api:1')).path, 'acme/api');
    assert.deepEqual(destinationAt('ghcr.io', parseReference('shop/api:1')).path, 'shop/api');
    assert.deepEqual(destinationAt('docker.io/acme', api).path, 'acme/api');
  });

  it('may be a whole reference', () => {
    const { registry, path, tag } = destinationAt('registry.acme.dev/team/api:2.0', api);
    assert.deepEqual([registry, path, tag], ['registry.acme.dev', 'team/api', '2.0']);
  });

  it('is refused with a reason when it is none', () => {
    for (const typed of [
      'acme',
      'acme/api',
      'https://ghcr.io',
      'ghcr.io/Acme',
      'ghcr.io/acme/api@sha256:1',
      '/',
      'a b.c',
    ])
      assert.throws(() => destinationAt(typed, api), { side: 'reference' }, typed);
  });

  it('proposes nothing for an image without a name', () => {
    assert.equal(referenceOf(`sha256:${'1'.repeat(64)}`), undefined);
    assert.equal(destinationAt('ghcr.io', undefined).path, '');
  });
});
