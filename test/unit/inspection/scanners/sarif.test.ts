import assert from 'node:assert/strict';
import { countBySeverity, registryReport, toSarif } from '../../../../src/inspection/index.ts';
import { scanReport } from '../../../../src/inspection/scanners/scan-report.ts';
import type { Severity } from '../../../../src/base/index.ts';
import type { Vulnerability } from '../../../../src/registry/index.ts';

const one = (id: string, name: string, severity: Severity, more: Partial<Vulnerability> = {}): Vulnerability => ({
  id,
  package: name,
  severity,
  ...more,
});

describe('a report', () => {
  it('has each vulnerability once, the worst first, then by package and ID', () => {
    const told = [
      one('CVE-3', 'b', 'low'),
      one('CVE-2', 'b', 'critical'),
      one('CVE-1', 'b', 'critical'),
      one('CVE-9', 'a', 'critical'),
      one('CVE-1', 'b', 'low'),
      one('CVE-1', 'b', 'critical', { installed: '2' }),
      one('CVE-3', 'b', 'low', { title: 'again' }),
      one('CVE-4', 'a', 'unknown'),
      one('CVE-5', 'a', 'negligible'),
    ];
    const { vulnerabilities, counts } = scanReport('Trivy', { vulnerabilities: told });
    assert.deepEqual(
      vulnerabilities.map(({ id, package: name, installed = '' }) => `${id} ${name}${installed}`),
      ['CVE-9 a', 'CVE-1 b', 'CVE-1 b2', 'CVE-2 b', 'CVE-3 b', 'CVE-5 a', 'CVE-4 a'],
    );
    assert.deepEqual(counts, { critical: 4, high: 0, medium: 0, low: 1, negligible: 1, unknown: 1 });
    assert.deepEqual(counts, countBySeverity(vulnerabilities));
  });

  it('is made of a registry’s own scan, with the registry’s counts', () => {
    const counts = { ...countBySeverity([]), high: 12 };
    const scan = { state: 'scanned', counts, vulnerabilities: [one('CVE-1', 'a', 'high')] } as const;
    const report = registryReport({ ...scan, scanner: 'Clair' }, 'quay.io');
    assert.deepEqual([report.scanner, report.counts, report.vulnerabilities.length], ['Clair (quay.io)', counts, 1]);
    assert.equal(registryReport(scan, 'quay.io').scanner, 'quay.io');
  });
});

describe('SARIF', () => {
  const report = scanReport('Trivy', {
    version: '0.67.0',
    vulnerabilities: [
      one('CVE-2', 'a', 'low', { installed: '1' }),
      one('CVE-1', 'b', 'medium', { installed: '2', fixed: '3' }),
      one('CVE-1', 'a', 'critical', { installed: '1', title: 'Bad', link: 'https://example.com/1' }),
      one('CVE-3', 'c', 'unknown'),
    ],
  });
  const image = { image: 'localhost:5000/team/api:1', digest: `sha256:${'a'.repeat(64)}` };
  const log = toSarif(report, image);
  const [run] = log.runs;

  it('has what the schema and GitHub require', () => {
    assert.equal(log.version, '2.1.0');
    assert.match(log.$schema, /sarif-2\.1\.0/u);
    assert.equal(log.runs.length, 1);
    const { driver } = run.tool;
    assert.ok(driver.name.length > 0);
    assert.equal(new Set(driver.rules.map(({ id }) => id)).size, driver.rules.length, 'a rule is there once');
    for (const rule of driver.rules) {
      for (const { text } of [rule.shortDescription, rule.fullDescription, rule.help]) assert.ok(text.length > 0);
      assert.ok(['error', 'warning', 'note', 'none'].includes(rule.defaultConfiguration.level));
      const score = rule.properties['security-severity'];
      assert.ok(score === undefined || (Number(score) > 0 && Number(score) <= 10));
      if (rule.helpUri !== undefined) assert.ok(URL.canParse(rule.helpUri));
    }
    for (const result of run.results) {
      assert.equal(driver.rules[result.ruleIndex]?.id, result.ruleId);
      assert.ok(['error', 'warning', 'note', 'none'].includes(result.level));
      assert.ok(result.message.text.length > 0);
      const [{ physicalLocation: place }] = result.locations;
      assert.equal(place.region.startLine, 1);
      assert.ok(!URL.canParse(place.artifactLocation.uri), 'it is relative');
      assert.equal(new URL(place.artifactLocation.uri, 'file:///w/').protocol, 'file:');
    }
    assert.deepEqual(JSON.parse(JSON.stringify(log)), log, 'nothing in it is lost as JSON');
  });

  it('has a rule for each vulnerability, as severe as its worst package', () => {
    assert.deepEqual(
      run.tool.driver.rules.map(({ id, properties }) => [id, properties['security-severity'], properties.tags[2]]),
      [
        ['CVE-1', '9.5', 'critical'],
        ['CVE-2', '2.0', 'low'],
        ['CVE-3', undefined, 'unknown'],
      ],
    );
    assert.deepEqual(run.tool.driver.rules[0], {
      id: 'CVE-1',
      shortDescription: { text: 'Bad' },
      fullDescription: { text: 'Bad' },
      helpUri: 'https://example.com/1',
      help: { text: 'Bad\nhttps://example.com/1' },
      defaultConfiguration: { level: 'error' },
      properties: { tags: ['vulnerability', 'security', 'critical'], 'security-severity': '9.5' },
    });
  });

  it('has a result for each package', () => {
    assert.deepEqual(
      run.results.map(({ level, message }) => `${level}: ${message.text}`),
      [
        'error: a 1 has CVE-1 (critical). No fix is known.',
        'warning: b 2 has CVE-1 (medium). Fixed in 3.',
        'note: a 1 has CVE-2 (low). No fix is known.',
        'warning: c has CVE-3 (unknown). No fix is known.',
      ],
    );
    assert.equal(run.results[0]?.locations[0].physicalLocation.artifactLocation.uri, 'localhost%3A5000/team/api%3A1');
    assert.deepEqual(run.properties, { imageName: image.image, imageDigest: image.digest });
  });

  it('has fingerprints that differ, and stay when the image is built again', () => {
    const prints = (of: typeof log): string[] =>
      of.runs[0].results.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash);
    assert.equal(new Set(prints(log)).size, 4);
    assert.deepEqual(prints(toSarif(report, { image: image.image })), prints(log));
    assert.notDeepEqual(prints(toSarif(report, { image: 'other:1' })), prints(log));
  });

  it('is there without any vulnerability, which closes what was found before', () => {
    const empty = toSarif(scanReport('Grype', { vulnerabilities: [] }), { image: 'api:1' });
    assert.deepEqual(empty.runs[0].results, []);
    assert.deepEqual(empty.runs[0].tool, { driver: { name: 'Grype', rules: [] } });
  });
});
