import assert from 'node:assert/strict';
import { CancelledError } from '../../../../src/base/index.ts';
import { parseTarget } from '../../../../src/reference/index.ts';
import { ecr, ecrCredential, ecrPlaceOf } from '../../../../src/registry/providers/ecr.ts';
import type { ProviderParts } from '../../../../src/registry/providers/provider.ts';
import { failure, finishAll } from '../scenario.ts';
import { apiOf } from './api.ts';
import { awsError, type AwsStep, scriptedAws } from './aws.ts';

const registryId = '123456789012';
const registry = `${registryId}.dkr.ecr.eu-central-1.amazonaws.com`;
const digest = `sha256:${'1'.repeat(64)}`;

describe('Amazon ECR', () => {
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
  const expecting = (...steps: AwsStep[]): ProviderParts => {
    const script = scriptedAws(...steps);
    ({ done } = script);
    return { ...parts, ecr: script.ecr };
  };

  it('owns the hosts of every partition, and none that looks like them', () => {
    for (const host of [
      registry,
      '123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com',
      '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn',
      '123456789012.dkr-ecr.eu-west-1.on.aws',
    ])
      assert.equal(ecr.owns(host), true, host);
    for (const host of [
      `${registry}.evil.example`,
      '12345.dkr.ecr.eu-central-1.amazonaws.com',
      '123456789012.dkr.ecr.eu-central-1.amazonaws.com:443',
      'x123456789012.dkr.ecr.eu-central-1.amazonaws.com',
      '123456789012.dkr.ecr.eu.central.amazonaws.com',
      'public.ecr.aws',
    ])
      assert.equal(ecr.owns(host), false, host);
    assert.deepEqual(ecrPlaceOf('123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com'), {
      registryId,
      region: 'us-gov-west-1',
      fips: true,
    });
  });

  it('makes a credential of an authorization token, which is not shown where it is none', async () => {
    const expiresAt = new Date('2026-01-05T12:00:00Z');
    const authorizationToken = Buffer.from('AWS:planted:pw').toString('base64');
    const data = { authorizationToken, expiresAt, proxyEndpoint: `https://${registry}` };
    const { ecr: api } = expecting(['getAuthorizationToken', undefined, { authorizationData: [data] }]);
    assert.deepEqual(await ecrCredential(api!, registry), {
      credential: { username: 'AWS', password: 'planted:pw' },
      expiresAt,
    });
    for (const broken of [{ authorizationData: [] }, { authorizationData: [{ authorizationToken: 'cGxhbnRlZA==' }] }]) {
      const { ecr: api } = expecting(['getAuthorizationToken', undefined, broken]);
      const error = await failure(ecrCredential(api!, registry));
      assert.equal(error.code, 'registry-error');
      assert.doesNotMatch(error.message, /planted|cGxh/u);
    }
  });

  it('lists the repositories of the account in the host, page by page, passing over pages without any', async () => {
    const browser = ecr.browse!(
      expecting(
        [
          'describeRepositories',
          { registryId, maxResults: 2 },
          { repositories: [{ repositoryName: 'other' }, { repositoryName: 'teams' }], nextToken: 't2' },
        ],
        [
          'describeRepositories',
          { registryId, maxResults: 2, nextToken: 't2' },
          { repositories: [{ repositoryName: 'team/api' }, { repositoryName: 'z' }], nextToken: 't3' },
        ],
        ['describeRepositories', { registryId, maxResults: 1_000, nextToken: 't3' }, { repositories: [] }],
      ),
    );
    const first = await browser.repositories('team', { limit: 2 });
    assert.deepEqual(first, { items: [{ repository: { registry, path: 'team/api' } }], next: 't3' });
    assert.deepEqual(await browser.repositories('team', { limit: 5_000, after: first.next }), { items: [] });
  });

  it('lists tags with digest, size and age, several of one image, without a size for an index', async () => {
    const imagePushedAt = new Date('2026-01-05T21:06:53Z');
    const browser = ecr.browse!(
      expecting([
        'describeImages',
        { registryId, repositoryName: 'team/api', filter: { tagStatus: 'TAGGED' }, maxResults: 100 },
        {
          imageDetails: [
            {
              registryId,
              repositoryName: 'team/api',
              imageDigest: digest,
              imageTags: ['1', 'latest'],
              imageSizeInBytes: 42,
              imagePushedAt,
              imageManifestMediaType: 'application/vnd.docker.distribution.manifest.v2+json',
            },
            {
              imageDigest: digest,
              imageTags: ['multi'],
              imageSizeInBytes: 42,
              imageManifestMediaType: 'application/vnd.oci.image.index.v1+json',
            },
          ],
          nextToken: 'more',
        },
      ]),
    );
    assert.deepEqual(await browser.remoteTags('team/api', {}), {
      items: [
        { name: '1', digest, sizeBytes: 42, pushedAt: imagePushedAt },
        { name: 'latest', digest, sizeBytes: 42, pushedAt: imagePushedAt },
        { name: 'multi', digest, platforms: [] },
      ],
      next: 'more',
    });
  });

  it('is looked through by the protocol without AWS', () => {
    assert.equal(ecr.browse!(parts), parts.lists);
  });

  it('says in its own words what AWS refuses, and cancels as everything else does', async () => {
    const refused = async (name: string, message: string) =>
      failure(
        ecr.browse!(
          expecting(['describeRepositories', { registryId, maxResults: 100 }, awsError(name, message)]),
        ).repositories(undefined, {}),
      );
    const none = await refused('CredentialsProviderError', 'Could not load credentials from any providers');
    assert.equal(none.code, 'unauthorized');
    assert.match(none.message, /no AWS credentials.*AWS_PROFILE/u);
    const expired = await refused('ExpiredTokenException', 'The security token included in the request is expired');
    assert.match(expired.message, /has expired/u);
    const denied = await refused(
      'AccessDeniedException',
      'User: x is not authorized to perform: ecr:DescribeRepositories',
    );
    assert.equal(denied.code, 'denied');
    assert.match(denied.message, /ecr:DescribeRepositories/u);
    assert.equal((await refused('ThrottlingException', 'Rate exceeded')).temporary, true);
    assert.equal((await refused('ServerException', 'oh')).code, 'registry-error');

    const script = expecting([
      'describeRepositories',
      { registryId, maxResults: 100 },
      awsError('AbortError', 'aborted'),
    ]);
    const cancelled = ecr.browse!(script).repositories(undefined, {}, AbortSignal.abort());
    await assert.rejects(cancelled, CancelledError);
  });

  it('says that a form it does not know is unexpected', async () => {
    const script = expecting(['describeRepositories', { registryId, maxResults: 100 }, { repositories: [{}] }]);
    const error = await failure(ecr.browse!(script).repositories(undefined, {}));
    assert.match(error.message, /unexpected form: its repositories\.0\.repositoryName/u);
  });

  describe('tells whether a tag is immutable', () => {
    const ask = async (tag: string, repository: object | Error | undefined) => {
      const answer = repository instanceof Error ? repository : { repositories: repository ? [repository] : [] };
      const script = expecting(['describeRepositories', { registryId, repositoryNames: ['team/api'] }, answer]);
      return (await ecr.mutability!(script, parseTarget(`${registry}/team/api:${tag}`))).kind;
    };
    const repositoryName = 'team/api';
    const excluding = (imageTagMutability: string, ...filters: string[]) => ({
      repositoryName,
      imageTagMutability,
      imageTagMutabilityExclusionFilters: filters.map((filter) => ({ filter, filterType: 'WILDCARD' })),
    });

    it('by each of the four settings', async () => {
      assert.equal(await ask('1', { repositoryName, imageTagMutability: 'MUTABLE' }), 'mutable');
      assert.equal(await ask('1', { repositoryName, imageTagMutability: 'IMMUTABLE' }), 'immutable');
      assert.equal(await ask('1', excluding('IMMUTABLE_WITH_EXCLUSION', 'dev-*')), 'immutable');
      assert.equal(await ask('dev-1', excluding('IMMUTABLE_WITH_EXCLUSION', 'x', 'dev-*')), 'mutable');
      assert.equal(await ask('v1', excluding('MUTABLE_WITH_EXCLUSION', 'v*')), 'immutable');
      assert.equal(await ask('1', excluding('MUTABLE_WITH_EXCLUSION', 'v*')), 'mutable');
    });

    it('with stars anywhere, dots that are dots, and no overlap of parts', async () => {
      const isExcluded = async (tag: string, filter: string) =>
        (await ask(tag, excluding('IMMUTABLE_WITH_EXCLUSION', filter))) === 'mutable';
      assert.equal(await isExcluded('a.b-c.d', '*.b*.d'), true);
      assert.equal(await isExcluded('latest', 'latest'), true);
      assert.equal(await isExcluded('latest2', 'latest'), false);
      assert.equal(await isExcluded('1x2', '1.2'), false);
      assert.equal(await isExcluded('ab', 'ab*b'), false);
    });

    it('not of a repository that does not exist yet, and not without AWS', async () => {
      assert.equal(await ask('1', awsError('RepositoryNotFoundException', 'The repository does not exist')), 'mutable');
      assert.equal(await ask('1', undefined), 'unknown');
      assert.equal((await ecr.mutability!(parts, parseTarget(`${registry}/team/api:1`))).kind, 'unknown');
    });
  });

  it('creates a repository, also one that somebody created in between', async () => {
    const input = { registryId, repositoryName: 'team/api' };
    await ecr.createRepository!(expecting(['createRepository', input, { repository: {} }]), 'team/api');
    done();
    const there = awsError('RepositoryAlreadyExistsException', 'already exists');
    await ecr.createRepository!(expecting(['createRepository', input, there]), 'team/api');
    done();
    const denied = awsError('AccessDeniedException', 'not authorized to perform: ecr:CreateRepository');
    const error = await failure(ecr.createRepository!(expecting(['createRepository', input, denied]), 'team/api'));
    assert.equal(error.code, 'denied');
    done();
    const none = await failure(ecr.createRepository!(parts, 'team/api'));
    assert.equal(none.code, 'unauthorized');
    assert.match(none.message, /aws sso login/u);
  });

  it('knows the web page of an image, where the console’s address is known', () => {
    assert.equal(
      ecr.webPage!(parseTarget(`${registry}/team/api:1`)),
      'https://eu-central-1.console.aws.amazon.com/ecr/repositories/private/123456789012/team/api?region=eu-central-1',
    );
    const china = '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/team/api:1';
    assert.equal(ecr.webPage!(parseTarget(china)), undefined);
  });

  it('explains its refusals', () => {
    const explain = (words: string, name = `${registry}/team/api:1`) => ecr.explain!(words, parseTarget(name));
    const missing = `name unknown: The repository with name 'team/api' does not exist in the registry with id '123456789012'`;
    assert.equal(explain(missing)?.code, 'repository-missing');
    assert.match(explain(missing)?.message ?? '', /no repository team\/api.*Create it/u);
    const doubled = explain(missing, `${registry}/${registry}/api:1`);
    assert.equal(doubled?.code, 'reference-invalid');
    assert.match(doubled.message, /twice/u);
    for (const words of [
      'denied: Your authorization token has expired. Reauthenticate and try again.',
      "Your Authorization Token has expired. Please run 'aws ecr get-login' to fetch a new one.",
    ])
      assert.equal(explain(words)?.code, 'token-expired');
    for (const words of [
      "tag invalid: The image tag '1' already exists in the 'team/api' repository and cannot be overwritten because the repository is immutable.",
      "TAG_INVALID: The image tag '1' already exists in the 'team/api' repository and cannot be overwritten because the tag is immutable.",
    ])
      assert.equal(explain(words)?.code, 'tag-immutable');
    const right = explain(
      'denied: User: arn:aws:iam::1:user/ci is not authorized to perform: ecr:InitiateLayerUpload on resource: arn:aws:ecr:x because no identity-based policy allows the ecr:InitiateLayerUpload action',
    );
    assert.equal(right?.code, 'denied');
    assert.match(right.message, /the right ecr:InitiateLayerUpload is missing/u);
    assert.equal(explain('no space left on device'), undefined);
  });
});
