import assert from 'node:assert/strict';
import { profileOffers, type ProfileOffer } from '../../../../src/editor/profiles/profile-offers.ts';
import { readProfiles } from '../../../../src/editor/profiles/profile.ts';
import { formatReference, parseReference } from '../../../../src/reference/index.ts';

const host = 'registry.example.com';
const entries = readProfiles([
  { name: 'release', image: 'api', targets: [`${host}/release/\${imageName}:\${packageVersion}`] },
  { name: 'broken', image: 'api' },
  {
    name: 'staging',
    image: '{api,team/*}',
    targets: [`${host}/\${imagePath}:\${tag}`, `${host}/\${imageName}:latest`],
  },
  { name: 'one', image: '**', targets: [`${host}/one:\${tag}`] },
]);
const offers = (names: readonly (string | undefined)[], others = {}): string[] =>
  profileOffers(
    entries,
    names.map((name) => (name === undefined ? undefined : parseReference(name))),
    others,
  ).map(words);

function words(offer: ProfileOffer): string {
  if (offer.kind === 'ready')
    return `${offer.name}: ${offer.targets.map((own) => own.map(formatReference).join(', ')).join('; ')}`;
  return offer.kind === 'blocked' ? `${offer.name}! ${offer.reason}` : `${offer.which}? ${offer.reason}`;
}

describe('the profiles offered', () => {
  it('are those for the image, in the order of the setting, with all that is wrong in its place', () => {
    const [release, broken, ...more] = offers(['api:1'], { packageVersion: undefined });
    assert.match(release ?? '', /^release! \$\{packageVersion\} has no value now, so nothing is pushed to/u);
    assert.match(broken ?? '', /^“broken”\? “targets” takes/u);
    assert.deepEqual(more, [`staging: ${host}/api:1, ${host}/api:latest`, `one: ${host}/one:1`]);
  });

  it('know what further variables stand for', () => {
    assert.equal(offers(['api:1'], { packageVersion: '2.0.1' })[0], `release: ${host}/release/api:2.0.1`);
  });

  it('let nobody say what an image is called', () => {
    assert.equal(
      offers(['team/web:1'], { imageName: 'other', tag: 'x' })[1],
      `staging: ${host}/team/web:1, ${host}/web:latest`,
    );
  });

  it('push to no target twice', () => {
    assert.equal(offers(['api:latest'])[2], `staging: ${host}/api:latest`);
  });

  it('are for several images where each matches, and give each its own targets', () => {
    assert.deepEqual(
      offers(['api:1', 'team/web:2']).filter((offer) => offer.startsWith('staging')),
      [`staging: ${host}/api:1, ${host}/api:latest; ${host}/team/web:2, ${host}/web:latest`],
    );
    assert.ok(!offers(['api:1', 'web:1']).some((offer) => offer.startsWith('staging')));
  });

  it('send no two images to one target', () => {
    assert.ok(
      offers(['api:1', 'web:1']).includes(`one! Two of the images would be ${host}/one:1. Push them one by one.`),
    );
    assert.ok(offers(['api:1', 'web:2']).includes(`one: ${host}/one:1; ${host}/one:2`));
  });

  it('are none for an image without a name', () => {
    for (const names of [[undefined], ['api:1', undefined]])
      assert.deepEqual(
        offers(names).map((offer) => offer.slice(0, 9)),
        ['“broken”?'],
      );
  });

  it('say that an image without a tag has none', () => {
    const [, , staging] = offers([`api@sha256:${'0'.repeat(64)}`]);
    assert.match(staging ?? '', /^staging! \$\{tag\} has no value now/u);
  });
});
