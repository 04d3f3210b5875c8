import assert from 'node:assert/strict';
import { ScanError } from '../../../../src/inspection/index.ts';
import { readDockerScout } from '../../../../src/inspection/scanners/docker-scout.ts';
import { readGrype } from '../../../../src/inspection/scanners/grype.ts';
import { packageOf } from '../../../../src/inspection/scanners/package-url.ts';
import { readTrivy } from '../../../../src/inspection/scanners/trivy.ts';
import { vulnerabilityLimit } from '../../../../src/inspection/scanners/vulnerability-text.ts';
import { grypeReport, scoutReport, scoutRules, trivyReport } from './reports.ts';

const readers = { Trivy: readTrivy, Grype: readGrype, 'Docker Scout': readDockerScout };
type Name = keyof typeof readers;
const read = (name: Name, report: unknown) =>
  readers[name](typeof report === 'string' ? report : JSON.stringify(report));
const isUnread = (error: unknown): boolean => error instanceof ScanError && error.code === 'scanner-output';

describe('the report of Trivy', () => {
  const zlib = {
    id: 'CVE-2024-0001',
    package: 'zlib1g',
    installed: '1:1.2.13',
    severity: 'low',
    title: 'zlib: something small',
    link: 'https://avd.aquasec.com/nvd/cve-2024-0001',
  };
  const api = {
    id: 'CVE-2024-0002',
    package: '@acme/api',
    installed: '1.0.0',
    fixed: '1.0.1, 2.0.0',
    severity: 'critical',
    title: 'api: something bad',
    link: 'https://example.com/2',
  };

  it('is read, with a list left out where it is empty', () => {
    assert.deepEqual(read('Trivy', trivyReport), { vulnerabilities: [zlib, api] });
    assert.deepEqual(read('Trivy', { SchemaVersion: 2 }), { vulnerabilities: [] });
    assert.deepEqual(read('Trivy', { SchemaVersion: 2, Results: null }), { vulnerabilities: [] });
    assert.equal(read('Trivy', { ...trivyReport, Trivy: { Version: '0.67.0' } }).version, '0.67.0');
  });

  it('is read as very old versions write it', () => {
    assert.deepEqual(read('Trivy', trivyReport.Results), { vulnerabilities: [zlib, api] });
    assert.deepEqual(read('Trivy', [{ Target: 'x', Vulnerabilities: null }]), { vulnerabilities: [] });
  });

  it('loses what is not text, and keeps the vulnerability', () => {
    const odd = {
      VulnerabilityID: 'CVE-1',
      PkgName: 7,
      Title: {},
      Severity: ['HIGH'],
      References: 'x',
      FixedVersion: 0,
    };
    assert.deepEqual(read('Trivy', [{ Vulnerabilities: [odd] }]).vulnerabilities, [
      { id: 'CVE-1', package: 'unknown', severity: 'unknown' },
    ]);
  });

  it('has plain text of bounded length, and links to web pages alone', () => {
    const odd = {
      VulnerabilityID: 'CVE-1\u001b[31m',
      PkgName: 'p\u202e',
      Title: `a\n${'b'.repeat(10_000)}`,
      References: [
        'javascript:alert(1)',
        'command:x',
        'https://example.com/"x',
        `https://example.com/${'x'.repeat(3_000)}`,
      ],
    };
    const [found] = read('Trivy', [{ Vulnerabilities: [odd] }]).vulnerabilities;
    assert.deepEqual([found?.id, found?.package, found?.title?.length, found?.link], ['CVE-1', 'p', 300, undefined]);
  });
});

describe('the report of Grype', () => {
  it('is read', () => {
    assert.deepEqual(read('Grype', grypeReport), {
      version: '0.118.0',
      vulnerabilities: [
        {
          id: 'CVE-2024-0001',
          package: 'zlib1g',
          installed: '1:1.2.13',
          severity: 'negligible',
          title: 'Something small.',
          link: 'https://security-tracker.debian.org/tracker/CVE-2024-0001',
        },
        {
          id: 'GHSA-aaaa-bbbb-cccc',
          package: '@acme/api',
          installed: '1.0.0',
          fixed: '1.0.1, 2.0.0',
          severity: 'high',
          link: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
        },
      ],
    });
  });

  it('keeps a vulnerability of which nothing else is told', () => {
    const matches = [{ vulnerability: { id: 'CVE-1', fix: 'none' }, artifact: null }];
    assert.deepEqual(read('Grype', { matches }), {
      vulnerabilities: [{ id: 'CVE-1', package: 'unknown', severity: 'unknown' }],
    });
  });
});

describe('the report of Docker Scout', () => {
  it('is read, one vulnerability for each package', () => {
    const { version, vulnerabilities } = read('Docker Scout', scoutReport(...Object.values(scoutRules)));
    assert.equal(version, '1.18.3');
    const common = { id: 'CVE-2024-0002', fixed: '1.0.1', severity: 'critical', title: 'Something' };
    const link = (id: string): string => `https://scout.docker.com/v/${id}`;
    assert.deepEqual(vulnerabilities, [
      { ...common, package: '@acme/api', installed: '1.0.0', link: link('CVE-2024-0002') },
      { ...common, package: 'org.acme:api', installed: '3', link: link('CVE-2024-0002') },
      {
        id: 'GMS-2022-9109',
        package: 'tar',
        installed: '1.35+dfsg-3.1',
        severity: 'unknown',
        title: 'Something',
        link: link('GMS-2022-9109'),
      },
      {
        id: 'CVE-2024-0003',
        package: 'zlib',
        installed: '1',
        severity: 'low',
        title: 'Something',
        link: link('CVE-2024-0003'),
      },
      {
        id: 'CVE-2024-0004',
        package: 'github.com/acme/api',
        installed: 'v1',
        severity: 'high',
        title: 'Something',
        link: link('CVE-2024-0004'),
      },
      { id: 'CVE-2024-0005', package: 'unknown', severity: 'unknown' },
    ]);
  });

  it('may have no rules, but must be of a scan', () => {
    assert.deepEqual(read('Docker Scout', scoutReport()).vulnerabilities, []);
    assert.throws(() => read('Docker Scout', { version: '2.1.0', runs: [] }), isUnread);
  });

  const urls: [url: string, name: string | undefined, version?: string][] = [
    ['pkg:npm/lodash@4.17.21', 'lodash', '4.17.21'],
    ['pkg:deb/debian/tar', 'tar'],
    ['pkg:npm/@acme/api@1', '@acme/api', '1'],
    ['pkg:generic/a%zz@1', 'a%zz', '1'],
    ['tar@1', undefined],
    ['pkg:deb', undefined],
    ['pkg:deb/@1', '@1'],
  ];
  for (const [url, name, version] of urls)
    it(`names ${name ?? 'nothing'} for ${url}`, () =>
      assert.deepEqual(packageOf(url), name === undefined ? undefined : { name, ...(version && { version }) }));
});

describe('what is no report', () => {
  const many = Array.from({ length: vulnerabilityLimit + 1 }, () => ({ VulnerabilityID: 'CVE-1' }));
  const bodies: [what: string, body: unknown, of?: Name][] = [
    ['nothing', ''],
    ['words', 'FATAL error'],
    ['a report that is cut', JSON.stringify(trivyReport).slice(0, -5)],
    ['null', null],
    ['a number', 7],
    ['an empty object', {}],
    ['a list of something else', [1]],
    ['another form of Trivy', { SchemaVersion: 3, Results: [] }, 'Trivy'],
    ['results that are none', { SchemaVersion: 2, Results: {} }, 'Trivy'],
    ['a vulnerability without an ID', [{ Vulnerabilities: [{ PkgName: 'p' }] }], 'Trivy'],
    ['too many', [{ Vulnerabilities: many }], 'Trivy'],
    ['no matches', { matches: null }, 'Grype'],
    ['a match of nothing', { matches: [{}] }, 'Grype'],
    ['another SARIF', { ...scoutReport(), version: '3.0.0' }, 'Docker Scout'],
    ['SARIF without a tool', { version: '2.1.0', runs: [{ results: [] }] }, 'Docker Scout'],
  ];
  for (const [what, body, of] of bodies)
    for (const name of of ? [of] : (Object.keys(readers) as Name[]))
      it(`is ${what}, of ${name}`, () => assert.throws(() => read(name, body), isUnread));
});
