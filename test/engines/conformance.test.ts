import assert from 'node:assert/strict';
import http from 'node:http';
import { checkAnswer, type RegistryAnswer } from '../support/documented-answers.ts';
import { type Content, ociManifest, putImage } from '../support/registry-content.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';

const zeros = `sha256:${'0'.repeat(64)}`;

/**
 * The cases of the specification's conformance suite that are about requests of this client, in its order: they show that
 * a real registry passes what the tests ask of their scripted ones. Its cases on referrers are left out, as
 * distribution 2.8 has none, and those on uploading, which the engine does.
 */
describe('what is asked of scripted registries, asked of a real one', function () {
  this.timeout(180_000);
  let registry: RunningRegistry;
  let image: Content;
  let config: Content;
  before(async () => {
    registry = await startRegistry({ delete: true });
    ({ descriptor: image, config } = await putImage(registry, 'acme/api', ['1', '2', '3', 'latest']));
  });
  after(() => registry.stop());

  const pull: [line: () => string, status: number][] = [
    [() => 'GET /v2/', 200],
    [() => `HEAD /v2/acme/api/blobs/${zeros}`, 404],
    [() => `GET /v2/acme/api/blobs/${zeros}`, 404],
    [() => `HEAD /v2/acme/api/blobs/${config.digest}`, 200],
    [() => `GET /v2/acme/api/blobs/${config.digest}`, 200],
    [() => 'HEAD /v2/acme/api/manifests/none', 404],
    [() => 'GET /v2/acme/api/manifests/none', 404],
    [() => `HEAD /v2/acme/api/manifests/${zeros}`, 404],
    [() => `GET /v2/acme/api/manifests/${zeros}`, 404],
    [() => 'HEAD /v2/acme/api/manifests/1', 200],
    [() => 'GET /v2/acme/api/manifests/1', 200],
    [() => `HEAD /v2/acme/api/manifests/${image.digest}`, 200],
    [() => `GET /v2/acme/api/manifests/${image.digest}`, 200],
    [() => 'GET /v2/acme/none/manifests/1', 404],
  ];
  const discovery: typeof pull = [
    [() => 'GET /v2/acme/api/tags/list', 200],
    [() => 'GET /v2/acme/api/tags/list?n=2', 200],
    [() => 'GET /v2/acme/api/tags/list?n=2&last=2', 200],
    [() => 'GET /v2/acme/none/tags/list', 404],
  ];
  for (const [line, status] of [...pull, ...discovery])
    it(`answers ${line.toString().slice(7, -1)} with ${status}, as documented`, async () => {
      const answer = await ask(registry, line());
      assert.equal(answer.status, status);
      checkAnswer(line(), answer);
    });

  it('gives a manifest another tag, and refuses one that is damaged', async () => {
    const { body } = await ask(registry, `GET /v2/acme/api/manifests/${image.digest}`);
    const line = 'PUT /v2/acme/api/manifests/stable';
    const put = await ask(registry, line, body);
    assert.equal(put.status, 201);
    checkAnswer(line, put);
    const refused = await ask(registry, line, Buffer.from('{"schemaVersion":2'));
    assert.equal(refused.status, 400);
    checkAnswer(line, refused);
  });

  it('begins an upload, and lets it be cancelled', async () => {
    const line = 'POST /v2/acme/api/blobs/uploads/';
    const begun = await ask(registry, line);
    checkAnswer(line, begun);
    const { pathname, search } = new URL(String(begun.headers.location), registry.url);
    assert.equal((await ask(registry, `DELETE ${pathname}${search}`)).status, 204);
  });

  it('deletes no tag by itself, but a manifest with all of its tags, and a blob', async () => {
    const tag = 'DELETE /v2/acme/api/manifests/latest';
    checkAnswer(tag, await ask(registry, tag));
    for (const path of [`manifests/${image.digest}`, `blobs/${config.digest}`]) {
      const line = `DELETE /v2/acme/api/${path}`;
      const deleted = await ask(registry, line);
      assert.equal(deleted.status, 202);
      checkAnswer(line, deleted);
      assert.equal((await ask(registry, `HEAD /v2/acme/api/${path}`)).status, 404);
    }
  });
});

function ask({ url }: RunningRegistry, line: string, bytes?: Buffer): Promise<RegistryAnswer> {
  const [method, path = ''] = line.split(' ');
  const headers = {
    accept: ociManifest,
    'content-length': bytes?.length ?? 0,
    ...(bytes && { 'content-type': ociManifest }),
  };
  return new Promise((resolve, reject) => {
    const sent = http.request(url + path, { method, headers }, (response) => {
      response
        .toArray()
        .then(
          (chunks: Buffer[]) =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
          reject,
        );
    });
    sent.on('error', reject);
    sent.end(bytes);
  });
}
