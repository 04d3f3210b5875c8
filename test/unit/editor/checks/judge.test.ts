import assert from 'node:assert/strict';
import { objectionLabel, objectionWords, openWords } from '../../../../src/editor/checks/check-words.ts';
import type { Checks } from '../../../../src/editor/checks/checks.ts';
import { countFrom, judge, type Known } from '../../../../src/editor/checks/judge.ts';
import type { SecretFinding } from '../../../../src/inspection/index.ts';

const off: Checks = { secrets: 'off', latestOnly: 'off', bloat: 'off', vulnerabilities: [] };
const clean: Known = { secrets: [], layersRead: true, latestAlone: false };
const counts = { critical: 0, high: 2, medium: 3, low: 5, negligible: 7, unknown: 11 };
const token: SecretFinding = { kind: 'secret', where: 'environment', what: 'token', name: 'GITHUB_TOKEN' };
const key: SecretFinding = {
  kind: 'secret',
  where: 'file',
  what: 'private key',
  path: '/root/.ssh/id_rsa',
  layer: { index: 2, diffId: `sha256:${'a'.repeat(64)}`, line: 'COPY . .' },
};

describe('what the checks say of an image', () => {
  it('is nothing where all are off', () => {
    const known: Known = { secrets: [token], layersRead: false, latestAlone: true, vulnerabilities: counts };
    assert.deepEqual(judge(off, known), { objections: [], open: [] });
  });

  it('names the secrets, and that the layers were not read', () => {
    const { objections, open } = judge({ ...off, secrets: 'block' }, { ...clean, secrets: [token], layersRead: false });
    assert.deepEqual(objections, [{ check: 'secrets', action: 'block', secrets: [token] }]);
    assert.deepEqual(open, [{ check: 'secrets', action: 'block' }]);
    assert.equal(openWords(open), 'It was not found out whether there are secrets in its layers.');
  });

  it('leaves nothing open where the layers were read', () => {
    assert.deepEqual(judge({ ...off, secrets: 'warn' }, clean), { objections: [], open: [] });
  });

  it('objects to latest alone', () => {
    const [objection] = judge({ ...off, latestOnly: 'warn' }, { ...clean, latestAlone: true }).objections;
    assert.ok(objection);
    assert.equal(objectionLabel(objection), 'latest alone');
    assert.deepEqual(judge({ ...off, latestOnly: 'warn' }, clean).objections, []);
  });

  it('objects to bloat below 90 % of efficiency, and not at it', () => {
    const at = (efficiencyPercent: number): Known => ({
      ...clean,
      leanness: { efficiencyPercent, bytes: 100_000_000, hiddenBytes: 31_000_000 },
    });
    assert.deepEqual(judge({ ...off, bloat: 'block' }, at(90)).objections, []);
    const [objection] = judge({ ...off, bloat: 'block' }, at(71.6)).objections;
    assert.ok(objection);
    assert.equal(
      objectionWords(objection),
      'Only 72 % of the image is ever seen: 31 MB are sent that later layers hide.',
    );
    assert.deepEqual(judge({ ...off, bloat: 'block' }, clean).open, [{ check: 'bloat', action: 'block' }]);
  });

  it('counts vulnerabilities from the severity that the check names', () => {
    assert.equal(countFrom('critical', counts), 0);
    assert.equal(countFrom('high', counts), 2);
    assert.equal(countFrom('low', counts), 10);
    const on = (atLeast: 'critical' | 'high' | 'medium', action: 'warn' | 'block') => ({ atLeast, action });
    const judged = (...vulnerabilities: ReturnType<typeof on>[]) =>
      judge({ ...off, vulnerabilities }, { ...clean, vulnerabilities: counts }).objections;
    assert.deepEqual(judged(on('critical', 'block')), []);
    assert.deepEqual(judged(on('critical', 'block'), on('high', 'warn')), [
      { check: 'vulnerabilities', action: 'warn', atLeast: 'high', count: 2 },
    ]);
    const [worst] = judged(on('high', 'warn'), on('medium', 'block'));
    assert.deepEqual(worst, { check: 'vulnerabilities', action: 'block', atLeast: 'medium', count: 5 });
    assert.equal(objectionWords(worst), 'The image has 5 vulnerabilities (medium or worse).');
    const unscanned = judge({ ...off, vulnerabilities: [on('high', 'warn'), on('critical', 'block')] }, clean);
    assert.deepEqual(unscanned.open, [{ check: 'vulnerabilities', action: 'block' }]);
  });

  it('says where secrets are, a few of many', () => {
    const words = objectionWords({ check: 'secrets', action: 'warn', secrets: [token, key, key, key, key] });
    assert.equal(
      words,
      'The image holds 5 secrets (token, environment GITHUB_TOKEN; ' +
        'private key, /root/.ssh/id_rsa in layer 3: COPY . .; private key, /root/.ssh/id_rsa in layer 3: COPY . .; 2 more).',
    );
  });
});
