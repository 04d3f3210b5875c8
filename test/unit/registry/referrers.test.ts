import assert from 'node:assert/strict';
import { openRegistry, type RegistryClient } from '../../../src/registry/index.ts';
import { ociIndex, ociManifest } from '../../../src/registry/media-types.ts';
import type { ScriptedServer, StepAnswer } from '../../support/registry-server.ts';
import { descriptor, digest, failure, finishAll, ping, pinged, scripted } from './scenario.ts';

const signature = { ...descriptor, artifactType: 'application/vnd.dev.cosign', annotations: { a: 'b' } };
const bill = { ...descriptor, artifactType: 'application/spdx+json', annotations: {} };

describe('referrers', () => {
  let server: ScriptedServer;
  let client: RegistryClient;
  beforeEach(async () => {
    server = await scripted();
    client = openRegistry(server.host, { transport: 'http' });
  });
  afterEach(finishAll);

  const request = `GET /v2/acme/api/referrers/${digest}`;
  const byTag = `GET /v2/acme/api/manifests/${digest.replace(':', '-')}`;
  const ofType = `${request}?artifactType=application%2Fspdx%2Bjson`;
  const index = (manifests: unknown, headers: Record<string, string> = {}): StepAnswer => ({
    status: 200,
    headers: { 'content-type': ociIndex, ...headers },
    body: { schemaVersion: 2, mediaType: ociIndex, manifests },
  });
  const list = (artifactType?: string) =>
    client.referrers({ registry: server.host, path: 'acme/api' }, digest, artifactType);

  it('are listed, whatever they are', async () => {
    const bare = { mediaType: ociManifest, digest, size: 1, annotations: null };
    server.expect({ request, headers: { accept: ociIndex }, answer: index([signature, bare]) });
    const read = { mediaType: ociManifest, digest, size: 1, artifactType: '', annotations: {} };
    assert.deepEqual(await list(), [signature, read]);
  });

  for (const none of [[], null])
    it(`are none where the registry has ${JSON.stringify(none)}`, async () => {
      server.expect({ request, answer: index(none) });
      assert.deepEqual(await list(), []);
    });

  it('are those of one kind, by the registry’s filter', async () => {
    const unnamed = { ...bill, artifactType: '' };
    server.expect({ request: ofType, answer: index([unnamed], { 'oci-filters-applied': 'artifactType' }) });
    assert.deepEqual(await list('application/spdx+json'), [unnamed]);
  });

  it('are those of one kind where the registry does not filter', async () => {
    server.expect({ request: ofType, answer: index([signature, bill]) });
    assert.deepEqual(await list('application/spdx+json'), [bill]);
  });

  it('are read from every page', async () => {
    const link = `<${request.slice('GET '.length)}?artifactType=application%2Fspdx%2Bjson&last=x>; rel="next"`;
    server.expect(
      { request: ofType, answer: index([signature, bill], { link }) },
      { request: `${ofType}&last=x`, answer: index([bill]) },
    );
    assert.deepEqual(await list('application/spdx+json'), [bill, bill]);
  });

  it('are not read from pages that go round', async () => {
    server.expect({
      request: ofType,
      answer: index([bill], { link: '<?artifactType=application/spdx%2Bjson>; rel=next' }),
    });
    assert.match((await failure(list('application/spdx+json'))).message, /does not end/u);
  });

  for (const [name, answer] of [
    ['404', { status: 404 }],
    ['400', { status: 400 }],
    ['405', { status: 405 }],
    ['406', { status: 406 }],
    ['a web page', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }],
    ['something else', { status: 200, body: { manifests: 'x' } }],
  ] as const) {
    it(`are read from the tag where the question brings ${name}`, async () => {
      server.expect({ request: ofType, answer }, { request: byTag, answer: index([signature, bill]) });
      assert.deepEqual(await list('application/spdx+json'), [bill]);
    });

    it(`are none where that brings ${name}, and there is no tag, or another thing under it`, async () => {
      server.expect({ request, answer }, { request: byTag, answer: { status: 404 } }, pinged);
      assert.deepEqual(await list(), []);
      server.expect({ request, answer }, { request: byTag, answer: { status: 200, body: { layers: [] } } });
      assert.deepEqual(await list(), []);
    });
  }

  it('of a longer digest are under a tag that is cut', async () => {
    const hex = 'ab'.repeat(64);
    server.expect(
      { request: `GET /v2/acme/api/referrers/sha512:${hex}`, answer: { status: 404 } },
      { request: `GET /v2/acme/api/manifests/sha512-${hex.slice(0, 64)}`, answer: index([bill]) },
    );
    assert.deepEqual(await client.referrers({ registry: '', path: 'acme/api' }, `sha512:${hex}`), [bill]);
  });

  it('are not none where the registry refuses, nor where there is none', async () => {
    server.expect({ request, answer: { status: 403 } });
    assert.equal((await failure(list())).code, 'denied');
    server.expect(
      { request, answer: { status: 404 } },
      { request: byTag, answer: { status: 404 } },
      { request: ping, answer: { status: 404 } },
    );
    assert.equal((await failure(list())).code, 'not-a-registry');
  });
});
