import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { openRegistry } from '../../../src/registry/index.ts';
import { realmLookup } from '../../../src/registry/realm-lookup.ts';
import { failure, finishAll, head, scripted, tag } from './scenario.ts';

/** Answers as a name server that has these names. */
const names =
  (known: Record<string, string[]>): LookupFunction =>
  (hostname, options, callback) => {
    const found = known[hostname]?.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    const [first] = found ?? [];
    if (!found || !first) callback(Object.assign(new Error(`no ${hostname}`), { code: 'ENOTFOUND' }), '');
    else if (options.all) callback(null, found);
    else callback(null, first.address, first.family);
  };

const asked = (registry: string, known: Record<string, string[]>, all = true): Promise<string[]> =>
  new Promise((resolve, reject) => {
    const refused = (hostname: string): Error => new Error(`refused ${hostname}`);
    const lookup = realmLookup({ registry, lookup: names(known), refused });
    lookup('auth.example', { all }, (error, found: string | LookupAddress[]) => {
      if (error) reject(error);
      else resolve(typeof found === 'string' ? [found] : found.map(({ address }) => address));
    });
  });

describe('the name of a token server', () => {
  afterEach(finishAll);

  it('may lead to any public address, and the registry’s is not asked for then', async () => {
    const known = { 'auth.example': ['203.0.113.7', '2606:4700::1'] };
    assert.deepEqual(await asked('r.example', known), known['auth.example']);
    assert.deepEqual(await asked('r.example', known, false), ['203.0.113.7']);
  });

  const inside = ['10.0.0.1', '192.168.1.1', '172.20.0.1', '100.64.0.1', 'fd00::1', '::ffff:10.0.0.1'];
  for (const address of [...inside, '127.0.0.1', '::1', '0.0.0.0', '169.254.169.254', 'fe80::1', '::ffff:127.0.0.1'])
    it(`may not lead a public registry’s client to ${address}`, async () => {
      const known = { 'auth.example': ['203.0.113.7', address], 'r.example': ['198.51.100.7'] };
      await assert.rejects(asked('r.example', known), /^Error: refused auth\.example$/u);
      await assert.rejects(asked('198.51.100.7', known), /refused/u);
    });

  it('may lead into a private network from a registry that is in one, and no nearer', async () => {
    const at = (address: string): Record<string, string[]> => ({
      'auth.example': [address],
      'r.example': ['10.9.9.9'],
    });
    for (const address of inside) assert.deepEqual(await asked('r.example', at(address)), [address]);
    assert.deepEqual(await asked('10.9.9.9', at('192.168.1.1')), ['192.168.1.1']);
    for (const address of ['127.0.0.1', '::1', '169.254.169.254'])
      await assert.rejects(asked('r.example', at(address)), /refused/u, address);
  });

  it('is not known where it is not known, and leads nowhere private where the registry is not', async () => {
    await assert.rejects(asked('r.example', {}), { code: 'ENOTFOUND' });
    await assert.rejects(asked('r.example', { 'auth.example': ['10.0.0.1'] }), { code: 'ENOTFOUND' });
  });

  it('is told in the words of the registry’s refusal, and nothing is sent', async () => {
    const [server, inner] = await Promise.all([scripted(), scripted()]);
    const host = `r.example:${server.port}`;
    const realm = `http://auth.example:${inner.port}/token`;
    server.expect({
      request: head,
      answer: { status: 401, headers: { 'www-authenticate': `Bearer realm="${realm}",service="r"` } },
    });
    let turn = 0;
    // A registry that was public when it was asked for its address anew.
    const lookup: LookupFunction = (hostname, options, callback) => {
      turn += 1;
      const address = hostname === 'r.example' && turn > 1 ? '198.51.100.7' : '127.0.0.1';
      names({ [hostname]: [address] })(hostname, options, callback);
    };
    const credential = { username: 'ada', password: 'planted-55aa' };
    const client = openRegistry(host, { transport: 'http', lookup, credential });
    const error = await failure(client.resolve(tag(host)));
    assert.equal(error.code, 'referral-refused');
    assert.equal(
      error.message,
      `${host} refers to the token server auth.example, to which nothing is sent: its address is a private one.`,
    );
    assert.equal(inner.seen.length, 0);
  });
});
