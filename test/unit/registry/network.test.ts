import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readAuthorities } from '../../../src/registry/authorities.ts';
import { openRegistry } from '../../../src/registry/index.ts';
import { selfSigned } from '../../support/certificate.ts';
import { type ForwardProxy, proxyAsInVsCode } from '../../support/forward-proxy.ts';
import { makeRunFolder } from '../../support/run-folder.ts';
import { descriptor, failure, finishAll, head, lookup, pinged, scripted, served, tag } from './scenario.ts';

const certificate = selfSigned(['registry.test', 'store.test']);

describe('the network as the editor has it', () => {
  afterEach(finishAll);

  describe('the user’s proxy', () => {
    let proxy: ForwardProxy;
    beforeEach(async () => {
      proxy = await proxyAsInVsCode();
    });
    afterEach(() => proxy.stop());

    // No name below leads anywhere but at the proxy.
    it('is used over HTTPS, with an authority that is named, and for what a registry refers to', async () => {
      const [server, store] = await Promise.all([scripted(certificate), scripted(certificate)]);
      const host = `registry.test:${server.port}`;
      const location = `https://store.test:${store.port}/x`;
      server.expect({ request: head, headers: { host }, answer: { status: 307, headers: { location } } });
      store.expect({ request: 'HEAD /x', answer: served() });
      const client = openRegistry(host, { transport: 'https', ca: certificate.cert });
      assert.deepEqual(await client.resolve(tag(host)), descriptor);
      assert.deepEqual(proxy.seen, [`CONNECT ${host}`, `CONNECT store.test:${store.port}`]);
    });

    it('is used over HTTPS without one, whose certificate must be right then', async () => {
      const server = await scripted(certificate);
      const host = `registry.test:${server.port}`;
      assert.equal((await failure(openRegistry(host).ping())).code, 'certificate-untrusted');
      server.expect(pinged);
      await openRegistry(host, { transport: 'https-unverified' }).ping();
      assert.deepEqual(proxy.seen, [`CONNECT ${host}`, `CONNECT ${host}`]);
    });

    it('is used to an address, for which the certificate must be', async () => {
      const [right, wrong] = [selfSigned(['198.51.100.7']), selfSigned(['localhost'])];
      const [server, other] = await Promise.all([scripted(right), scripted(wrong)]);
      const ca = right.cert + wrong.cert;
      server.expect(pinged);
      await openRegistry(`198.51.100.7:${server.port}`, { ca }).ping();
      const error = await failure(openRegistry(`198.51.100.7:${other.port}`, { ca }).ping());
      assert.match(error.message, /The registry needs one for this name\.$/u);
    });

    it('is used over plain HTTP', async () => {
      const server = await scripted();
      const host = `registry.test:${server.port}`;
      server.expect({ request: head, headers: { host }, answer: served() });
      assert.deepEqual(await openRegistry(host, { transport: 'http' }).resolve(tag(host)), descriptor);
      assert.deepEqual(proxy.seen, [`HEAD http://${host}/v2/acme/api/manifests/1.0`]);
    });
  });

  describe('the authorities that are known', () => {
    it('are Node’s and the machine’s, each once', () => {
      const lists = { default: ['a', 'b'], system: ['b', 'c'] };
      const source = { rootCertificates: ['r'], getCACertificates: (from: 'default' | 'system') => lists[from] };
      assert.deepEqual(readAuthorities(source), ['a', 'b', 'c']);
    });

    it('are those that Node brings, where it cannot tell the machine’s', () =>
      assert.deepEqual(readAuthorities({ rootCertificates: ['r'] }), ['r']));

    it('are trusted besides the one that is named', async function () {
      // Another Node is started for it.
      this.timeout(30_000);
      const folder = await makeRunFolder();
      try {
        const server = await scripted(certificate);
        const file = join(folder.path, 'ca.pem');
        await writeFile(file, certificate.cert);
        server.expect(pinged);
        const room = new URL('../../../src/registry/index.ts', import.meta.url).href;
        // Of the same name: the one that is named counts, though another is known by it.
        const anew = selfSigned(['registry.test', 'store.test']);
        const renewed = await scripted(anew);
        renewed.expect(pinged);
        const options = { transport: 'https', ca: selfSigned(['another.test']).cert };
        const script = `
          const { openRegistry } = await import(${JSON.stringify(room)});
          const lookup = (_, options, done) => options.all
            ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
          await openRegistry('registry.test:${server.port}', { ...${JSON.stringify(options)}, lookup }).ping();
          const ca = ${JSON.stringify(anew.cert)};
          await openRegistry('registry.test:${renewed.port}', { transport: 'https', ca, lookup }).ping();
        `;
        // What Node trusts is settled when it starts.
        const env = { ...process.env, NODE_EXTRA_CA_CERTS: file };
        const cwd = fileURLToPath(new URL('../../../', import.meta.url));
        await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env, cwd });
      } finally {
        await folder.remove();
      }
    });

    it('are read into a context once for all requests of a registry', async () => {
      const server = await scripted(certificate);
      const host = `registry.test:${server.port}`;
      const client = openRegistry(host, { lookup, ca: certificate.cert });
      server.expect({ request: head, answer: served() }, { request: head, answer: served() });
      await client.resolve(tag(host));
      const { createSecureContext } = tls;
      let contexts = 0;
      tls.createSecureContext = (options) => {
        contexts += 1;
        return createSecureContext(options);
      };
      try {
        await client.resolve(tag(host));
      } finally {
        tls.createSecureContext = createSecureContext;
      }
      assert.equal(contexts, 0);
    });
  });
});
