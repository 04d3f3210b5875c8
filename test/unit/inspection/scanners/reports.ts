/** Two vulnerabilities as each scanner reports them, by the makers' documentation and sources. */

export const trivyReport = {
  SchemaVersion: 2,
  CreatedAt: '2024-05-01T10:00:00Z',
  ArtifactName: 'api:1',
  ArtifactType: 'container_image',
  Metadata: { OS: { Family: 'debian', Name: '12.5' }, ImageID: 'sha256:1', RepoTags: ['api:1'], ImageConfig: {} },
  Results: [
    {
      Target: 'api:1 (debian 12.5)',
      Class: 'os-pkgs',
      Type: 'debian',
      Vulnerabilities: [
        {
          VulnerabilityID: 'CVE-2024-0001',
          PkgID: 'zlib1g@1:1.2.13',
          PkgName: 'zlib1g',
          InstalledVersion: '1:1.2.13',
          Status: 'affected',
          SeveritySource: 'nvd',
          PrimaryURL: 'https://avd.aquasec.com/nvd/cve-2024-0001',
          Title: 'zlib: something small',
          Severity: 'LOW',
          References: ['https://example.com/1'],
        },
      ],
    },
    { Target: 'Java', Class: 'lang-pkgs', Type: 'jar' },
    {
      Target: 'app/package-lock.json',
      Class: 'lang-pkgs',
      Type: 'npm',
      Vulnerabilities: [
        {
          VulnerabilityID: 'CVE-2024-0002',
          PkgName: '@acme/api',
          InstalledVersion: '1.0.0',
          FixedVersion: '1.0.1, 2.0.0',
          Title: 'api: something bad',
          Severity: 'CRITICAL',
          References: ['ftp://example.com/no', 'https://example.com/2'],
        },
      ],
    },
  ],
};

export const grypeReport = {
  matches: [
    {
      vulnerability: {
        id: 'CVE-2024-0001',
        dataSource: 'https://security-tracker.debian.org/tracker/CVE-2024-0001',
        namespace: 'debian:distro:debian:12',
        severity: 'Negligible',
        urls: [],
        description: 'Something small.',
        cvss: [],
        fix: { versions: [], state: 'wont-fix' },
        advisories: [],
        risk: 0.1,
      },
      relatedVulnerabilities: [],
      matchDetails: [],
      artifact: { id: '1', name: 'zlib1g', version: '1:1.2.13', type: 'deb', locations: [], purl: 'pkg:deb/zlib1g' },
    },
    {
      vulnerability: {
        id: 'GHSA-aaaa-bbbb-cccc',
        dataSource: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
        severity: 'High',
        fix: { versions: ['1.0.1', '2.0.0'], state: 'fixed' },
      },
      artifact: { name: '@acme/api', version: '1.0.0', type: 'npm' },
    },
  ],
  ignoredMatches: [],
  source: { type: 'image', target: {} },
  distro: { name: 'debian', version: '12', idLike: [] },
  descriptor: { name: 'grype', version: '0.118.0', configuration: {}, db: {}, timestamp: '' },
};

const rule = (id: string, properties: object, more: object = {}): object => ({
  id,
  name: 'OsPackageVulnerability',
  shortDescription: { text: `${id}: Something` },
  helpUri: `https://scout.docker.com/v/${id}`,
  help: { text: '', markdown: '' },
  properties,
  ...more,
});

export const scoutReport = (...rules: object[]): object => ({
  version: '2.1.0',
  $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
  runs: [
    {
      tool: {
        driver: {
          fullName: 'Docker Scout',
          informationUri: 'https://docker.com/products/docker-scout',
          name: 'docker scout',
          version: '1.18.3',
          rules,
        },
      },
      results: [],
    },
  ],
});

export const scoutRules = {
  /** As since about version 1. */
  purls: rule('CVE-2024-0002', {
    affected_version: '<1.0.1',
    cvssV3_severity: 'CRITICAL',
    fixed_version: '1.0.1',
    purls: ['pkg:npm/%40acme/api@1.0.0', 'pkg:maven/org.acme/api@3?type=jar'],
    'security-severity': '9.8',
    tags: ['CRITICAL'],
  }),
  /** As in version 0.24.1, where the score of what has no severity says nothing. */
  purl: rule('GMS-2022-9109', {
    affected_version: '<=1.4.19',
    cvssV3_severity: 'UNSPECIFIED',
    fixed_version: 'not fixed',
    purl: 'pkg:deb/debian/tar@1.35%2Bdfsg-3.1?os_distro=trixie&os_name=debian',
    'security-severity': '3.1',
    tags: ['UNSPECIFIED'],
  }),
  tagged: rule('CVE-2024-0003', { purl: 'pkg:apk/alpine/zlib@1', tags: ['LOW'] }),
  scored: rule('CVE-2024-0004', { purl: 'pkg:golang/github.com/acme/api@v1', 'security-severity': '7.2' }),
  bare: rule(
    'CVE-2024-0005',
    {},
    { helpUri: 'javascript:alert(1)', shortDescription: undefined, properties: undefined },
  ),
};
