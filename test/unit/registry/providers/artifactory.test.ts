import assert from 'node:assert/strict';
import { parseTarget } from '../../../../src/reference/index.ts';
import { artifactory } from '../../../../src/registry/providers/artifactory.ts';
import { failure, finishAll } from '../scenario.ts';
import { apiOf, type ScriptedApi } from './api.ts';

const registry = 'acme.jfrog.io';
const mira = { username: 'mira', password: 'cm.planted' };
const headers = { host: registry, authorization: `Basic ${Buffer.from('mira:cm.planted').toString('base64')}` };

describe('JFrog Artifactory', () => {
  let site: ScriptedApi;
  beforeEach(async () => {
    site = await apiOf(registry);
  });
  afterEach(finishAll);
  const expectGet = (path: string, body: object, link?: string) =>
    site.server.expect({
      request: `GET /artifactory/api/${path}`,
      headers,
      answer: { status: 200, body, ...(link !== undefined && { headers: { link } }) },
    });

  it('owns the hosts of its cloud, and none that looks like them', () => {
    for (const host of [registry, 'docker-local-acme.jfrog.io']) assert.equal(artifactory.owns(host), true, host);
    for (const host of [
      'acme.jfrog.io.evil.example',
      'jfrog.io',
      'evil.acme.jfrog.io',
      '-acme.jfrog.io',
      'acme.jfrog.io:443',
      'artifactory.example.com',
    ])
      assert.equal(artifactory.owns(host), false, host);
  });

  it('lists the images of every repository for Docker, one after the other', async () => {
    const browser = artifactory.browse!(site.parts(mira));
    const keys = () => {
      expectGet('repositories?packageType=docker', [
        { key: 'docker-prod', type: 'LOCAL', packageType: 'Docker' },
        { key: 'docker-local', type: 'LOCAL', packageType: 'Docker' },
      ]);
    };
    keys();
    expectGet(
      'docker/docker-local/v2/_catalog?n=2',
      { repositories: ['busybox', 'team/api'] },
      '</v2/_catalog?last=2&n=2>; rel="next"',
    );
    const first = await browser.repositories(undefined, { limit: 2 });
    assert.deepEqual(first.items, [
      { repository: { registry, path: 'docker-local/busybox' } },
      { repository: { registry, path: 'docker-local/team/api' } },
    ]);
    keys();
    expectGet('docker/docker-local/v2/_catalog?n=2&last=2', { repositories: ['web'] });
    const second = await browser.repositories(undefined, { limit: 2, after: first.next });
    assert.deepEqual(second.items, [{ repository: { registry, path: 'docker-local/web' } }]);
    keys();
    expectGet('docker/docker-prod/v2/_catalog?n=2', { repositories: ['site'] });
    assert.deepEqual(await browser.repositories(undefined, { limit: 2, after: second.next }), {
      items: [{ repository: { registry, path: 'docker-prod/site' } }],
    });
  });

  it('lists one repository, or a part of it, without asking for the others', async () => {
    expectGet('docker/docker-local/v2/_catalog?n=100', { repositories: ['teams', 'team/api'] });
    assert.deepEqual(await artifactory.browse!(site.parts(mira)).repositories('docker-local/team', {}), {
      items: [{ repository: { registry, path: 'docker-local/team/api' } }],
    });
  });

  it('lists tags by the protocol, and repositories too where its catalogs are not for the account', async () => {
    const page = { items: [{ repository: { registry, path: 'api' } }] };
    const tags = { items: [{ name: '1' }] };
    const parts = site.parts(mira, {
      repositories: () => Promise.resolve(page),
      remoteTags: () => Promise.resolve(tags),
    });
    const browser = artifactory.browse!(parts);
    assert.equal(await browser.remoteTags('docker-local/api', {}), tags);
    for (const status of [401, 403, 404]) {
      const request = 'GET /artifactory/api/repositories?packageType=docker';
      site.server.expect({ request, headers, answer: { status, body: { errors: [{ status }] } } });
      assert.equal(await browser.repositories(undefined, {}), page);
    }
    assert.equal(await browser.repositories(undefined, { after: 'last=a&n=100' }), page);
  });

  it('asks without a name where nobody is signed in, and tells a failure without the token', async () => {
    const request = 'GET /artifactory/api/repositories?packageType=docker';
    site.server.expect({ request, headers: { authorization: undefined }, answer: { status: 200, body: [] } });
    assert.deepEqual(await artifactory.browse!(site.parts()).repositories(undefined, {}), { items: [] });
    const body = { errors: [{ status: 500, message: `Out of order for ${mira.password}` }] };
    site.server.expect({ request, headers, answer: { status: 500, body } });
    const failed = await failure(artifactory.browse!(site.parts(mira)).repositories(undefined, {}));
    assert.match(failed.message, /Out of order/u);
    assert.doesNotMatch(failed.message, /planted/u);
  });

  it('knows the web page of an image', () => {
    const page = (name: string) => artifactory.webPage!(parseTarget(name));
    assert.equal(page(`${registry}/docker/team/api:1`), `https://${registry}/ui/repos/tree/General/docker/team/api/1`);
    assert.equal(page('docker-acme.jfrog.io/api:1'), undefined);
  });

  it('explains its refusals', () => {
    const explain = (words: string) => artifactory.explain!(words, parseTarget(`${registry}/docker-local/api:1`));
    const deploy = explain('unauthorized: User is unauthorized to upload to docker-local/api/_uploads');
    assert.equal(deploy?.code, 'denied');
    assert.match(deploy.message, /may not deploy to docker-local/u);
    const replace = explain('MANIFEST_INVALID: manifest invalid; map[description:HTTP 403 Forbidden]');
    assert.equal(replace?.code, 'denied');
    assert.match(replace.message, /may not replace acme\.jfrog\.io\/docker-local\/api:1/u);
    assert.equal(explain('manifest invalid: manifest invalid'), undefined);
    for (const words of [
      'unknown: Not Found',
      'failed commit on ref "config-sha256:1": unexpected status from PUT request to https://acme.jfrog.io/v2/docker-local/api/blobs/uploads/1: 404 Not Found',
    ])
      assert.equal(explain(words)?.code, 'repository-missing');
    assert.equal(explain('no space left on device'), undefined);
  });
});
