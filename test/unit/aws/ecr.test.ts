import assert from 'node:assert/strict';
import { CancelledError } from '../../../src/base/index.ts';
import { openEcr, openEcrPublic } from '../../../src/aws/index.ts';
import { parseTarget } from '../../../src/reference/index.ts';
import { ecrCredential, ecrPublicCredential } from '../../../src/registry/index.ts';
import { ecrPublic } from '../../../src/registry/providers/ecr-public.ts';
import { ecr } from '../../../src/registry/providers/ecr.ts';
import type { ProviderParts } from '../../../src/registry/providers/provider.ts';
import { AwsRefusal, testKeys, tokenOf } from '../../support/aws-server.ts';
import { until } from '../../support/until.ts';
import { apiOf } from '../registry/providers/api.ts';
import { failure, finishAll } from '../registry/scenario.ts';
import {
  awsSurroundings,
  ecrOptions,
  options,
  registry,
  registryId,
  signedIn,
  type Surroundings,
} from './surroundings.ts';

const digest = `sha256:${'1'.repeat(64)}`;
const expiresAt = new Date('2026-01-05T12:00:00Z');

describe('Amazon ECR through AWS’s SDK', () => {
  let around: Surroundings;
  beforeEach(async () => {
    around = await awsSurroundings(signedIn);
  });
  afterEach(() => around.finish());

  it('gives a password for twelve hours, and the secret key stays here', async () => {
    around.aws.expect({ call: 'ecr GetAuthorizationToken', input: {}, answer: tokenOf('planted', expiresAt) });
    assert.deepEqual(await ecrCredential(openEcr(ecrOptions), registry), {
      credential: { username: 'AWS', password: 'planted' },
      expiresAt,
    });
    assert.match(around.aws.received(), /AKIDTEST/u);
    assert.equal(around.aws.received().includes(testKeys.secretAccessKey), false);
    assert.match(around.aws.userAgents[0] ?? '', /docker-push\/9\.9\.9/u);
  });

  it('is asked in the region of the host', async () => {
    const call = 'ecr GetAuthorizationToken';
    around.aws.expect({ call, region: 'cn-north-1', answer: tokenOf('planted', expiresAt) });
    await openEcr({ ...ecrOptions, region: 'cn-north-1' }).getAuthorizationToken();
  });

  describe('lists', () => {
    let parts: ProviderParts;
    beforeEach(async () => {
      parts = { ...(await apiOf(registry)).parts(), ecr: openEcr(ecrOptions) };
    });
    // The registry's own server is asked nothing: no header of AWS can get there.
    afterEach(finishAll);

    it('repositories, page by page', async () => {
      const repositories = [{ repositoryName: 'team/api', registryId, createdAt: 1_767_000_000.5 }];
      around.aws.expect(
        {
          call: 'ecr DescribeRepositories',
          input: { registryId, maxResults: 1 },
          answer: { repositories, nextToken: 't2' },
        },
        {
          call: 'ecr DescribeRepositories',
          input: { registryId, maxResults: 1, nextToken: 't2' },
          answer: { repositories: [{ repositoryName: 'web' }] },
        },
      );
      const browser = ecr.browse!(parts);
      const first = await browser.repositories(undefined, { limit: 1 });
      assert.deepEqual(first, { items: [{ repository: { registry, path: 'team/api' } }], next: 't2' });
      assert.deepEqual(await browser.repositories(undefined, { limit: 1, after: first.next }), {
        items: [{ repository: { registry, path: 'web' } }],
      });
    });

    it('tags with digest, size and age', async () => {
      const imageDetails = [
        { imageDigest: digest, imageTags: ['1', 'latest'], imageSizeInBytes: 7, imagePushedAt: 1_767_646_000.25 },
      ];
      around.aws.expect({
        call: 'ecr DescribeImages',
        input: { registryId, repositoryName: 'team/api', filter: { tagStatus: 'TAGGED' }, maxResults: 100 },
        answer: { imageDetails },
      });
      const common = { digest, sizeBytes: 7, pushedAt: new Date(1_767_646_000_250) };
      assert.deepEqual(await ecr.browse!(parts).remoteTags('team/api', {}), {
        items: [
          { name: '1', ...common },
          { name: 'latest', ...common },
        ],
      });
    });

    it('whether tags are immutable, of a repository that is not there either', async () => {
      const call = 'ecr DescribeRepositories';
      const input = { registryId, repositoryNames: ['team/api'] };
      around.aws.expect(
        { call, input, answer: { repositories: [{ repositoryName: 'team/api', imageTagMutability: 'IMMUTABLE' }] } },
        { call, input, answer: new AwsRefusal('RepositoryNotFoundException', 'The repository does not exist') },
      );
      const target = parseTarget(`${registry}/team/api:1`);
      assert.equal((await ecr.mutability!(parts, target)).kind, 'immutable');
      assert.equal((await ecr.mutability!(parts, target)).kind, 'mutable');
    });

    it('what a scan found, with its time, and that there was none', async () => {
      const call = 'ecr DescribeImageScanFindings';
      const input = { registryId, repositoryName: 'team/api', imageId: { imageDigest: digest }, maxResults: 1_000 };
      const finding = { name: 'CVE-1', severity: 'HIGH', attributes: [{ key: 'package_name', value: 'apt' }] };
      around.aws.expect(
        {
          call,
          input,
          answer: {
            imageScanStatus: { status: 'COMPLETE' },
            imageScanFindings: {
              imageScanCompletedAt: 1_767_646_000.25,
              findingSeverityCounts: { HIGH: 2 },
              findings: [finding],
            },
            nextToken: 't2',
          },
        },
        {
          call,
          input: { ...input, nextToken: 't2' },
          answer: { imageScanStatus: { status: 'COMPLETE' }, imageScanFindings: { findings: [finding] } },
        },
        { call, input, answer: new AwsRefusal('ScanNotFoundException', 'Image scan does not exist') },
      );
      const image = { repository: { registry, path: 'team/api' }, digest };
      const vulnerability = { id: 'CVE-1', package: 'apt', severity: 'high' };
      assert.deepEqual(await ecr.scan!(parts, image), {
        state: 'scanned',
        at: new Date(1_767_646_000_250),
        counts: { critical: 0, high: 2, medium: 0, low: 0, negligible: 0, unknown: 0 },
        vulnerabilities: [vulnerability, vulnerability],
      });
      assert.deepEqual(await ecr.scan!(parts, image), { state: 'not-scanned' });
    });

    it('nothing by itself, and creates a repository', async () => {
      const step = { call: 'ecr CreateRepository', input: { registryId, repositoryName: 'team/api' } };
      around.aws.expect(
        { ...step, answer: { repository: { repositoryName: 'team/api' } } },
        { ...step, answer: new AwsRefusal('RepositoryAlreadyExistsException', 'already exists') },
      );
      await ecr.createRepository!(parts, 'team/api');
      await ecr.createRepository!(parts, 'team/api');
    });
  });

  describe('says', () => {
    const refused = async (...refusals: AwsRefusal[]) => {
      around.aws.expect(...refusals.map((answer) => ({ call: 'ecr GetAuthorizationToken', answer })));
      return failure(ecrCredential(openEcr(ecrOptions), registry));
    };

    it('who was denied what', async () => {
      const words = 'User: arn:aws:iam::1:user/mira is not authorized to perform: ecr:GetAuthorizationToken';
      const { code, message } = await refused(new AwsRefusal('AccessDeniedException', words));
      assert.equal(code, 'denied');
      assert.match(message, /^AWS does not allow this\. User: .*ecr:GetAuthorizationToken/u);
    });

    it('that a sign-in is over, or not known', async () => {
      const over = new AwsRefusal('ExpiredTokenException', 'The security token included in the request is expired');
      assert.match((await refused(over)).message, /has expired.*aws sso login/u);
      const unknown = new AwsRefusal('UnrecognizedClientException', 'The security token is invalid.');
      assert.match((await refused(unknown)).message, /did not accept the credentials/u);
      const wrong = new AwsRefusal('InvalidSignatureException', 'The signature does not match', 403);
      assert.match((await refused(wrong)).message, /did not accept the credentials/u);
    });

    it('that it is busy, after the third time', async () => {
      const busy = new AwsRefusal('ThrottlingException', 'Rate exceeded');
      const error = await refused(busy, busy, busy);
      assert.equal(error.code, 'rate-limited');
      assert.equal(error.temporary, true);
    });

    it('nothing of a fault that passes', async () => {
      around.aws.expect(
        { call: 'ecr GetAuthorizationToken', answer: new AwsRefusal('ServerException', 'oh', 500) },
        { call: 'ecr GetAuthorizationToken', answer: tokenOf('planted', expiresAt) },
      );
      await ecrCredential(openEcr(ecrOptions), registry);
    });
  });

  it('ends when it is given up, while AWS is silent', async () => {
    const stop = new AbortController();
    around.aws.expect({ call: 'ecr GetAuthorizationToken', answer: 'silence' });
    const waiting = ecrCredential(openEcr(ecrOptions), registry, stop.signal);
    const given = assert.rejects(waiting, CancelledError);
    await until('AWS is asked', () => around.aws.count() === 1);
    stop.abort();
    await given;
    await assert.rejects(ecrCredential(openEcr(ecrOptions), registry, stop.signal), CancelledError);
  });
});

describe('Amazon ECR Public through AWS’s SDK', () => {
  let around: Surroundings;
  let parts: ProviderParts;
  beforeEach(async () => {
    around = await awsSurroundings(signedIn);
    parts = { ...(await apiOf('public.ecr.aws')).parts(), ecrPublic: openEcrPublic(options) };
  });
  afterEach(async () => {
    await finishAll();
    await around.finish();
  });

  it('gives a password, asked in its one region', async () => {
    const authorizationData = {
      authorizationToken: Buffer.from('AWS:planted').toString('base64'),
      expiresAt: expiresAt.getTime() / 1_000,
    };
    around.aws.expect({ call: 'ecr-public GetAuthorizationToken', input: {}, answer: { authorizationData } });
    assert.deepEqual(await ecrPublicCredential(openEcrPublic(options), 'public.ecr.aws'), {
      credential: { username: 'AWS', password: 'planted' },
      expiresAt,
    });
  });

  it('lists the account’s own, and creates a repository', async () => {
    const registries = [{ registryId, registryArn: 'arn', aliases: [{ name: 'acme' }] }];
    const own = { call: 'ecr-public DescribeRegistries', input: {}, answer: { registries } };
    around.aws.expect(
      {
        call: 'ecr-public DescribeRepositories',
        input: { maxResults: 100 },
        answer: { repositories: [{ repositoryName: 'api', repositoryUri: 'public.ecr.aws/acme/api' }] },
      },
      own,
      {
        call: 'ecr-public DescribeImageTags',
        input: { repositoryName: 'api', maxResults: 100 },
        answer: {
          imageTagDetails: [
            {
              imageTag: '1',
              createdAt: 1_767_646_000,
              imageDetail: { imageDigest: digest, imageSizeInBytes: 7, imagePushedAt: 1_767_646_001 },
            },
          ],
        },
      },
      own,
      { call: 'ecr-public CreateRepository', input: { repositoryName: 'web' }, answer: { repository: {} } },
    );
    const browser = ecrPublic.browse!(parts);
    assert.deepEqual(await browser.repositories(undefined, {}), {
      items: [{ repository: { registry: 'public.ecr.aws', path: 'acme/api' } }],
    });
    assert.deepEqual(await browser.remoteTags('acme/api', {}), {
      items: [{ name: '1', digest, sizeBytes: 7, pushedAt: new Date(1_767_646_001_000) }],
    });
    await ecrPublic.createRepository!(parts, 'acme/web');
  });
});
