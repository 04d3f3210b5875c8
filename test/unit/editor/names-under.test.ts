import assert from 'node:assert/strict';
import { destinationAt } from '../../../src/editor/flow/destinations.ts';
import { destinationsForSeveral, namespaceOf, targetsUnder } from '../../../src/editor/flow/names-under.ts';
import { formatReference, parseReference, parseRepository } from '../../../src/reference/index.ts';

const references = (...names: string[]) => names.map((name) => parseReference(name));
const names = (registry: string, namespace: string, ...images: string[]): string[] =>
  targetsUnder(registry, namespace, references(...images)).map(formatReference);

describe('several images in one namespace', () => {
  it('are called by the last part of their names, each with its own tag', () => {
    assert.deepEqual(names('registry.acme.dev', 'team', 'api:1', 'ghcr.io/acme/web:dev'), [
      'registry.acme.dev/team/api:1',
      'registry.acme.dev/team/web:dev',
    ]);
  });

  it('may be two tags of one repository', () => {
    assert.deepEqual(names('localhost:5000', '', 'api:1', 'api:2'), ['localhost:5000/api:1', 'localhost:5000/api:2']);
  });

  it('keep the whole of their names where two would be called the same', () => {
    assert.deepEqual(names('localhost:5000', 'team', 'a/api:1', 'b/api:1', 'c/web:1'), [
      'localhost:5000/team/a/api:1',
      'localhost:5000/team/b/api:1',
      'localhost:5000/team/web:1',
    ]);
  });

  it('are refused where even that is the same', () => {
    assert.throws(() => names('localhost:5000', 'team', 'ghcr.io/acme/api:1', 'quay.io/acme/api:1'), {
      code: 'reference-invalid',
      message: 'Two of the images would be localhost:5000/team/api:1. Push them one by one.',
    });
  });

  it('are refused in a namespace that is none', () => {
    assert.throws(() => names('localhost:5000', 'Team', 'api:1'), { code: 'reference-invalid' });
  });
});

describe('the destinations for several images', () => {
  it('are the namespaces of their own names, then those used before, then the registries; each once', () => {
    const remembered = [
      { source: 'docker.io/library/x', repository: parseRepository('ghcr.io/acme/x') },
      { source: 'docker.io/library/y', repository: parseRepository('localhost:5000/y') },
    ];
    const found = destinationsForSeveral(references('api:1', 'ghcr.io/acme/api:1', 'ghcr.io/acme/web:1'), remembered, [
      { registry: 'registry.acme.dev/team', name: 'Acme' },
    ]);
    assert.deepEqual(
      found.map(({ label, description }) => [label, description]),
      [
        ['ghcr.io/acme', 'in their own names'],
        ['localhost:5000', 'used before'],
        ['registry.acme.dev/team', 'Acme'],
      ],
    );
    assert.deepEqual(found.map(namespaceOf), ['acme', '', 'team']);
  });

  it('take a whole reference for the namespace that it is in', () => {
    assert.equal(namespaceOf(destinationAt('ghcr.io/acme/team/api:1', undefined)), 'acme/team');
  });
});
