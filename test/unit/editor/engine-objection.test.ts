import assert from 'node:assert/strict';
import tls from 'node:tls';
import { engineObjection, type EngineObjectionParts, objectionTo } from '../../../src/editor/engine-objection.ts';
import type { Engine, EngineInfo } from '../../../src/engine/index.ts';
import type { RegistryOptions, Transport } from '../../../src/registry/index.ts';
import { type Certificate, selfSigned } from '../../support/certificate.ts';
import { finishAll, lookup, pinged, scripted } from '../registry/scenario.ts';

interface EngineSays {
  product?: EngineInfo['product'];
  insecure?: boolean;
  /** It does not answer. */
  gone?: boolean;
}

function partsWith({ product = 'Docker', insecure = false, gone = false }: EngineSays, file?: string) {
  const asked: string[] = [];
  const session: EngineObjectionParts['session'] = {
    connect: () => {
      asked.push('engine');
      if (gone) return Promise.reject(new Error('gone'));
      const engine = { isInsecure: () => Promise.resolve(insecure) } as unknown as Engine;
      return Promise.resolve({ engine, info: { product } as EngineInfo });
    },
  };
  const contact: EngineObjectionParts['contact'] = {
    optionsFor: (): RegistryOptions => ({ lookup, ca: () => Promise.reject(new Error('not for this question')) }),
    certificateFile: () => file,
  };
  return { session, contact, asked };
}

describe('what the engine needs besides', () => {
  afterEach(finishAll);

  const said = (transport: Transport, says: EngineSays, registry = 'r.example:5000'): Promise<string | undefined> =>
    engineObjection({ registry }, transport, partsWith(says));
  const http =
    'The engine refuses plain HTTP there: add "r.example:5000" to "insecure-registries" in the engine\'s configuration ' +
    'and restart it.';

  it('for plain HTTP is what Docker has a list for, and Podman a file', async () => {
    assert.equal(await said('http', {}), http);
    assert.equal(
      await said('http', { product: 'Podman' }),
      'The engine refuses plain HTTP there: add a [[registry]] with location = "r.example:5000" and insecure = true to ' +
        "/etc/containers/registries.conf on Podman's machine and restart it.",
    );
  });

  it('is nothing where the engine says that it checks nothing there', async () => {
    assert.equal(await said('http', { insecure: true }), undefined);
  });

  it('is said by what most engines need where the engine does not answer', async () => {
    assert.equal(await said('http', { gone: true }), http);
  });

  it('is nothing over HTTPS without a file, and then nobody is asked', async () => {
    const parts = partsWith({});
    assert.equal(await engineObjection({ registry: 'r.example' }, 'https', parts), undefined);
    assert.deepEqual(parts.asked, []);
  });

  const served = async (certificate: Certificate, transport: Transport): Promise<string | undefined> => {
    const server = await scripted(certificate);
    const registry = `r.example:${server.port}`;
    const words = await engineObjection({ registry }, transport, partsWith({}, '/ca.pem'));
    return words?.replaceAll(registry, 'HOST');
  };
  for (const transport of ['https', 'https-unverified'] as const)
    it(`for a certificate of an unknown authority is that, over ${transport}`, async () =>
      assert.equal(
        await served(selfSigned(['r.example']), transport),
        'The engine decides for itself whom it trusts: unless it trusts HOST already, put the certificate of its ' +
          "authority on the engine's machine, as /etc/docker/certs.d/HOST/ca.crt.",
      ));

  describe('where this machine trusts the authority', () => {
    const [right, wrong] = [selfSigned(['r.example']), selfSigned(['another.example'])];
    const before = tls.getCACertificates('default');
    beforeEach(() => tls.setDefaultCACertificates([...before, right.cert, wrong.cert]));
    afterEach(() => tls.setDefaultCACertificates(before));

    it('is nothing, as the engine is likely to trust it, too', async () => {
      const server = await scripted(right);
      server.expect(pinged);
      const registry = `r.example:${server.port}`;
      assert.equal(await engineObjection({ registry }, 'https', partsWith({}, '/ca.pem')), undefined);
    });

    it('for a certificate that no authority makes right is to check none', async () =>
      assert.equal(
        await served(wrong, 'https-unverified'),
        'The engine refuses its certificate, which is expired or another host’s: add "HOST" to "insecure-registries" ' +
          "in the engine's configuration and restart it.",
      ));
  });

  it('is nothing that is known where the registry has gone meanwhile', async () => {
    const server = await scripted();
    const registry = `r.example:${server.port}`;
    // Over HTTPS, which is not spoken there.
    assert.equal(await engineObjection({ registry }, 'https-unverified', partsWith({})), undefined);
  });

  it('is said where a transport is chosen, but for the loopback, which Docker trusts and Podman does not', async () => {
    const chosen = (registry: string, transport?: Transport, product?: EngineInfo['product']) =>
      objectionTo({ registry }, transport, product);
    assert.equal(await chosen('r.example:5000', 'http'), http);
    assert.match((await chosen('r.example', 'https-unverified')) ?? '', /certs\.d\/r\.example\/ca\.crt\.$/u);
    assert.equal(await chosen('r.example', 'https'), undefined);
    assert.equal(await chosen('r.example'), undefined);
    assert.equal(await chosen('127.0.0.1:5000', 'http', 'Docker'), undefined);
    assert.match((await chosen('127.0.0.1:5000', 'http', 'Podman')) ?? '', /registries\.conf/u);
  });
});
