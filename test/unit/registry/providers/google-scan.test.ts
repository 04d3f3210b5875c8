import assert from 'node:assert/strict';
import { google } from '../../../../src/registry/providers/google.ts';
import { failure, finishAll } from '../scenario.ts';
import { apiOf, type ScriptedApi } from './api.ts';

const api = 'containeranalysis.googleapis.com';
const registry = 'europe-west1-docker.pkg.dev';
const token = { username: 'oauth2accesstoken', password: 'ya29.planted' };
const key = { username: '_json_key', password: '{"private_key":"planted"}' };
const digest = `sha256:${'3'.repeat(64)}`;
const none = { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0 };
const success = { analysisStatus: 'FINISHED_SUCCESS', lastScanTime: '2026-01-05T21:06:53.506400Z' };
const nothing = { state: 'scanned', at: new Date('2026-01-05T21:06:53.506Z'), counts: none, vulnerabilities: [] };

describe('the scan of Google Artifact Registry', () => {
  let site: ScriptedApi;
  let host: string;
  const start = async (name: string) => {
    host = name;
    site = await apiOf(host, [api]);
  };
  beforeEach(() => start(registry));
  afterEach(finishAll);
  const imageAt = (path = 'acme/apps/team/web') => ({ repository: { registry: host, path }, digest });
  const scan = (credential = token) => google.scan!(site.parts(credential), imageAt());
  const expectList = (
    kind: string,
    answer: object,
    { status = 200, pageToken = '', path = 'acme/apps/team/web' } = {},
  ) => {
    const filter = `kind="${kind}" AND resourceUrl="https://${host}/${path}@${digest}"`;
    const query = new URLSearchParams({ filter, pageSize: '1000', ...(pageToken !== '' && { pageToken }) });
    site.server.expect({
      request: `GET /v1/projects/acme/occurrences?${query.toString()}`,
      headers: { host: api, authorization: `Bearer ${token.password}` },
      answer: { status, body: answer },
    });
  };
  const discovered = (...all: unknown[]) =>
    expectList('DISCOVERY', { occurrences: all.map((discovery) => ({ kind: 'DISCOVERY', discovery })) });
  const occurrence = (vulnerability: unknown, name = 'CVE-2022-29458') => ({
    name: 'projects/acme/occurrences/95f969f5',
    resourceUri: `https://${registry}/acme/apps/team/web@${digest}`,
    noteName: `projects/goog-vulnz/notes/${name}`,
    kind: 'VULNERABILITY',
    vulnerability,
  });

  it('tells what was found in each package, page by page', async () => {
    discovered(success);
    const ncurses = {
      affectedPackage: 'ncurses',
      affectedVersion: { name: '6.2', revision: '2', kind: 'NORMAL', fullName: '6.2-2' },
      fixedPackage: 'ncurses',
      fixedVersion: { name: '6.2', revision: '2+deb11u1', kind: 'NORMAL', fullName: '6.2-2+deb11u1' },
      fixAvailable: true,
      packageType: 'OS',
      effectiveSeverity: 'MEDIUM',
    };
    const perl = {
      affectedPackage: 'perl',
      affectedVersion: { epoch: 1, name: '5.32', revision: '4', kind: 'NORMAL' },
      fixedVersion: { kind: 'MAXIMUM', fullName: 'none' },
      effectiveSeverity: 'SEVERITY_UNSPECIFIED',
    };
    const common = {
      ...{ severity: 'HIGH', effectiveSeverity: 'CRITICAL', cvssScore: 7.1, longDescription: 'A flaw.' },
      relatedUrls: [
        { url: 'javascript:alert(1)', label: 'x' },
        { url: 'https://nvd.example/1', label: 'More' },
      ],
    };
    expectList('VULNERABILITY', {
      occurrences: [occurrence({ ...common, shortDescription: 'CVE-2022-29458', packageIssue: [ncurses, perl] })],
      nextPageToken: 'p2',
    });
    expectList(
      'VULNERABILITY',
      { occurrences: [occurrence({ severity: 'MINIMAL', shortDescription: 'Short.' }, 'CVE-2')] },
      { pageToken: 'p2' },
    );
    const more = { title: 'A flaw.', link: 'https://nvd.example/1' };
    assert.deepEqual(await scan(), {
      ...nothing,
      counts: { ...none, critical: 1, medium: 1, negligible: 1 },
      vulnerabilities: [
        {
          ...{ id: 'CVE-2022-29458', package: 'ncurses', installed: '6.2-2', fixed: '6.2-2+deb11u1' },
          ...{ severity: 'medium', ...more },
        },
        { id: 'CVE-2022-29458', package: 'perl', installed: '1:5.32-4', severity: 'critical', ...more },
        { id: 'CVE-2', package: '', severity: 'negligible', title: 'Short.' },
      ],
    });
  });

  it('tells that nothing was found, of a scan that was made', async () => {
    for (const analysisStatus of ['FINISHED_SUCCESS', 'COMPLETE']) {
      discovered({ ...success, analysisStatus });
      expectList('VULNERABILITY', {});
      assert.deepEqual(await scan(), nothing);
    }
  });

  it('takes an empty list for nothing where no scan is known, or its findings are kept no longer', async () => {
    for (const all of [[], [{}], [undefined], [{ analysisStatus: 'ANALYSIS_STATUS_UNSPECIFIED' }]]) {
      discovered(...all);
      expectList('VULNERABILITY', { occurrences: [] });
      assert.deepEqual(await scan(), { state: 'not-scanned' });
    }
    discovered({ ...success, archiveTime: '2026-02-05T21:06:53Z' });
    expectList('VULNERABILITY', {});
    assert.deepEqual(await scan(), { state: 'not-scanned' });
  });

  it('takes a list with something for a scan, whatever else is known', async () => {
    discovered();
    expectList('VULNERABILITY', { occurrences: [occurrence({ effectiveSeverity: 'LOW' })] });
    const found = await scan();
    assert.deepEqual(found.state === 'scanned' && found.counts, { ...none, low: 1 });
  });

  it('tells the other states', async () => {
    for (const analysisStatus of ['PENDING', 'SCANNING']) {
      discovered({ analysisStatus });
      assert.deepEqual(await scan(), { state: 'pending' });
    }
    const analysisStatusError = { code: 3, message: 'unsupported\u001B[31m base' };
    discovered({ analysisStatus: 'FINISHED_FAILED', analysisStatusError });
    assert.deepEqual(await scan(), { state: 'failed', reason: 'unsupported base' });
    discovered({ analysisStatus: 'FINISHED_UNSUPPORTED' });
    assert.deepEqual(await scan(), { state: 'unsupported' });
    discovered({ analysisStatus: 'DREAMING' });
    assert.match((await failure(scan())).message, /not known here: “DREAMING”/u);
  });

  it('goes by the analysis that came furthest', async () => {
    discovered({ analysisStatus: 'FINISHED_UNSUPPORTED' }, success, { analysisStatus: 'PENDING' });
    expectList('VULNERABILITY', {});
    assert.deepEqual(await scan(), nothing);
    discovered({ analysisStatus: 'FINISHED_FAILED' }, { analysisStatus: 'PENDING' });
    assert.deepEqual(await scan(), { state: 'pending' });
  });

  it('is the same at gcr.io', async () => {
    await start('eu.gcr.io');
    const path = 'acme/web';
    expectList('DISCOVERY', { occurrences: [{ discovery: { analysisStatus: 'PENDING' } }] }, { path });
    assert.deepEqual(await google.scan!(site.parts(token), imageAt(path)), { state: 'pending' });
  });

  it('is told to an access token alone, which no other host gets', async () => {
    const evil = { ...site.parts(token), registry: `${registry}.evil.example` };
    for (const parts of [site.parts(key), site.parts(), evil]) {
      const found = await google.scan!(parts, imageAt());
      assert.equal(found.state, 'unsupported');
      assert.match('reason' in found ? (found.reason ?? '') : '', /sign in as oauth2accesstoken/u);
    }
  });

  it('fails where Google refuses, in Google’s words and without the token', async () => {
    const message = `Container Analysis API has not been used in project 7 before or it is disabled. ${token.password}`;
    expectList('DISCOVERY', { error: { code: 403, message, status: 'PERMISSION_DENIED' } }, { status: 403 });
    const error = await failure(scan());
    assert.equal(error.code, 'denied');
    assert.match(error.message, /Container Analysis API has not been used/u);
    assert.doesNotMatch(error.message, /planted/u);
  });

  it('does not follow pages without an end', async () => {
    discovered(success);
    for (let page = 0; page < 20; page += 1)
      expectList('VULNERABILITY', { occurrences: [], nextPageToken: 'p' }, { pageToken: page === 0 ? '' : 'p' });
    assert.match((await failure(scan())).message, /more vulnerabilities of this image than are read/u);
  });

  for (const [what, answer] of [
    ['a list that is text', { occurrences: 'none' }],
    ['an occurrence that is text', { occurrences: ['CVE-1'] }],
    ['packages that are an object', { occurrences: [occurrence({ packageIssue: {} })] }],
    ['a version that is a number', { occurrences: [occurrence({ packageIssue: [{ affectedVersion: 7 }] })] }],
    ['links that are text', { occurrences: [occurrence({ relatedUrls: ['https://a.example'] })] }],
    ['a severity that is a number', { occurrences: [occurrence({ effectiveSeverity: 5 })] }],
    ['a token of a page that is a number', { nextPageToken: 7 }],
  ] as const)
    it(`refuses ${what}`, async () => {
      discovered(success);
      expectList('VULNERABILITY', answer);
      assert.equal((await failure(scan())).code, 'registry-error');
    });
});
