import assert from 'node:assert/strict';
import type { Credential } from '../../../../src/credentials/index.ts';
import { quay } from '../../../../src/registry/providers/quay.ts';
import { failure, finishAll } from '../scenario.ts';
import { apiOf, type ScriptedApi } from './api.ts';

const token = { username: '$oauthtoken', password: 'oauth_planted' };
const robot = { username: 'acme+ci', password: 'robot_planted' };
const digest = `sha256:${'b'.repeat(64)}`;
const image = { repository: { registry: 'quay.io', path: 'acme/team/api' }, digest };
const request = `GET /api/v1/repository/acme/team/api/manifest/${digest}/security?vulnerabilities=true`;
const none = { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0 };

describe('Quay’s scan', () => {
  let site: ScriptedApi;
  beforeEach(async () => {
    site = await apiOf('quay.io');
  });
  afterEach(finishAll);
  const scan = (body: object, status = 200, credential: Credential | 'none' = token) => {
    // A robot's token opens the registry and not the API, so the API never sees it.
    const authorization = credential === token ? `Bearer ${token.password}` : undefined;
    site.server.expect({ request, headers: { host: 'quay.io', authorization }, answer: { status, body } });
    return quay.scan!(site.parts(credential === 'none' ? undefined : credential), image);
  };
  const scanned = (Features: unknown) => ({
    status: 'scanned',
    data: { Layer: { Name: digest, ParentName: '', NamespaceName: '', IndexedByVersion: 4, Features } },
  });
  const feature = (...Vulnerabilities: unknown[]) => ({
    ...{ Name: 'curl', Version: '7.88.1', VersionFormat: '', NamespaceName: '', AddedBy: digest },
    Vulnerabilities,
  });

  it('tells what was found in each package, and counts it', async () => {
    const flaw = { NamespaceName: 'debian:12', Metadata: { NVD: { CVSSv3: { Score: 7.5 } } } };
    const found = await scan(
      scanned([
        feature(
          {
            ...{ ...flaw, Name: 'CVE-2024-1', Severity: 'High', Description: 'A flaw.', FixedBy: '7.88.2' },
            Link: 'javascript:alert(1) https://a.example/1  https://b.example/1',
          },
          { ...flaw, Name: 'CVE-2024-2', Severity: 'Defcon1', Description: '', FixedBy: '', Link: '' },
        ),
        { ...feature(), Name: 'zlib', Vulnerabilities: null },
        feature({ Name: 'CVE-2024-3', Severity: 'Unknown', Link: null, FixedBy: null, Description: null }),
      ]),
    );
    const curl = { package: 'curl', installed: '7.88.1' };
    assert.deepEqual(found, {
      state: 'scanned',
      counts: { ...none, critical: 1, high: 1, unknown: 1 },
      vulnerabilities: [
        {
          ...{ id: 'CVE-2024-1', ...curl, fixed: '7.88.2', severity: 'high', title: 'A flaw.' },
          link: 'https://a.example/1',
        },
        { id: 'CVE-2024-2', ...curl, severity: 'critical' },
        { id: 'CVE-2024-3', ...curl, severity: 'unknown' },
      ],
    });
  });

  it('tells that nothing was found', async () => {
    assert.deepEqual(await scan(scanned([])), { state: 'scanned', counts: none, vulnerabilities: [] });
  });

  it('tells the other states', async () => {
    assert.deepEqual(await scan({ status: 'queued', data: null }), { state: 'pending' });
    assert.deepEqual(await scan({ status: 'failed', data: null }), { state: 'failed' });
    assert.deepEqual(await scan({ status: 'unsupported', data: null }), { state: 'unsupported' });
    const tooLarge = await scan({ status: 'manifest_layer_too_large', data: null });
    assert.deepEqual(tooLarge, { state: 'unsupported', reason: 'A layer is too large for its scanner.' });
    const unknown = { detail: 'Not Found', error_type: 'not_found', title: 'not_found', status: 404 };
    assert.deepEqual(await scan(unknown, 404), { state: 'not-scanned' });
    assert.match((await failure(scan({ status: 'dreaming', data: null }))).message, /not known here: “dreaming”/u);
  });

  it('is public where the image is', async () => {
    for (const credential of [robot, 'none'] as const)
      assert.equal((await scan({ status: 'queued', data: null }, 200, credential)).state, 'pending');
  });

  it('says who may see that of a private image', async () => {
    const body = {
      detail: 'Requires authentication',
      error_type: 'invalid_token',
      title: 'invalid_token',
      status: 401,
    };
    for (const credential of [robot, 'none'] as const)
      for (const status of [401, 403]) {
        const error = await failure(scan(body, status, credential));
        assert.equal(error.code, 'unauthorized');
        assert.match(error.message, /OAuth access token alone: sign in as \$oauthtoken/u);
      }
    assert.equal((await failure(scan(body, 403))).code, 'denied');
    assert.doesNotMatch((await failure(scan(body, 401))).message, /planted|alone/u);
  });

  for (const [what, body] of [
    ['no state', { data: null }],
    ['a state that is a list', { status: ['scanned'] }],
    ['nothing of what was scanned', { status: 'scanned', data: null }],
    ['no list of packages', { status: 'scanned', data: { Layer: {} } }],
    ['packages that are text', scanned('all')],
    ['a package that is text', scanned(['curl'])],
    ['vulnerabilities that are an object', scanned([{ ...feature(), Vulnerabilities: {} }])],
    ['a severity that is a number', scanned([feature({ Name: 'CVE-1', Severity: 9 })])],
    ['more than is read of one image', scanned([feature(...Array.from({ length: 100_001 }, () => ({})))])],
  ] as const)
    it(`refuses ${what}`, async () => {
      assert.equal((await failure(scan(body))).code, 'registry-error');
    });
});
