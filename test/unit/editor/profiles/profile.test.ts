import assert from 'node:assert/strict';
import { readProfiles } from '../../../../src/editor/profiles/profile.ts';

const targets = ['registry.example.com/team/${imageName}:${tag}'];
const staging = { name: 'staging', image: 'api', targets };

describe('the setting dockerPush.profiles', () => {
  it('is read in its order, what is wrong in its place', () => {
    const other = { ...staging, name: 'other', image: 'team/*' };
    assert.deepEqual(readProfiles([staging, { ...staging, name: 'half', targets: undefined }, other]), [
      { kind: 'profile', profile: staging },
      { kind: 'fault', which: '“half”', reason: '“targets” takes a list of references, as ["' + `${targets[0]}"].` },
      { kind: 'profile', profile: other },
    ]);
  });

  it('may be missing or empty', () => {
    for (const value of [undefined, null, []]) assert.deepEqual(readProfiles(value), []);
  });

  const wrong: [entry: unknown, which: string, reason: RegExp][] = [
    [{ ...staging, name: undefined }, '1', /^“name” takes text/u],
    [{ ...staging, name: '  ' }, '1', /^“name” takes text/u],
    [{ ...staging, name: 'x'.repeat(81) }, `“${'x'.repeat(79)}…”`, /^“name” takes text/u],
    [{ ...staging, image: 1 }, '“staging”', /^“image” takes a name or a pattern/u],
    [{ ...staging, image: '' }, '“staging”', /^“image” takes/u],
    [{ ...staging, image: 'a b' }, '“staging”', /^“image” takes/u],
    [{ ...staging, image: 'api:dev' }, '“staging”', /leave the tag out/u],
    [{ ...staging, image: 'api:*' }, '“staging”', /leave the tag out/u],
    [{ ...staging, targets: [] }, '“staging”', /^“targets” takes a list/u],
    [{ ...staging, targets: 'registry.example.com/api:1' }, '“staging”', /^“targets” takes a list/u],
    [{ ...staging, targets: [...targets, 1] }, '“staging”', /^“targets” takes a list/u],
    [{ ...staging, targets: ['team/${imageName}:${tag}'] }, '“staging”', /does not say which registry/u],
    [{ ...staging, targets: [...targets, 'registry.example.com/${imageName}'] }, '“staging”', /has no tag/u],
    [{ ...staging, targets: ['${registry}/api:1'] }, '“staging”', /written out/u],
    [{ ...staging, target: [] }, '“staging”', /^It does not know “target”: it takes name, image, targets\.$/u],
    [{ name: 'staging', image: 'api', target: targets }, '“staging”', /^It does not know “target”/u],
    [{ ...staging, name: 'a\u202Eb', image: 1 }, '“ab”', /“image”/u],
    ['staging', '1', /^It takes an object with name, image, targets\.$/u],
    [null, '1', /object/u],
    [[], '1', /object|“name”/u],
  ];
  for (const [entry, which, reason] of wrong)
    it(`says what is wrong with ${JSON.stringify(entry).slice(0, 90)}`, () => {
      const [fault, ...more] = readProfiles([entry]);
      assert.ok(fault?.kind === 'fault' && more.length === 0);
      assert.equal(fault.which, which);
      assert.match(fault.reason, reason);
    });

  it('says that it is a list', () => {
    for (const value of [staging, 'staging', 1])
      assert.deepEqual(readProfiles(value), [
        { kind: 'fault', which: 'settings', reason: 'It takes a list of profiles.' },
      ]);
  });

  it('takes ports in patterns for what they are', () => {
    for (const image of ['localhost:5000/*', '**', '{api,web}', '!web', 'registry.example.com/**'])
      assert.equal(readProfiles([{ ...staging, image }])[0]?.kind, 'profile', image);
  });
});
