import assert from 'node:assert/strict';
import { readCheckRules } from '../../../../src/editor/checks/check-rules.ts';
import { checksFor } from '../../../../src/editor/checks/checks.ts';
import { parseTarget } from '../../../../src/reference/index.ts';

const rules = (value: unknown) => readCheckRules(value).rules;
const checks = (target: string, own?: unknown, ...others: unknown[]) =>
  checksFor(parseTarget(target), rules(own), others.map(rules));

describe('the checks for a target', () => {
  it('tell of secrets where no rule says otherwise', () => {
    const otherwise = { secrets: 'warn', latestOnly: 'off', bloat: 'off', vulnerabilities: [] };
    assert.deepEqual(checks('docker.io/acme/api:1'), otherwise);
    assert.deepEqual(checks('docker.io/acme/api:1', [{ target: 'ghcr.io/**', secrets: 'block' }]), otherwise);
    assert.deepEqual(checks('docker.io/acme/api:1', [{ bloat: 'warn' }]), { ...otherwise, bloat: 'warn' });
  });

  const patterns: [pattern: string, target: string, isFor: boolean][] = [
    ['docker.io/acme/*', 'docker.io/acme/api:1', true],
    ['docker.io/acme/*', 'docker.io/acme/group/api:1', false],
    ['docker.io/acme/**', 'docker.io/acme/group/api:1', true],
    ['docker.io/**', 'registry.example/acme/api:1', false],
    ['registry.example:5000/**', 'registry.example:5000/api:1', true],
    ['**/*:latest', 'registry.example/acme/api:latest', true],
    ['**/*:latest', 'registry.example/acme/api:1', false],
    ['docker.io/acme/{api,web}', 'docker.io/acme/web:1', true],
  ];
  for (const [pattern, target, isFor] of patterns)
    it(`take ${pattern} ${isFor ? 'for' : 'not for'} ${target}`, () => {
      const { secrets } = checks(target, [{ target: pattern, secrets: 'off' }]);
      assert.equal(secrets, isFor ? 'off' : 'warn');
    });

  it('go by the first rule of a list that is for it', () => {
    const list = [{ target: 'docker.io/acme/**', secrets: 'off' }, { secrets: 'block' }];
    assert.equal(checks('docker.io/acme/api:1', list).secrets, 'off');
    assert.equal(checks('docker.io/other/api:1', list).secrets, 'block');
  });

  it('combine a workspace’s rules with the person’s, so that the stricter counts', () => {
    const strict = { secrets: 'block', vulnerabilities: { atLeast: 'high', action: 'warn' } };
    const lax = { secrets: 'off', vulnerabilities: { atLeast: 'critical', action: 'block' } };
    for (const lists of [
      [[strict], [lax]],
      [[lax], [strict]],
    ]) {
      const combined = checks('docker.io/acme/api:1', ...lists);
      assert.equal(combined.secrets, 'block');
      assert.equal(combined.vulnerabilities.length, 2);
    }
    assert.equal(checks('docker.io/acme/api:1', [{ secrets: 'off' }], []).secrets, 'off');
    // Not even where the person has no rule of their own.
    for (const own of [undefined, [], [{ bloat: 'warn' }]])
      assert.equal(checks('docker.io/acme/api:1', own, [{ secrets: 'off' }]).secrets, 'warn');
    const off = { vulnerabilities: { atLeast: 'low', action: 'off' } };
    assert.deepEqual(checks('docker.io/acme/api:1', [off]).vulnerabilities, []);
  });
});

describe('the rules of the setting', () => {
  it('are none where it is not set', () => {
    assert.deepEqual(readCheckRules(undefined), { rules: [], faults: [] });
  });

  const wrong: [what: unknown, fault: string][] = [
    ['secrets', 'dockerPush.checks takes a list of rules.'],
    [
      [{ secret: 'block' }],
      'Rule 1 of dockerPush.checks is not valid: It does not know “secret”: it takes target, secrets',
    ],
    [[{}, { secrets: 'stop' }], 'Rule 2 of dockerPush.checks is not valid: “secrets” takes "off", "warn" or "block".'],
    [[{ target: 'a b' }], '“target” takes a pattern for references'],
    [[{ vulnerabilities: 'block' }], '“vulnerabilities” takes an object'],
    [[{ vulnerabilities: { atLeast: 'terrible', action: 'warn' } }], '“vulnerabilities” takes an object'],
    [[null], 'It takes an object.'],
  ];
  for (const [value, fault] of wrong)
    it(`say what is wrong with ${JSON.stringify(value)}`, () => {
      const [said = ''] = readCheckRules(value).faults;
      assert.ok(said.includes(fault), said);
    });

  it('keep those that are right beside one that is not', () => {
    const { rules: read, faults } = readCheckRules([{ bloat: 'never' }, { secrets: 'block' }]);
    assert.deepEqual(read, [{ secrets: 'block' }]);
    assert.equal(faults.length, 1);
  });
});
