import assert from 'node:assert/strict';
import { profileRows, type ProfileRow } from '../../../src/editor/flow/profile-rows.ts';
import type { ProfileOffer } from '../../../src/editor/profiles/profile-offers.ts';
import { parseTarget } from '../../../src/reference/index.ts';

const ready = (...targets: string[]): ProfileOffer => ({
  kind: 'ready',
  name: 'staging',
  targets: [targets.map(parseTarget)],
});
const rows = (offers: readonly ProfileOffer[], ignored = false): ProfileRow[] =>
  profileRows({ offers, ignored, openSettings: 'workbench.action.openSettingsJson' });

describe('the rows of profiles', () => {
  it('are none where there is no profile and none is ignored', () => assert.deepEqual(rows([]), []));

  it('show the targets as far as there is room, and the others below', () => {
    const [one] = rows([ready('ghcr.io/acme/api:1', 'ghcr.io/acme/api:latest')]);
    assert.deepEqual(
      [one?.label, one?.description, one?.detail],
      ['$(rocket) staging', 'ghcr.io/acme/api:1, ghcr.io/acme/api:latest', undefined],
    );
    const long = (tag: string): string => `registry.example.com:5000/a-team/an-image:${tag}`;
    const [more] = rows([ready(long('1'), long('2'), long('3'))]);
    assert.equal(more?.description, `${long('1')}, 2 more`);
    assert.equal(more.detail, `${long('2')}, ${long('3')}`);
    const endless = `registry.example.com/${'a'.repeat(200)}:1`;
    assert.equal(rows([ready(endless)])[0]?.description, endless);
  });

  it('take nothing where a profile cannot be used now, and say why', () => {
    const [row] = rows([{ kind: 'blocked', name: 'release', reason: 'Why.' }]);
    assert.deepEqual(row, { label: '$(info) release', detail: 'Why.', name: 'release' });
  });

  it('lead to the setting where it is wrong, and to trust where that lacks', () => {
    const [trust, fault] = rows([{ kind: 'fault', which: '“half”', reason: 'Why.' }], true);
    assert.deepEqual([trust?.command, trust?.targets, trust?.name], [['workbench.trust.manage'], undefined, undefined]);
    assert.match(trust?.detail ?? '', /ignored until it is trusted/u);
    assert.equal(fault?.label, '$(warning) Mend the profile “half”');
    assert.equal(fault.command?.[0], 'workbench.action.openSettingsJson');
  });
});
