import assert from 'node:assert/strict';
import { parseTarget } from '../../../../src/reference/index.ts';
import { ecrPublic, ecrPublicCredential } from '../../../../src/registry/providers/ecr-public.ts';
import type { ProviderParts } from '../../../../src/registry/providers/provider.ts';
import { failure, finishAll } from '../scenario.ts';
import { apiOf } from './api.ts';
import { awsError, type AwsStep, scriptedAws } from './aws.ts';

const registry = 'public.ecr.aws';
const digest = `sha256:${'2'.repeat(64)}`;
const own: AwsStep = [
  'describeRegistries',
  {},
  { registries: [{ registryId: '123456789012', aliases: [{ name: 'k5n6o2s4' }, { name: 'acme' }] }] },
];

describe('Amazon ECR Public', () => {
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
    return { ...parts, ecrPublic: script.ecrPublic };
  };

  it('owns its two names, and no other that looks like them', () => {
    assert.equal(ecrPublic.owns('public.ecr.aws'), true);
    assert.equal(ecrPublic.owns('ecr-public.aws.com'), true);
    for (const host of ['public.ecr.aws.evil.example', 'xpublic.ecr.aws', 'ecr.aws', 'public.ecr.aws:443'])
      assert.equal(ecrPublic.owns(host), false, host);
  });

  it('makes a credential of an authorization token, which is no list here', async () => {
    const expiresAt = new Date('2026-01-05T12:00:00Z');
    const authorizationData = { authorizationToken: Buffer.from('AWS:planted').toString('base64'), expiresAt };
    const { ecrPublic: api } = expecting(['getAuthorizationToken', undefined, { authorizationData }]);
    assert.deepEqual(await ecrPublicCredential(api!, registry), {
      credential: { username: 'AWS', password: 'planted' },
      expiresAt,
    });
  });

  it('lists the account’s own repositories under their alias, page by page', async () => {
    const browser = ecrPublic.browse!(
      expecting(
        [
          'describeRepositories',
          { maxResults: 1 },
          { repositories: [{ repositoryName: 'api', repositoryUri: 'public.ecr.aws/acme/api' }], nextToken: 't2' },
        ],
        [
          'describeRepositories',
          { maxResults: 1, nextToken: 't2' },
          { repositories: [{ repositoryName: 'x/web', repositoryUri: 'public.ecr.aws/acme/x/web' }] },
        ],
      ),
    );
    const first = await browser.repositories('acme', { limit: 1 });
    assert.deepEqual(first, { items: [{ repository: { registry, path: 'acme/api' } }], next: 't2' });
    assert.deepEqual(await browser.repositories('acme', { limit: 1, after: first.next }), {
      items: [{ repository: { registry, path: 'acme/x/web' } }],
    });
  });

  it('lists tags with digest, size and age, asking for the aliases once', async () => {
    const imagePushedAt = new Date('2026-01-05T21:06:53Z');
    const createdAt = new Date('2026-01-04T21:06:53Z');
    const browser = ecrPublic.browse!(
      expecting(
        own,
        [
          'describeImageTags',
          { repositoryName: 'x/web', maxResults: 100 },
          {
            imageTagDetails: [
              { imageTag: '1', createdAt, imageDetail: { imageDigest: digest, imageSizeInBytes: 7, imagePushedAt } },
              {
                imageTag: 'multi',
                createdAt,
                imageDetail: {
                  imageDigest: digest,
                  imageSizeInBytes: 7,
                  imageManifestMediaType: 'application/vnd.docker.distribution.manifest.list.v2+json',
                },
              },
            ],
            nextToken: 't2',
          },
        ],
        [
          'describeImageTags',
          { repositoryName: 'x/web', maxResults: 100, nextToken: 't2' },
          { imageTagDetails: [{ imageTag: 'bare' }] },
        ],
      ),
    );
    const first = await browser.remoteTags('acme/x/web', {});
    assert.deepEqual(first, {
      items: [
        { name: '1', digest, sizeBytes: 7, pushedAt: imagePushedAt },
        { name: 'multi', digest, pushedAt: createdAt, platforms: [] },
      ],
      next: 't2',
    });
    assert.deepEqual(await browser.remoteTags('acme/x/web', { after: first.next }), { items: [{ name: 'bare' }] });
  });

  it('never takes its own repository for another’s of the same name: that is listed by the protocol', async () => {
    const page = { items: [{ name: '1' }] };
    const asked: unknown[] = [];
    const lists = {
      ...parts.lists,
      remoteTags: (...given: unknown[]) => {
        asked.push(given[0]);
        return Promise.resolve(page);
      },
    };
    assert.equal(await ecrPublic.browse!({ ...expecting(own), lists }).remoteTags('nginx/web', {}), page);
    assert.deepEqual(asked, ['nginx/web']);
    const creating = await failure(ecrPublic.createRepository!(expecting(own), 'nginx/web'));
    assert.equal(creating.code, 'denied');
    assert.match(creating.message, /nginx is no alias of the AWS account/u);
  });

  it('says before that what it creates is public at once, and whose right that takes', () => {
    const { seenBy, by } = ecrPublic.creation!({ registry: 'public.ecr.aws', path: 'acme/x' })!;
    assert.match(seenBy!, /public at once/u);
    assert.match(by!, /AWS/u);
  });

  it('creates a repository without the alias in its name', async () => {
    await ecrPublic.createRepository!(
      expecting(own, ['createRepository', { repositoryName: 'x/web' }, { repository: {} }]),
      'acme/x/web',
    );
    done();
    const there = awsError('RepositoryAlreadyExistsException', 'already exists');
    await ecrPublic.createRepository!(expecting(own, ['createRepository', { repositoryName: 'x' }, there]), 'acme/x');
  });

  it('is looked through by the protocol without AWS', () => {
    assert.equal(ecrPublic.browse!(parts), parts.lists);
  });

  it('knows the web page of an image, and its refusals', () => {
    const target = parseTarget('public.ecr.aws/acme/api:1');
    assert.equal(ecrPublic.webPage!(target), 'https://gallery.ecr.aws/acme/api');
    const missing = `name unknown: The repository with name 'api' does not exist in the registry with id '1'`;
    assert.equal(ecrPublic.explain!(missing, target)?.code, 'repository-missing');
    const right = ecrPublic.explain!(
      'not authorized to perform: ecr-public:InitiateLayerUpload on resource: x',
      target,
    );
    assert.match(right?.message ?? '', /the right ecr-public:InitiateLayerUpload is missing/u);
  });
});
