import assert from 'node:assert/strict';
import { isFor } from '../../../../src/editor/profiles/image-match.ts';
import { parseReference } from '../../../../src/reference/index.ts';

describe('the images that a profile is for', () => {
  const cases: [pattern: string, image: string, expected: boolean][] = [
    ['api', 'api:1', true],
    ['api', 'api:2', true],
    ['api', 'docker.io/library/api:1', true],
    ['api', 'apis:1', false],
    ['api', 'team/api:1', false],
    ['api', 'ghcr.io/acme/api:1', false],
    ['*', 'api:1', true],
    ['*', 'team/api:1', false],
    ['**', 'team/api:1', true],
    ['**/api', 'team/api:1', true],
    ['**/api', 'api:1', true],
    ['team/*', 'team/api:1', true],
    ['team/*', 'team/sub/api:1', false],
    ['team/**', 'team/sub/api:1', true],
    ['{api,web}', 'web:1', true],
    ['{api,web}', 'worker:1', false],
    ['api-?', 'api-1:x', true],
    ['[a-c]pi', 'api:1', true],
    ['!web', 'api:1', true],
    ['!web', 'web:1', false],
    ['ghcr.io/acme/*', 'ghcr.io/acme/api:1', true],
    ['localhost:5000/**', 'localhost:5000/team/api:1', true],
    ['nginx', 'nginx@sha256:' + '0'.repeat(64), true],
    // Podman's way to name what was built here.
    ['api', 'localhost/api:1', true],
    ['localhost/api', 'localhost/api:1', true],
    ['localhost/api', 'api:1', true],
    ['!api', 'localhost/api:1', false],
  ];
  for (const [image, reference, expected] of cases)
    it(`${image} is ${expected ? '' : 'not '}for ${reference.slice(0, 30)}`, () =>
      assert.equal(isFor({ image }, parseReference(reference)), expected));
});
