import assert from 'node:assert/strict';
import { harbor } from '../../../../src/registry/providers/harbor.ts';
import type { StepAnswer } from '../../../support/registry-server.ts';
import { failure, finishAll } from '../scenario.ts';
import { apiOf, type ScriptedApi } from './api.ts';

const host = 'harbor.acme.example';
const robot = { username: 'robot$team+ci', password: 'harbor_planted' };
const authorization = `Basic ${Buffer.from(`${robot.username}:${robot.password}`).toString('base64')}`;
const digest = `sha256:${'a'.repeat(64)}`;
const image = { repository: { registry: host, path: 'team/web/api' }, digest, tag: '1.0' };
const artifact = `GET /api/v2.0/projects/team/repositories/web%252Fapi/artifacts/${digest}`;
const mediaType = 'application/vnd.security.vulnerability.report; version=1.1';
const scanner = { name: 'Trivy', vendor: 'Aqua Security', version: 'v0.58.1' };
const none = { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0 };
const success = {
  report_id: 'f1',
  scan_status: 'Success',
  severity: 'High',
  duration: 3,
  summary: { total: 3, fixable: 1, summary: { High: 1, Low: 2 } },
  start_time: '2026-01-05T21:06:50Z',
  end_time: '2026-01-05T21:06:53Z',
  complete_percent: 100,
  scanner,
};
const report = {
  generated_at: '2026-01-05T21:06:53.506400283Z',
  scanner,
  severity: 'High',
  vulnerabilities: [
    {
      id: 'CVE-2024-1',
      package: 'openssl',
      version: '3.0.1-1',
      fix_version: '3.0.1-2',
      severity: 'High',
      description: 'A flaw.\nIt is bad.',
      links: ['javascript:alert(1)', 'https://avd.aquasec.com/nvd/cve-2024-1'],
      artifact_digest: digest,
      preferred_cvss: { score_v3: 7.5 },
      cwe_ids: ['CWE-1'],
      vendor_attributes: {},
    },
    { id: 'CVE-2024-2', package: 'zlib1g', version: '1.3', fix_version: '', severity: 'Low', links: null },
  ],
};

describe('Harbor’s scan', () => {
  let site: ScriptedApi;
  beforeEach(async () => {
    site = await apiOf(host);
  });
  afterEach(finishAll);
  const headers = { host, authorization, 'x-accept-vulnerabilities': /^application\/vnd\.security\.vulnerability/u };
  const expectArtifact = (body: object, status = 200) =>
    site.server.expect({ request: `${artifact}?with_scan_overview=true`, headers, answer: { status, body } });
  const expectReport = (answer: StepAnswer) =>
    site.server.expect({ request: `${artifact}/additions/vulnerabilities`, headers, answer });
  const overview = (value: unknown) => ({ digest, tags: null, scan_overview: { [mediaType]: value } });
  const scan = () => harbor.scan!(site.parts(robot), image);

  for (const [what, body] of [
    ['keyed by its media type', { [mediaType]: report }],
    ['as it is', report],
  ] as const)
    it(`tells what was found, by a report ${what}`, async () => {
      expectArtifact(overview(success));
      expectReport({ status: 200, body });
      assert.deepEqual(await scan(), {
        state: 'scanned',
        at: new Date('2026-01-05T21:06:53.506Z'),
        scanner: 'Trivy v0.58.1',
        counts: { ...none, high: 1, low: 1 },
        vulnerabilities: [
          {
            id: 'CVE-2024-1',
            package: 'openssl',
            installed: '3.0.1-1',
            fixed: '3.0.1-2',
            severity: 'high',
            title: 'A flaw. It is bad.',
            link: 'https://avd.aquasec.com/nvd/cve-2024-1',
          },
          { id: 'CVE-2024-2', package: 'zlib1g', installed: '1.3', severity: 'low' },
        ],
      });
    });

  it('tells that nothing was found', async () => {
    expectArtifact({ scan_overview: { other: { ...success, summary: { total: 0, fixable: 0, summary: {} } } } });
    expectReport({ status: 200, body: { other: { ...report, vulnerabilities: [] } } });
    const found = await scan();
    assert.deepEqual(found.state === 'scanned' && [found.counts, found.vulnerabilities], [none, []]);
  });

  it('tells the counts alone where the report is not given, or not to this account', async () => {
    const refused = { errors: [{ code: 'FORBIDDEN', message: 'forbidden' }] };
    for (const answer of [
      { status: 200, body: {} },
      { status: 401, body: refused },
      { status: 403, body: refused },
      { status: 404, body: { errors: [{ code: 'NOT_FOUND', message: 'report not found' }] } },
    ]) {
      expectArtifact(overview(success));
      expectReport(answer);
      assert.deepEqual(await scan(), {
        state: 'scanned',
        at: new Date('2026-01-05T21:06:53Z'),
        scanner: 'Trivy v0.58.1',
        counts: { ...none, high: 1, low: 2 },
        vulnerabilities: [],
      });
    }
    expectArtifact(overview({ ...success, summary: null }));
    expectReport({ status: 403, body: refused });
    assert.equal((await failure(scan())).code, 'denied');
  });

  for (const [state, values] of [
    ['pending', [{ scan_status: 'Pending' }, { scan_status: 'Scheduled' }, { scan_status: 'Running', summary: null }]],
    ['not-scanned', [{ scan_status: 'Stopped' }, null]],
    ['failed', [{ scan_status: 'Error', end_time: '2026-01-05T21:06:53Z' }]],
  ] as const)
    it(`tells that it is ${state}`, async () => {
      for (const value of values) {
        expectArtifact(overview(value));
        assert.deepEqual(await scan(), { state });
      }
    });

  it('tells that there was none', async () => {
    for (const body of [{ digest }, { digest, scan_overview: null }, { digest, scan_overview: {} }]) {
      expectArtifact(body);
      assert.deepEqual(await scan(), { state: 'not-scanned' });
    }
  });

  it('fails where the artifact is not there, or not for this account, and shows no secret', async () => {
    expectArtifact({ errors: [{ code: 'NOT_FOUND', message: `artifact team/web/api@${digest} not found` }] }, 404);
    const missing = await failure(scan());
    assert.deepEqual([missing.code, missing.status], ['registry-error', 404]);
    assert.match(missing.message, /artifact team\/web\/api@sha256:\S+ not found/u);
    expectArtifact({ errors: [{ code: 'FORBIDDEN', message: `forbidden ${robot.password}` }] }, 403);
    const denied = await failure(scan());
    assert.equal(denied.code, 'denied');
    assert.doesNotMatch(denied.message, /planted/u);
  });

  it('asks without a credential where there is none', async () => {
    const anonymous = { ...headers, authorization: undefined };
    const answer = { status: 200, body: { digest } };
    site.server.expect({ request: `${artifact}?with_scan_overview=true`, headers: anonymous, answer });
    assert.deepEqual(await harbor.scan!(site.parts(), image), { state: 'not-scanned' });
  });

  it('refuses what it does not know, and quotes it as plain text', async () => {
    expectArtifact(overview({ scan_status: `Odd\u001B[31m${'x'.repeat(100)}` }));
    const { message } = await failure(scan());
    assert.match(message, /^harbor\.acme\.example says of the scan what is not known here: “Oddx+…”\.$/u);
  });

  for (const [what, body, place] of [
    ['an overview that is a list', { scan_overview: { a: [1] } }, 'body'],
    ['a state that is a number', overview({ scan_status: 7 }), 'scan_status'],
    ['counts that are a list', overview({ ...success, summary: { summary: [1] } }), 'summary.summary'],
    ['less than nothing', overview({ ...success, summary: { summary: { High: -1 } } }), 'summary.summary.High'],
    ['halves', overview({ ...success, summary: { summary: { High: 0.5 } } }), 'summary.summary.High'],
    ['an overview that is text', { scan_overview: 'Success' }, 'scan_overview'],
  ] as const)
    it(`refuses ${what}`, async () => {
      expectArtifact(body);
      const error = await failure(scan());
      assert.equal(error.code, 'registry-error');
      if (place !== 'body') assert.match(error.message, new RegExp(`its ${place} is not what it should be`, 'u'));
    });

  for (const [what, body] of [
    ['vulnerabilities that are text', { vulnerabilities: 'none' }],
    ['a vulnerability that is text', { vulnerabilities: ['CVE-1'] }],
    ['a package that is an object', { vulnerabilities: [{ id: 'CVE-1', package: { name: 'a' } }] }],
    ['links that are none', { vulnerabilities: [{ id: 'CVE-1', package: 'a', links: [7] }] }],
    ['no object', []],
    ['more than is read of one image', { vulnerabilities: Array.from({ length: 100_001 }, () => ({})) }],
  ] as const)
    it(`refuses a report with ${what}`, async () => {
      expectArtifact(overview(success));
      expectReport({ status: 200, body });
      assert.equal((await failure(scan())).code, 'registry-error');
    });

  it('reads a report of ten mebibytes, and none without an end', async () => {
    const long = { id: 'CVE-1', package: 'a', severity: 'Low', description: 'x'.repeat(1024 * 1024) };
    expectArtifact(overview(success));
    expectReport({ status: 200, body: { vulnerabilities: Array.from({ length: 10 }, () => long) } });
    const found = await scan();
    assert.equal(found.state === 'scanned' && found.counts.low, 10);
    expectArtifact(overview(success));
    expectReport({ status: 200, body: Buffer.alloc(33 * 1024 * 1024, ' ') });
    assert.equal((await failure(scan())).code, 'registry-error');
  });
});
