import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { listen } from '../../support/http-server.ts';
import type { ListeningServer } from '../../support/http-server.ts';
import { startProxy } from '../../support/slow-proxy.ts';
import type { RunningProxy } from '../../support/slow-proxy.ts';

describe('the proxy between engine and registry', () => {
  let received: { method: string; url: string; host: string; body: Buffer }[];
  let thinking: { left: Promise<unknown> } | undefined;
  let registry: ListeningServer;
  let proxy: RunningProxy;

  beforeEach(async () => {
    received = [];
    thinking = undefined;
    const server = createServer((incoming, outgoing) => {
      const { method = '', url = '', headers } = incoming;
      buffer(incoming).then(
        (body) => {
          received.push({ method, url, host: headers.host ?? '', body });
          if (url === '/thinks') {
            thinking = { left: once(outgoing, 'close') };
            return;
          }
          const location = url === '/own-name' ? `${registry.url}/next` : `http://${headers.host ?? ''}/next`;
          outgoing.writeHead(201, { location }).end(`got ${body.length}`);
        },
        () => outgoing.destroy(),
      );
    });
    registry = await listen(server);
    proxy = await startProxy({ target: registry.host });
  });
  afterEach(async () => {
    await proxy.stop();
    await registry.close();
  });

  const send = (path: string, method = 'GET', body?: Buffer): Promise<Response> =>
    fetch(proxy.url + path, { method, ...(body && { body: new Uint8Array(body) }) });

  it('passes requests and answers on, as they are', async () => {
    const body = Buffer.alloc(300_000, 'x');
    const answer = await send('/v2/a/blobs/uploads/1?n=2', 'PATCH', body);
    assert.equal(await answer.text(), 'got 300000');
    assert.deepEqual(received, [{ method: 'PATCH', url: '/v2/a/blobs/uploads/1?n=2', host: proxy.host, body }]);
    assert.deepEqual(proxy.requests, [{ method: 'PATCH', url: '/v2/a/blobs/uploads/1?n=2', status: 201 }]);
    assert.equal(proxy.uploadedBytes, 300_000);
  });

  it('is itself where the registry sends to, whichever name the registry uses', async () => {
    assert.equal((await send('/by-host')).headers.get('location'), `${proxy.url}/next`);
    assert.equal((await send('/own-name')).headers.get('location'), `${proxy.url}/next`);
  });

  it('holds uploads at the speed of 0 and lets them go when the limit goes', async () => {
    proxy.throttle(0);
    const upload = send('/v2/a/blobs/uploads/1', 'PATCH', Buffer.alloc(100_000));
    while (proxy.requests.length === 0) await setImmediate();
    // What is no upload passes meanwhile, so the line itself is alive.
    assert.equal((await send('/v2/')).status, 201);
    assert.equal(proxy.uploadedBytes, 0);
    proxy.throttle(undefined);
    assert.equal(await (await upload).text(), 'got 100000');
  });

  it('lets an upload through in small pieces when it is slow', async () => {
    proxy.throttle(200_000);
    const sizes = new Set<number>();
    const looking = setInterval(() => sizes.add(proxy.uploadedBytes));
    await send('/v2/a/blobs/uploads/1', 'PATCH', Buffer.alloc(60_000)).finally(() => clearInterval(looking));
    assert.equal(proxy.uploadedBytes, 60_000);
    assert.ok(sizes.size > 3, `seen underway: ${[...sizes].join(', ')}`);
  });

  it('cuts: an upload under way fails on both sides, a new one is refused, until it is restored', async () => {
    proxy.throttle(0);
    const upload = send('/v2/a/blobs/uploads/1', 'PATCH', Buffer.alloc(100_000));
    const failed = assert.rejects(upload);
    while (proxy.requests.length === 0) await setImmediate();
    await proxy.cut();
    await failed;
    await assert.rejects(send('/v2/'), (error: Error) => {
      assert.equal((error.cause as NodeJS.ErrnoException).code, 'ECONNREFUSED');
      return true;
    });
    assert.deepEqual(received, []);
    await proxy.restore();
    assert.equal((await send('/v2/')).status, 201);
  });

  it('holds the answer to a manifest PUT which the registry has taken', async () => {
    const held = proxy.holdManifestPut();
    let answered = false;
    const put = send('/v2/a/b/manifests/1.0', 'PUT', Buffer.from('{}')).finally(() => (answered = true));
    await held.arrived;
    assert.equal(received.at(-1)?.url, '/v2/a/b/manifests/1.0');
    assert.equal((await send('/v2/a/b/manifests/1.0')).status, 201);
    assert.equal(answered, false);
    held.release();
    assert.equal((await put).status, 201);
    // Only the next one was held.
    assert.equal((await send('/v2/a/b/manifests/1.0', 'PUT', Buffer.from('{}'))).status, 201);
  });

  it('leaves the registry when the engine leaves while the registry thinks', async () => {
    const leaving = new AbortController();
    const body = new Uint8Array(100);
    const upload = fetch(`${proxy.url}/thinks`, { method: 'PATCH', body, signal: leaving.signal });
    const aborted = assert.rejects(upload, { name: 'AbortError' });
    while (!thinking) await setImmediate();
    leaving.abort();
    await aborted;
    await thinking.left;
  });

  it('leaves the engine when the registry is gone', async () => {
    await registry.close();
    await assert.rejects(send('/v2/'));
  });
});
