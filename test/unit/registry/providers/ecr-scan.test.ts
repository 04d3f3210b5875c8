import assert from 'node:assert/strict';
import { CancelledError } from '../../../../src/base/index.ts';
import { ecr } from '../../../../src/registry/providers/ecr.ts';
import type { ProviderParts } from '../../../../src/registry/providers/provider.ts';
import { failure, finishAll } from '../scenario.ts';
import { apiOf } from './api.ts';
import { awsError, type AwsStep, scriptedAws } from './aws.ts';

const registryId = '123456789012';
const registry = `${registryId}.dkr.ecr.eu-central-1.amazonaws.com`;
const digest = `sha256:${'1'.repeat(64)}`;
const image = { repository: { registry, path: 'team/api' }, digest, tag: '1.0' };
const input = { registryId, repositoryName: 'team/api', imageId: { imageDigest: digest }, maxResults: 1_000 };
const none = { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0 };
const at = new Date('2026-01-05T12:00:00Z');

describe('the scan of Amazon ECR', () => {
  let parts: ProviderParts;
  let done: () => void;
  beforeEach(async () => {
    parts = (await apiOf(registry)).parts();
    done = () => undefined;
  });
  afterEach(async () => {
    await finishAll();
    done();
  });
  const scan = (...answers: unknown[]) => {
    const steps = answers.map((answer, index): AwsStep => {
      const more = index > 0 && { nextToken: `t${index}` };
      return ['describeImageScanFindings', { ...input, ...more }, answer];
    });
    const script = scriptedAws(...steps);
    ({ done } = script);
    return ecr.scan!({ ...parts, ecr: script.ecr }, image);
  };
  const answer = (imageScanFindings: unknown, status = 'COMPLETE') => ({
    ...{ registryId, repositoryName: 'team/api', imageId: { imageDigest: digest, imageTag: '1.0' } },
    imageScanStatus: { status, description: 'The scan was completed successfully.' },
    imageScanFindings,
  });

  it('tells what the basic scan found, with the package where it is told', async () => {
    const findings = [
      {
        name: 'CVE-2024-1',
        description: 'A flaw.',
        uri: 'https://security-tracker.debian.org/tracker/CVE-2024-1',
        severity: 'CRITICAL',
        attributes: [
          { key: 'package_version', value: '1.4.8' },
          { key: 'package_name', value: 'apt' },
          { key: 'CVSS2_SCORE', value: '9.3' },
        ],
      },
      { name: 'CVE-2024-2', uri: 'javascript:alert(1)', severity: 'INFORMATIONAL' },
    ];
    const found = await scan(
      answer({
        ...{ imageScanCompletedAt: at, vulnerabilitySourceUpdatedAt: at, findings },
        findingSeverityCounts: { CRITICAL: 1, INFORMATIONAL: 1 },
      }),
    );
    assert.deepEqual(found, {
      state: 'scanned',
      at,
      counts: { ...none, critical: 1, negligible: 1 },
      vulnerabilities: [
        {
          ...{ id: 'CVE-2024-1', package: 'apt', installed: '1.4.8', severity: 'critical', title: 'A flaw.' },
          link: 'https://security-tracker.debian.org/tracker/CVE-2024-1',
        },
        { id: 'CVE-2024-2', package: '', severity: 'negligible' },
      ],
    });
  });

  it('tells what Amazon Inspector found, one finding with all its packages', async () => {
    const details = {
      vulnerabilityId: 'CVE-2024-9681',
      sourceUrl: 'https://security-tracker.debian.org/tracker/CVE-2024-9681',
      referenceUrls: ['https://nvd.example/'],
      vulnerablePackages: [
        { name: 'curl', epoch: 1, version: '7.88.1', release: '10+deb12u8', fixedInVersion: '1:7.88.1-10+deb12u9' },
        { name: 'libcurl4', epoch: 1, version: '7.88.1', release: '10+deb12u8', fixedInVersion: 'NotAvailable' },
      ],
    };
    const enhanced = (packageVulnerabilityDetails: unknown) => ({
      ...{ awsAccountId: registryId, severity: 'MEDIUM', title: 'CVE-2024-9681 - curl', status: 'ACTIVE' },
      packageVulnerabilityDetails,
    });
    const plain = { vulnerabilityId: 'GHSA-1', vulnerablePackages: [{ name: 'lodash', epoch: 0, version: '4.17.20' }] };
    const found = await scan(
      answer(
        { findingSeverityCounts: { MEDIUM: 3 }, enhancedFindings: [details, plain, undefined].map(enhanced) },
        'ACTIVE',
      ),
    );
    const title = 'CVE-2024-9681 - curl';
    assert.deepEqual(found, {
      state: 'scanned',
      scanner: 'Amazon Inspector',
      counts: { ...none, medium: 3 },
      vulnerabilities: [
        {
          id: 'CVE-2024-9681',
          package: 'curl, libcurl4',
          installed: '1:7.88.1-10+deb12u8',
          fixed: '1:7.88.1-10+deb12u9',
          severity: 'medium',
          title,
          link: 'https://security-tracker.debian.org/tracker/CVE-2024-9681',
        },
        { id: 'GHSA-1', package: 'lodash', installed: '4.17.20', severity: 'medium', title },
      ],
    });
  });

  it('tells that nothing was found', async () => {
    for (const findings of [{ findingSeverityCounts: {}, findings: [] }, { findings: [] }, undefined])
      assert.deepEqual(await scan(answer(findings)), { state: 'scanned', counts: none, vulnerabilities: [] });
  });

  it('reads page by page, and counts itself where no counts are given', async () => {
    const page = (name: string, nextToken?: string) => ({
      ...answer({ findings: [{ name, severity: 'LOW' }] }),
      nextToken,
    });
    const found = await scan(page('CVE-1', 't1'), page('CVE-2', 't2'), page('CVE-3'));
    assert.deepEqual(found.state === 'scanned' && found.counts, { ...none, low: 3 });
    assert.deepEqual(found.state === 'scanned' && found.vulnerabilities.map(({ id }) => id), [
      'CVE-1',
      'CVE-2',
      'CVE-3',
    ]);
  });

  it('stops after ten pages, with the counts of all', async () => {
    const page = (index: number, counts?: object) => ({
      ...answer({ findings: [{ name: `CVE-${index}`, severity: 'LOW' }], findingSeverityCounts: counts }),
      nextToken: `t${index + 1}`,
    });
    const pages = (counts?: object) => Array.from({ length: 10 }, (_, index) => page(index, counts));
    const found = await scan(...pages({ LOW: 12_345 }));
    assert.equal(found.state === 'scanned' && found.vulnerabilities.length, 10);
    assert.deepEqual(found.state === 'scanned' && found.counts, { ...none, low: 12_345 });
    assert.match((await failure(scan(...pages()))).message, /more vulnerabilities of this image than are read/u);
  });

  it('tells the other states, with Amazon’s own reason', async () => {
    const state = (status: string, description?: string) => scan({ imageScanStatus: { status, description } });
    for (const status of ['IN_PROGRESS', 'PENDING'])
      assert.deepEqual(await state(status, 'The scan is pending.'), { state: 'pending' });
    assert.deepEqual(await state('FAILED'), { state: 'failed' });
    const why = 'UnsupportedImageError: The operating system\nis not supported.';
    const reason = 'UnsupportedImageError: The operating system is not supported.';
    assert.deepEqual(await state('FAILED', why), { state: 'failed', reason });
    assert.deepEqual(await state('UNSUPPORTED_IMAGE', why), { state: 'unsupported', reason });
    for (const [status, expected] of [
      ['FINDINGS_UNAVAILABLE', 'failed'],
      ['LIMIT_EXCEEDED', 'failed'],
      ['SCAN_ELIGIBILITY_EXPIRED', 'unsupported'],
      ['IMAGE_ARCHIVED', 'unsupported'],
    ] as const) {
      const found = await state(status);
      assert.equal(found.state, expected);
      assert.ok('reason' in found && found.reason, status);
    }
    assert.deepEqual(await scan(awsError('ScanNotFoundException', 'Image scan does not exist for …')), {
      state: 'not-scanned',
    });
    assert.match((await failure(state('DREAMING'))).message, /not known here: “DREAMING”/u);
    assert.match((await failure(scan({}))).message, /not known here: “nothing”/u);
  });

  it('is not to be had without a sign-in to AWS', async () => {
    const found = await ecr.scan!(parts, image);
    assert.equal(found.state, 'unsupported');
    assert.match('reason' in found ? (found.reason ?? '') : '', /signed in to AWS on this machine\. Sign in/u);
  });

  it('fails where AWS refuses, has no such image, or a later page is refused', async () => {
    const denied = awsError(
      'AccessDeniedException',
      'User: x is not authorized to perform: ecr:DescribeImageScanFindings',
    );
    assert.equal((await failure(scan(denied))).code, 'denied');
    const missing = awsError('ImageNotFoundException', 'The image with imageId … does not exist');
    assert.match((await failure(scan(missing))).message, /does not exist/u);
    const first = { ...answer({ findings: [{ name: 'CVE-1', severity: 'LOW' }] }), nextToken: 't1' };
    assert.equal((await failure(scan(first, denied))).code, 'denied');
  });

  it('is cancelled', async () => {
    const signal = AbortSignal.abort();
    const api = { describeImageScanFindings: () => Promise.reject(awsError('AbortError', 'Request aborted')) };
    const cancelled = ecr.scan!({ ...parts, ecr: api as unknown as ProviderParts['ecr'] }, image, signal);
    await assert.rejects(cancelled, CancelledError);
  });

  for (const [what, findings] of [
    ['findings that are text', { findings: 'none' }],
    ['a finding that is text', { findings: ['CVE-1'] }],
    ['attributes that are an object', { findings: [{ name: 'CVE-1', attributes: {} }] }],
    ['counts that are text', { findingSeverityCounts: { HIGH: '7' } }],
    ['counts without an end', { findingSeverityCounts: { HIGH: 1e300 } }],
    ['a package that is text', { enhancedFindings: [{ packageVulnerabilityDetails: { vulnerablePackages: ['a'] } }] }],
    ['more than is read of one image', { findings: Array.from({ length: 100_001 }, () => ({})) }],
  ] as const)
    it(`refuses ${what}`, async () => {
      assert.equal((await failure(scan(answer(findings)))).code, 'registry-error');
    });
});
