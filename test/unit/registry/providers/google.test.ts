import assert from 'node:assert/strict';
import { parseTarget } from '../../../../src/reference/index.ts';
import { google } from '../../../../src/registry/providers/google.ts';
import { failure, finishAll } from '../scenario.ts';
import { apiOf, type ScriptedApi } from './api.ts';

const registry = 'europe-west1-docker.pkg.dev';
const api = 'artifactregistry.googleapis.com';
const parent = 'projects/acme/locations/europe-west1';
const token = { username: 'oauth2accesstoken', password: 'ya29.planted' };
const key = { username: '_json_key', password: '{"private_key":"planted"}' };
const headers = { host: api, authorization: `Bearer ${token.password}` };
const digest = `sha256:${'3'.repeat(64)}`;

describe('Google Artifact Registry', () => {
  let site: ScriptedApi;
  beforeEach(async () => {
    site = await apiOf(registry, [api]);
  });
  afterEach(finishAll);
  const expectGet = (path: string, body: object, status = 200) =>
    site.server.expect({ request: `GET /v1/${path}`, headers, answer: { status, body } });

  it('owns its hosts, and none that looks like them', () => {
    for (const host of [registry, 'us-docker.pkg.dev', 'northamerica-northeast1-docker.pkg.dev', 'gcr.io', 'eu.gcr.io'])
      assert.equal(google.owns(host), true, host);
    for (const host of [
      `${registry}.evil.example`,
      'docker.pkg.dev',
      'us-maven.pkg.dev',
      'evil.us-docker.pkg.dev',
      'mirror.gcr.io',
      'xgcr.io',
      'us-docker.pkg.dev:443',
    ])
      assert.equal(google.owns(host), false, host);
  });

  it('is looked through by the protocol with a key, without a sign-in, and at gcr.io', async () => {
    for (const parts of [site.parts(key), site.parts(), { ...site.parts(token), registry: 'gcr.io' }])
      assert.equal(google.browse!(parts), parts.lists);
    const error = await failure(google.createRepository!(site.parts(key), 'acme/apps'));
    assert.equal(error.code, 'unauthorized');
    assert.match(error.message, /oauth2accesstoken/u);
    assert.doesNotMatch(error.message, /planted/u);
  });

  it('lists the images of every repository for images in a project, one after the other', async () => {
    const browser = google.browse!(site.parts(token));
    const repositories = () => {
      expectGet(`${parent}/repositories?pageSize=1000`, {
        repositories: [
          { name: `${parent}/repositories/web`, format: 'DOCKER' },
          { name: `${parent}/repositories/jars`, format: 'MAVEN' },
        ],
        nextPageToken: 'r2',
      });
      expectGet(`${parent}/repositories?pageSize=1000&pageToken=r2`, {
        repositories: [{ name: `${parent}/repositories/apps`, format: 'DOCKER' }],
      });
    };
    const packages = (repository: string, more: string) =>
      `${parent}/repositories/${repository}/packages?pageSize=2${more}`;
    repositories();
    expectGet(packages('apps', ''), {
      packages: [
        { name: `${parent}/repositories/apps/packages/api`, updateTime: '2026-01-05T21:06:53.506400Z' },
        { name: `${parent}/repositories/apps/packages/team%2Fweb` },
      ],
      nextPageToken: 'p2',
    });
    const first = await browser.repositories('acme', { limit: 2 });
    assert.deepEqual(first.items, [
      { repository: { registry, path: 'acme/apps/api' }, updatedAt: new Date('2026-01-05T21:06:53.506Z') },
      { repository: { registry, path: 'acme/apps/team/web' } },
    ]);
    // The rest of the first repository is empty: the second is shown in its stead.
    repositories();
    expectGet(packages('apps', '&pageToken=p2'), {});
    repositories();
    expectGet(packages('web', ''), { packages: [{ name: `${parent}/repositories/web/packages/site` }] });
    assert.deepEqual(await browser.repositories('acme', { limit: 2, after: first.next }), {
      items: [{ repository: { registry, path: 'acme/web/site' } }],
    });
  });

  it('lists one repository, or a part of it, without asking for the others', async () => {
    expectGet(`${parent}/repositories/apps/packages?pageSize=100`, {
      packages: [
        { name: `${parent}/repositories/apps/packages/teams` },
        { name: `${parent}/repositories/apps/packages/team%2Fweb` },
      ],
      nextPageToken: '',
    });
    assert.deepEqual(await google.browse!(site.parts(token)).repositories('acme/apps/team', {}), {
      items: [{ repository: { registry, path: 'acme/apps/team/web' } }],
    });
    const error = await failure(google.browse!(site.parts(token)).repositories(undefined, {}));
    assert.match(error.message, /add europe-west1-docker\.pkg\.dev\/PROJECT/u);
  });

  it('lists tags with digest, size and age, page by page, passing over what has no tag', async () => {
    const versions = `${parent}/repositories/apps/packages/team%2Fweb/versions`;
    const version = (more: object) => ({ name: `${versions}/${digest}`, createTime: '2026-01-05T21:06:53Z', ...more });
    const tags = (...names: string[]) => names.map((name) => ({ name: `${versions}/../tags/${name}` }));
    expectGet(`${versions}?view=FULL&pageSize=100`, { versions: [version({})], nextPageToken: 'v2' });
    expectGet(`${versions}?view=FULL&pageSize=100&pageToken=v2`, {
      versions: [
        version({
          relatedTags: tags('1', 'latest'),
          metadata: { imageSizeBytes: '42', mediaType: 'application/vnd.oci.image.manifest.v1+json' },
        }),
        version({
          relatedTags: tags('multi'),
          metadata: { imageSizeBytes: '7', mediaType: 'application/vnd.oci.image.index.v1+json' },
        }),
      ],
    });
    const pushedAt = new Date('2026-01-05T21:06:53Z');
    assert.deepEqual(await google.browse!(site.parts(token)).remoteTags('acme/apps/team/web', {}), {
      items: [
        { name: '1', digest, sizeBytes: 42, pushedAt },
        { name: 'latest', digest, sizeBytes: 42, pushedAt },
        { name: 'multi', digest, pushedAt, platforms: [] },
      ],
    });
  });

  it('tells a refusal with Google’s words, and without the token that they repeat', async () => {
    const message = `Permission denied for ${token.password}.`;
    const packages = `${parent}/repositories/apps/packages?pageSize=100`;
    expectGet(packages, { error: { code: 403, message, status: 'PERMISSION_DENIED' } }, 403);
    const error = await failure(google.browse!(site.parts(token)).repositories('acme/apps', {}));
    assert.equal(error.code, 'denied');
    assert.match(error.message, /Permission denied for/u);
    assert.doesNotMatch(error.message, /planted/u);
  });

  it('tells whether tags are immutable, not of a repository that does not exist yet, and not without a token', async () => {
    const ask = async (credential = token) =>
      (await google.mutability!(site.parts(credential), parseTarget(`${registry}/acme/apps/team/web:1`))).kind;
    const settings = (body: object, status?: number) => expectGet(`${parent}/repositories/apps`, body, status);
    settings({ dockerConfig: { immutableTags: true } });
    assert.equal(await ask(), 'immutable');
    settings({ dockerConfig: {} });
    assert.equal(await ask(), 'mutable');
    settings({});
    assert.equal(await ask(), 'mutable');
    settings({}, 404);
    assert.equal(await ask(), 'mutable');
    settings({}, 403);
    await assert.rejects(ask(), { code: 'denied' });
    assert.equal(await ask(key), 'unknown');
  });

  it('creates the repository and not the image in it, and none on gcr.io', () => {
    const what = (registry: string) => google.creation!({ registry, path: 'acme/apps/team/web' })?.what;
    assert.equal(what('europe-west1-docker.pkg.dev'), 'the repository acme/apps');
    assert.equal(what('gcr.io'), undefined);
  });

  describe('creates a repository', () => {
    const name = `${parent}/operations/5b1f`;
    const creation = (body: object, status = 200) =>
      site.server.expect({
        request: `POST /v1/${parent}/repositories?repositoryId=apps`,
        headers,
        body: JSON.stringify({ format: 'DOCKER' }),
        answer: { status, body },
      });
    const create = async () => {
      const pauses: number[] = [];
      const clock = { now: () => 0, sleep: (pause: number) => Promise.resolve(void pauses.push(pause)) };
      await google.createRepository!({ ...site.parts(token), clock }, 'acme/apps/team/web');
      return pauses;
    };

    it('and waits until it is there', async () => {
      creation({ name });
      expectGet(name, { name });
      expectGet(name, { name, done: true, response: {} });
      assert.deepEqual(await create(), [1_000, 1_000]);
    });

    it('also one that is there already', async () => {
      creation({ error: { code: 409, status: 'ALREADY_EXISTS' } }, 409);
      assert.deepEqual(await create(), []);
    });

    it('and says that it failed, or that it asks for another place', async () => {
      creation({ name, done: true, error: { code: 7, message: 'no' } });
      await assert.rejects(create(), /acme\/apps was not created/u);
      creation({ name: 'projects/acme/../../v2/steal' });
      await assert.rejects(create(), /unexpected form: its name/u);
    });
  });

  it('knows the web page of an image', () => {
    assert.equal(
      google.webPage!(parseTarget(`${registry}/acme/apps/team/web:1`)),
      'https://console.cloud.google.com/artifacts/docker/acme/europe-west1/apps/team%2Fweb?project=acme',
    );
    assert.equal(google.webPage!(parseTarget('gcr.io/acme/web:1')), undefined);
  });

  it('explains its refusals', () => {
    const target = parseTarget(`${registry}/acme/apps/web:1`);
    const explain = (words: string) => google.explain!(words, target);
    const codes = (...words: string[]) => words.map((said) => explain(said)?.code);
    assert.deepEqual(
      codes(
        'manifest invalid: cannot update tag 1. The repository has enabled tag immutability',
        'name unknown: Repository "apps" not found',
        'NAME_INVALID: Missing image name. Pushes should be of the form docker push HOST-NAME/PROJECT-ID/REPOSITORY/IMAGE',
        'denied: Unauthenticated request. Unauthenticated requests do not have permission "artifactregistry.repositories.uploadArtifacts" on resource "projects/acme/locations/europe-west1/repositories/apps" (or it may not exist)',
        "unauthorized: You don't have the needed permissions to perform this operation, and you may have invalid credentials.",
        'denied: Permission "artifactregistry.repositories.uploadArtifacts" denied on resource "projects/acme/locations/europe-west1/repositories/apps" (or it may not exist)',
        'no space left on device',
      ),
      ['tag-immutable', 'repository-missing', 'reference-invalid', 'unauthorized', 'unauthorized', 'denied', undefined],
    );
    assert.match(explain('Repository "apps" not found')?.message ?? '', /no repository acme\/apps in europe-west1/u);
  });
});
