import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { CancelledError } from '../../../src/base/index.ts';
import { openRegistry, type Transport } from '../../../src/registry/index.ts';
import { selfSigned } from '../../support/certificate.ts';
import { HeldClock } from './held-clock.ts';
import { descriptor, failure, finishAll, get, head, lookup, ping, pinged, scripted, served, tag } from './scenario.ts';

const certificate = selfSigned(['localhost', '127.0.0.1', 'registry.test', 'store.test']);

/** Something that listens and is no HTTP server. */
async function listening(serve: (socket: Socket) => void): Promise<{ host: string; close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

describe('the transport', () => {
  afterEach(finishAll);

  describe('of a registry on this machine', () => {
    it('is HTTPS with any certificate, where that is spoken, found once', async () => {
      const server = await scripted(certificate);
      const found: Transport[] = [];
      const client = openRegistry(server.host, { onFound: (transport) => found.push(transport) });
      assert.equal(client.transport, undefined);
      server.expect(pinged, { request: head, answer: served() }, { request: head, answer: served() });
      assert.deepEqual(await client.resolve(tag(server.host)), descriptor);
      await client.resolve(tag(server.host));
      assert.equal(client.transport, 'https-unverified');
      assert.deepEqual(found, ['https-unverified']);
    });

    it('is plain HTTP where HTTPS is not spoken', async () => {
      const server = await scripted();
      const client = openRegistry(`localhost:${server.port}`, { lookup });
      server.expect(pinged, { request: head, answer: served() });
      assert.deepEqual(await client.resolve(tag(server.host)), descriptor);
      assert.equal(client.transport, 'http');
    });

    it('is found by the ping itself, and pinged again then', async () => {
      const server = await scripted();
      const client = openRegistry(server.host);
      server.expect(pinged, pinged);
      await client.ping();
      await client.ping();
      assert.equal(client.transport, 'http');
    });

    it('is looked for again after nothing was there', async () => {
      const gone = await listening(() => undefined);
      await gone.close();
      const client = openRegistry(gone.host);
      const error = await failure(client.ping());
      assert.equal(error.code, 'registry-unreachable');
      assert.equal(error.temporary, true);
      assert.equal(error.url, `https://${gone.host}/v2/`, 'the first failure, as the second says no more');
      assert.match(error.message, new RegExp(`^${gone.host} cannot be reached: nothing listens`, 'u'));
      assert.equal(client.transport, undefined);
    });

    it('does not go on to plain HTTP when HTTPS gave an answer', async () => {
      const server = await scripted(certificate);
      server.expect({ request: ping, answer: { status: 404 } });
      let connections = 0;
      const client = openRegistry(`localhost:${server.port}`, {
        lookup: (...args) => {
          connections += 1;
          lookup(...args);
        },
      });
      assert.equal((await failure(client.ping())).code, 'not-a-registry');
      assert.equal(connections, 1);
    });

    it('tells what plain HTTP brought when HTTPS is not spoken', async () => {
      const server = await scripted();
      server.expect({ request: ping, answer: { status: 404 } });
      assert.equal((await failure(openRegistry(server.host).ping())).code, 'not-a-registry');
    });

    it('does not complain of HTTPS when plain HTTP is spoken, and breaks', async () => {
      const isTls = (bytes: Buffer): boolean => bytes[0] === 0x16;
      const odd = await listening((socket) =>
        socket.once('data', (bytes: Buffer) => socket.end(isTls(bytes) ? 'HTTP/1.1 400 Bad Request\r\n\r\n' : '')),
      );
      try {
        assert.equal((await failure(openRegistry(odd.host).ping())).code, 'registry-unreachable');
      } finally {
        await odd.close();
      }
    });

    it('is looked for by no longer than the call may take', async () => {
      const silent = await listening(() => undefined);
      try {
        const clock = new HeldClock();
        const waiting = failure(openRegistry(silent.host, { clock, timeoutMs: 3_000 }).ping());
        clock.advance(3_000);
        const error = await waiting;
        assert.equal(error.code, 'registry-unreachable');
        assert.equal(error.temporary, true);
        assert.match(error.message, /did not answer within 3 seconds/u);
      } finally {
        await silent.close();
      }
    });
  });

  describe('of a registry elsewhere', () => {
    it('is HTTPS, and nothing else is tried', async () => {
      const server = await scripted();
      const client = openRegistry(`registry.test:${server.port}`, { lookup });
      assert.equal(client.transport, 'https');
      const error = await failure(client.ping());
      assert.equal(error.code, 'plain-http');
      assert.equal(error.temporary, false);
      assert.match(error.message, /^registry\.test:\d+ does not speak HTTPS but, it seems, plain HTTP/u);
    });

    it('needs a certificate that is trusted', async () => {
      const server = await scripted(certificate);
      const host = `registry.test:${server.port}`;
      const error = await failure(openRegistry(host, { lookup }).ping());
      assert.equal(error.code, 'certificate-untrusted');
      assert.match(
        error.message,
        /^The certificate of registry\.test:\d+ is not trusted here \(self-signed certificate\)\. Add its/u,
      );
      assert.ok(error.cause instanceof Error);
      server.expect(pinged);
      await openRegistry(host, { lookup, ca: certificate.cert }).ping();
    });

    it('needs a certificate for its name', async () => {
      const server = await scripted(certificate);
      const error = await failure(openRegistry(`other.test:${server.port}`, { lookup, ca: certificate.cert }).ping());
      assert.equal(error.code, 'certificate-untrusted');
      assert.match(error.message, /The registry needs one for this name\.$/u);
    });

    it('needs a certificate of today', async () => {
      const old = selfSigned(['registry.test'], { expired: true });
      const server = await scripted(old);
      const error = await failure(openRegistry(`registry.test:${server.port}`, { lookup, ca: old.cert }).ping());
      assert.equal(error.code, 'certificate-untrusted');
      assert.match(error.message, /expired\)\. The registry needs a valid one\.$/u);
    });

    it('accepts any certificate of that host alone, where that was chosen', async () => {
      const [server, store] = await Promise.all([scripted(certificate), scripted(certificate)]);
      const host = `registry.test:${server.port}`;
      const client = openRegistry(host, { lookup, transport: 'https-unverified' });
      const location = `https://store.test:${store.port}/x`;
      server.expect(
        { request: head, answer: served() },
        { request: head, answer: { status: 307, headers: { location } } },
      );
      assert.deepEqual(await client.resolve(tag(host)), descriptor);
      const error = await failure(client.resolve(tag(host)));
      assert.equal(error.code, 'certificate-untrusted');
      assert.match(
        error.message,
        /^The certificate of store\.test:\d+, to which registry\.test:\d+ refers, is not trusted here/u,
      );
    });

    it('trusts the given authority for the hosts to which it refers, too', async () => {
      const [server, store] = await Promise.all([scripted(certificate), scripted(certificate)]);
      const host = `registry.test:${server.port}`;
      const location = `https://store.test:${store.port}/x`;
      server.expect({ request: head, answer: { status: 307, headers: { location } } });
      store.expect({ request: 'HEAD /x', answer: served() });
      assert.deepEqual(await openRegistry(host, { lookup, ca: certificate.cert }).resolve(tag(host)), descriptor);
    });

    it('never goes from HTTPS to plain HTTP', async () => {
      const [server, plain] = await Promise.all([scripted(certificate), scripted()]);
      const host = `registry.test:${server.port}`;
      server.expect({
        request: head,
        answer: { status: 307, headers: { location: `http://registry.test:${plain.port}/` } },
      });
      const error = await failure(openRegistry(host, { lookup, ca: certificate.cert }).resolve(tag(host)));
      assert.equal(error.code, 'referral-refused');
      assert.match(error.message, /not on HTTPS/u);
    });

    it('is plain HTTP where that was chosen', async () => {
      const server = await scripted();
      const host = `registry.test:${server.port}`;
      server.expect({ request: head, headers: { host }, answer: served() });
      assert.deepEqual(await openRegistry(host, { lookup, transport: 'http' }).resolve(tag(host)), descriptor);
    });
  });

  it('reaches Docker Hub where it is served, by the name in its references', async () => {
    const asked: string[] = [];
    const client = openRegistry('docker.io', {
      lookup: (hostname, _, callback) => {
        asked.push(hostname);
        callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' }), '');
      },
    });
    const error = await failure(client.ping());
    assert.deepEqual(asked, ['registry-1.docker.io']);
    assert.equal(error.host, 'docker.io');
    assert.equal(error.url, 'https://registry-1.docker.io/v2/');
    assert.match(error.message, /^docker\.io cannot be reached: no host of that name/u);
  });

  it('says what is not an address', async () => {
    const error = await failure(openRegistry('999.999.1.1').ping());
    assert.equal(error.code, 'registry-unreachable');
    assert.match(error.message, /999\.999\.1\.1 is not an address/u);
  });

  it('reaches an IPv6 address', async () => {
    const error = await failure(openRegistry('[::1]:1', { transport: 'http' }).ping());
    assert.equal(error.url, 'http://[::1]:1/v2/');
    assert.equal(error.code, 'registry-unreachable');
  });

  for (const [name, bytes, code] of [
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'not-a-registry'],
    ['nothing, and hangs up', '', 'registry-unreachable'],
    ['half an answer', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{', 'registry-unreachable'],
    ['half a head', 'HTTP/1.1 200 OK\r\ncontent-len', 'registry-unreachable'],
  ] as const)
    it(`says so when the other side sends ${name}`, async () => {
      const odd = await listening((socket) => socket.once('data', () => socket.end(bytes)));
      try {
        assert.equal((await failure(openRegistry(odd.host, { transport: 'http' }).ping())).code, code);
      } finally {
        await odd.close();
      }
    });

  it('leaves in time a server that switches to another protocol', async () => {
    const clock = new HeldClock();
    const odd = await listening((socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
        clock.advance(10_000);
      }),
    );
    try {
      assert.equal(
        (await failure(openRegistry(odd.host, { transport: 'http', clock }).ping())).code,
        'registry-unreachable',
      );
    } finally {
      await odd.close();
    }
  });

  describe('of a call that does not end', () => {
    it('is left by the caller’s signal, in the middle of a body', async () => {
      const server = await scripted();
      const cancel = new AbortController();
      let closed: Promise<void> | undefined;
      server.expect({
        request: get,
        answer: (response) => {
          closed = new Promise((resolve) => response.once('close', resolve));
          response.writeHead(200, { 'content-type': descriptor.mediaType });
          response.write('{', () => cancel.abort());
        },
      });
      const client = openRegistry(server.host, { transport: 'http' });
      await assert.rejects(client.manifest(tag(server.host), cancel.signal), CancelledError);
      await closed;
    });

    it('is left after ten seconds in all', async () => {
      const server = await scripted();
      const clock = new HeldClock();
      const client = openRegistry(server.host, { transport: 'http', clock });
      const steps = ['/1', '/2'].map((location) => ({ status: 307, headers: { location } }));
      server.expect(
        { request: head, answer: steps[0]! },
        {
          request: 'HEAD /1',
          answer: (response) => {
            clock.advance(6_000);
            response.writeHead(307, { location: '/2' }).end();
          },
        },
        { request: 'HEAD /2', answer: () => clock.advance(4_000) },
      );
      const error = await failure(client.resolve(tag(server.host)));
      assert.equal(error.code, 'registry-unreachable');
      assert.match(error.message, /did not answer within 10 seconds/u);
      assert.equal(clock.sleepers, 0);
    });

    it('is not begun for a caller who has cancelled', async () => {
      const server = await scripted();
      const client = openRegistry(server.host, { transport: 'http' });
      for (const call of [client.ping(AbortSignal.abort()), client.resolve(tag(server.host), AbortSignal.abort())])
        await assert.rejects(call, CancelledError);
      assert.equal(server.seen.length, 0);
    });
  });

  it('keeps no connection', async () => {
    const server = await scripted();
    server.expect({ request: head, headers: { connection: 'close' }, answer: served() });
    await openRegistry(server.host, { transport: 'http' }).resolve(tag(server.host));
  });
});
