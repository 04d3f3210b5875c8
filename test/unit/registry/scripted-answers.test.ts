import assert from 'node:assert/strict';
import http from 'node:http';
import { checkAnswer, type RegistryAnswer } from '../../support/documented-answers.ts';
import type { Step } from '../../support/registry-server.ts';
import { digest, finishAll, get, head, pinged, scripted, served } from './scenario.ts';

/** As the server sends it. */
async function sent(step: Step): Promise<RegistryAnswer> {
  const server = await scripted();
  server.expect(step);
  const [method, path = ''] = step.request.split(' ');
  return new Promise((resolve, reject) => {
    const request = http.request(server.url + path, { method }, (response) => {
      response
        .toArray()
        .then(
          (chunks: Buffer[]) =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
          reject,
        );
    });
    request.on('error', reject).end();
  });
}

describe('the scripted answers of a registry that is in order', () => {
  afterEach(finishAll);

  const byDigest = (method: string): Step => ({
    request: `${method} /v2/acme/api/manifests/${digest}`,
    answer: served(),
  });
  const steps: Step[] = [
    pinged,
    { request: head, answer: served() },
    { request: get, answer: served() },
    byDigest('HEAD'),
    byDigest('GET'),
  ];
  for (const step of steps)
    it(`are those that the conformance suite asks for: ${step.request.replace(digest, 'its digest')}`, async () =>
      checkAnswer(step.request, await sent(step)));

  it('are told from what no registry answers', async () => {
    const odd: Step[] = [
      { request: head, answer: served({ 'docker-content-digest': 'sha256:short' }) },
      { request: get, answer: served({ 'docker-content-digest': `sha256:${'0'.repeat(64)}` }) },
      { request: get, answer: served({ 'content-type': 'application/vnd.oci.image.index.v1+json' }) },
      { request: head, answer: { status: 204 } },
      { request: get, answer: { status: 404, body: {} } },
      { request: get, answer: { status: 404, body: { errors: [{ code: 'NO_SUCH_CODE' }] } } },
    ];
    for (const step of odd) {
      const answer = await sent(step);
      assert.throws(() => checkAnswer(step.request, answer), JSON.stringify(step.answer));
    }
  });
});
