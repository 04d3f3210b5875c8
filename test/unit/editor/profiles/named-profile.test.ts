import assert from 'node:assert/strict';
import { namedTargets } from '../../../../src/editor/profiles/named-profile.ts';
import { readProfiles } from '../../../../src/editor/profiles/profile.ts';
import { parseReference } from '../../../../src/reference/index.ts';

const host = 'registry.example.com';
const target = `${host}/\${imageName}:\${tag}`;
const entries = readProfiles([
  { name: 'staging', image: 'api', targets: [target, `${host}/\${imageName}:latest`] },
  { name: 'staging', image: 'web', targets: [`${host}/front/\${imageName}:\${tag}`] },
  { name: 'release', image: 'api', targets: [`${host}/api:\${gitTag}`] },
  { name: 'broken', image: 'api' },
]);
const targets = (name: string, image: string | undefined, ignored = false): readonly string[] =>
  namedTargets(
    name,
    image === undefined ? undefined : parseReference(image),
    { entries, ignored },
    { gitTag: undefined },
  );

describe('a profile by its name', () => {
  it('gives the targets of the image', () => {
    assert.deepEqual(targets('staging', 'api:dev'), [`${host}/api:dev`, `${host}/api:latest`]);
  });

  it('is, of several with that name, the one for the image', () => {
    assert.deepEqual(targets('staging', 'web:1'), [`${host}/front/web:1`]);
  });

  const refused: [name: string, image: string | undefined, words: RegExp][] = [
    ['nowhere', 'api:1', /^There is no profile “nowhere”\. There is “staging”, “release”\.$/u],
    ['Staging', 'api:1', /no profile “Staging”/u],
    ['staging', 'cart:1', /^The profile “staging” is for images like “api” and “web”, not for cart:1\.$/u],
    ['staging', undefined, /given by its ID/u],
    ['release', 'api:1', /^The profile “release” cannot be used now\. \$\{gitTag\} has no value now/u],
    ['broken', 'api:1', /^The profile “broken” is written wrongly\. “targets” takes/u],
  ];
  for (const [name, image, words] of refused)
    it(`is refused: ${name} for ${image ?? 'an ID'}`, () =>
      assert.throws(() => targets(name, image), { side: 'reference', code: 'argument-invalid', message: words }));

  it('says that the workspace is not trusted, where that may be why', () => {
    assert.throws(() => targets('nowhere', 'api:1', true), /ignored until it is trusted\.$/u);
    assert.throws(() => namedTargets('x', undefined, { entries: [], ignored: false }), /None is set up\.$/u);
  });
});
