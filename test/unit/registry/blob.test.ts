import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { CancelledError } from '../../../src/base/index.ts';
import {
  openRegistry,
  type RegistryClient,
  type RegistryOptions,
  type WantedBlob,
} from '../../../src/registry/index.ts';
import type { ScriptedServer, StepAnswer } from '../../support/registry-server.ts';
import { HeldClock } from './held-clock.ts';
import { failure, finishAll, ping, pinged, scripted } from './scenario.ts';

const bytes = Buffer.alloc(300_000, 'what a layer holds ');
const digest = digestOf(bytes);
const size = bytes.length;
const request = `GET /v2/acme/api/blobs/${digest}`;
const whole: StepAnswer = { status: 200, body: bytes };
/** Sends the beginning, and then does not end. */
const begun = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-length': size });
  response.write(bytes.subarray(0, 100_000));
};

describe('a blob', () => {
  let server: ScriptedServer;
  beforeEach(async () => (server = await scripted()));
  afterEach(finishAll);
  const open = (options: RegistryOptions = {}): RegistryClient =>
    openRegistry(server.host, { transport: 'http', credential: { username: 'ada', password: 'a secret' }, ...options });
  const read = (blob: WantedBlob = { digest, size }, signal?: AbortSignal, client = open()) =>
    client.openBlob({ registry: server.host, path: 'acme/api' }, blob, signal);

  it('comes as it is', async () => {
    server.expect({ request, answer: whole }, { request, answer: whole });
    assert.ok((await buffer(read())).equals(bytes));
    assert.ok((await buffer(read({ digest }))).equals(bytes), 'of no known size');
  });

  it('comes piece by piece, before it is whole', async () => {
    let answer: ServerResponse | undefined;
    server.expect({ request, answer: (response) => begun((answer = response)) });
    let length = 0;
    for await (const chunk of read()) {
      length += chunk.length;
      if (length === 100_000) answer?.end(bytes.subarray(100_000));
    }
    assert.equal(length, size);
  });

  it('comes with the token for which the registry asks, and from another store without a credential', async () => {
    const store = await scripted();
    const basic = `Basic ${Buffer.from('ada:a secret').toString('base64')}`;
    const bearer = `Bearer realm="${server.url}/token",service="s",scope="repository:acme/api:pull"`;
    server.expect(
      {
        request,
        headers: { authorization: undefined },
        answer: { status: 401, headers: { 'www-authenticate': bearer } },
      },
      {
        request: 'GET /token?service=s&scope=repository%3Aacme%2Fapi%3Apull&account=ada',
        headers: { authorization: basic },
        answer: { status: 200, body: { token: 't' } },
      },
      {
        request,
        headers: { authorization: 'Bearer t' },
        answer: { status: 307, headers: { location: `${store.url}/bucket/x?X-Amz-Signature=s` } },
      },
    );
    store.expect({
      request: 'GET /bucket/x?X-Amz-Signature=s',
      headers: { authorization: undefined, cookie: undefined },
      answer: whole,
    });
    assert.ok((await buffer(read())).equals(bytes));
  });

  for (const [name, wanted, body, words] of [
    ['is too long', { digest, size: size - 1 }, bytes, /it has more than its 299999 bytes/u],
    ['is too short', { digest, size }, bytes.subarray(1), /it has 299999 bytes of 300000/u],
    ['is another', { digest, size }, Buffer.alloc(size), /its bytes do not have the digest sha256:/u],
    ['is another of no known size', { digest }, Buffer.alloc(7), /its bytes do not have the digest sha256:/u],
  ] as const)
    it(`is refused at its end when it ${name}`, async () => {
      server.expect({ request, answer: { status: 200, body } });
      const error = await failure(buffer(read(wanted)));
      assert.equal(error.code, 'blob-invalid');
      assert.match(error.message, words);
      assert.equal(error.url, `${server.url}/v2/acme/api/blobs/${digest}`);
    });

  it('is read no further than its size', async () => {
    server.expect({
      request,
      answer: (response) => {
        response.writeHead(200);
        response.write(bytes);
        const endless = setInterval(() => response.write(bytes), 1);
        response.once('close', () => clearInterval(endless));
      },
    });
    assert.equal((await failure(buffer(read()))).code, 'blob-invalid');
  });

  it('is not asked for by a digest that cannot be checked', async () =>
    assert.equal((await failure(buffer(read({ digest: `md5:${'a'.repeat(32)}` })))).code, 'blob-invalid'));

  it('is told as cut where the connection breaks', async () => {
    server.expect({
      request,
      answer: (response) => {
        begun(response);
        setTimeout(() => response.destroy(), 20);
      },
    });
    const error = await failure(buffer(read()));
    assert.deepEqual([error.code, error.temporary], ['registry-unreachable', true]);
    assert.equal(error.message, `The connection to ${server.host} broke after 100000 bytes of a blob.`);
  });

  it('is asked for again where the registry fails in passing before it comes', async () => {
    server.expect({ request, answer: { status: 503, headers: { 'retry-after': '0' } } }, { request, answer: whole });
    assert.ok((await buffer(read())).equals(bytes));
  });

  it('is missing where the registry says so', async () => {
    server.expect({ request, answer: { status: 404, body: { errors: [{ code: 'BLOB_UNKNOWN' }] } } }, pinged);
    const error = await failure(buffer(read()));
    assert.deepEqual([error.code, error.status], ['blob-missing', 404]);
    assert.match(error.message, new RegExp(`^${server.host} has no blob ${digest} in acme/api\\.`, 'u'));
  });

  it('is not taken for missing when it is the store that says so, or no registry', async () => {
    const store = await scripted();
    server.expect({ request, answer: { status: 307, headers: { location: `${store.url}/x` } } });
    store.expect({ request: 'GET /x', answer: { status: 404 } });
    assert.equal((await failure(buffer(read()))).code, 'registry-error');
    server.expect({ request, answer: { status: 404 } }, { request: ping, answer: { status: 404 } });
    assert.equal((await failure(buffer(read()))).code, 'not-a-registry');
  });

  describe('lets go of the connection', () => {
    let closed: Promise<unknown>;
    beforeEach(() => {
      closed = new Promise((resolve) => {
        server.expect({
          request,
          answer: (response) => {
            void once(response, 'close').then(resolve);
            begun(response);
          },
        });
      });
    });

    it('when its reader leaves', async () => {
      for await (const chunk of read()) if (chunk.length > 0) break;
      await closed;
    });

    for (const [when, abort] of [
      ['in a pause of its reader', (control: AbortController) => control.abort()],
      ['while that waits', (control: AbortController) => void setTimeout(() => control.abort(), 20)],
    ] as const)
      it(`when it is cancelled ${when}`, async () => {
        const control = new AbortController();
        await assert.rejects(async () => {
          for await (const chunk of read({ digest, size }, control.signal)) if (chunk.length > 0) abort(control);
        }, CancelledError);
        await closed;
      });

    it('when nothing more comes in its time', async () => {
      const clock = new HeldClock();
      let length = 0;
      const reading = failure(
        (async () => {
          for await (const chunk of read({ digest, size }, undefined, open({ clock }))) {
            length += chunk.length;
            // The reader's own time does not count.
            clock.advance(60_000);
            if (length === 100_000) setTimeout(() => clock.advance(10_000), 20);
          }
        })(),
      );
      const error = await reading;
      assert.deepEqual([error.code, error.temporary], ['registry-unreachable', true]);
      assert.match(error.message, /began to answer and then sent nothing for 10 seconds/u);
      await closed;
    });
  });

  it('is not asked for when that was cancelled before', async () =>
    assert.rejects(buffer(read({ digest, size }, AbortSignal.abort())), CancelledError));
});

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
