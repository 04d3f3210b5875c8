import assert from 'node:assert/strict';
import { RegistryDoor } from '../../../src/editor/registry-door.ts';
import { type RegistryTest, testRegistry } from '../../../src/editor/registry-test.ts';
import type { KeychainAnswer } from '../../../src/credentials/index.ts';
import type { RegistryOptions } from '../../../src/registry/index.ts';
import { selfSigned } from '../../support/certificate.ts';
import type { ScriptedServer, Step, StepAnswer } from '../../support/registry-server.ts';
import { finishAll, lookup, ping, pinged, scripted } from '../registry/scenario.ts';

const password = 'planted-3b9d0e71';
const catalog = 'GET /v2/_catalog?n=1';
const page = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Welcome</html>' };
const basic = { status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } };

/** Tests `r.example` at the server, as who is signed in with that password. */
async function tested(server: ScriptedServer, options: RegistryOptions = { transport: 'http' }): Promise<RegistryTest> {
  const account = {
    kind: 'found',
    source: 'stored',
    account: 'ada',
    credential: { username: 'ada', password },
  } as unknown as KeychainAnswer;
  const accounts = { find: () => Promise.resolve(account) };
  const contact = { optionsFor: () => ({ lookup, retries: 0, ...options }), certificateFile: () => undefined };
  const door = new RegistryDoor({ accounts, contact, registries: () => [], awsApi: () => Promise.resolve(undefined) });
  const session = { connect: () => Promise.reject(new Error('The engine need not be there.')) };
  const engineIsLocal = (): Promise<boolean> => Promise.resolve(true);
  const parts = { accounts, contact, door, session, engineIsLocal } as unknown as Parameters<typeof testRegistry>[1];
  return testRegistry({ registry: `r.example:${server.port}` }, parts);
}

/** A line without the port, which differs each time. */
const plain = (line: string): string => line.replace(/:\d{2,5}\b/gu, '');

describe('the test of a registry with bad answers', () => {
  afterEach(finishAll);

  const unreached: [what: string, answer: Step['answer'], code: string, line: string][] = [
    ['a web page', page, 'not-a-registry', 'r.example answers, but it is no registry (status 200). Check the address.'],
    [
      'half an answer',
      (response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('{', () => response.destroy());
      },
      'registry-unreachable',
      'r.example cannot be reached: the connection broke before there was an answer.',
    ],
    [
      'a failure with bytes that are no text',
      { status: 500, headers: { 'content-type': 'application/json' }, body: Buffer.from([0xff, 0, 0x1b]) },
      'registry-error',
      'r.example failed with status 500.',
    ],
    [
      'a redirect to what is no address',
      { status: 302, headers: { location: 'http://[' } },
      'referral-refused',
      'r.example redirects to what is no address.',
    ],
  ];
  for (const [what, answer, code, line] of unreached)
    it(`says what is wrong with ${what}, once, and sends no password`, async () => {
      const server = await scripted();
      server.expect({ request: ping, answer });
      const { reach, signIn, list, push } = await tested(server);
      assert.deepEqual([reach.verdict, reach.code, plain(reach.line)], ['no', code, line]);
      for (const untried of [signIn, list, push])
        assert.deepEqual([untried.verdict, plain(untried.line)], ['unknown', 'r.example could not be asked.']);
      assert.deepEqual(
        server.seen.map(({ authorization }) => authorization),
        [undefined],
      );
    });

  it('says that redirects go round, after five', async () => {
    const server = await scripted();
    const round: StepAnswer = { status: 307, headers: { location: '/v2/' } };
    server.expect(...Array.from({ length: 6 }, () => ({ request: ping, answer: round })));
    const { reach } = await tested(server);
    assert.deepEqual([reach.code, plain(reach.line)], ['referral-refused', 'r.example redirects more than 5 times.']);
  });

  it('says that a certificate signs itself, and what to do', async () => {
    const server = await scripted(selfSigned(['r.example']));
    const { reach } = await tested(server, { transport: 'https' });
    assert.deepEqual(
      [reach.code, plain(reach.line)],
      [
        'certificate-untrusted',
        'The certificate of r.example is not trusted here (self-signed certificate). Add its authority to those that ' +
          'this machine trusts, or its file to dockerPush.registryCertificates.',
      ],
    );
  });

  it('says that a host is not known', async () => {
    const server = await scripted();
    const unknown: RegistryOptions['lookup'] = (hostname, _, callback) =>
      callback(Object.assign(new Error(`no ${hostname}`), { code: 'ENOTFOUND' }), '');
    const { reach } = await tested(server, { transport: 'https', lookup: unknown });
    assert.deepEqual(
      [reach.code, plain(reach.line)],
      [
        'registry-unreachable',
        'r.example cannot be reached: no host of that name is known. Check the name, and the network.',
      ],
    );
  });

  it('says to which token server nothing is sent', async () => {
    const server = await scripted();
    const headers = { 'www-authenticate': 'Bearer realm="https://169.254.169.254/token",service="r"' };
    const challenged: Step = { request: ping, answer: { status: 401, headers } };
    server.expect(challenged, challenged, { request: catalog, answer: { status: 401, headers } });
    const { reach, signIn, list } = await tested(server);
    assert.equal(reach.verdict, 'ok');
    for (const { verdict, line } of [signIn, list]) {
      assert.equal(verdict, 'unknown');
      assert.match(
        plain(line),
        /token server https:\/\/169\.254\.169\.254\/token, to which nothing is sent: .* private/u,
      );
    }
    for (const { authorization } of server.seen) assert.equal(authorization, undefined);
  });

  it('says that the list is a web page, while the sign-in is right', async () => {
    const server = await scripted();
    const welcomed: Step = { request: ping, headers: { authorization: /^Basic /u }, answer: { status: 200, body: {} } };
    server.expect(
      { request: ping, answer: basic },
      { request: ping, answer: basic },
      welcomed,
      { request: catalog, answer: basic },
      { request: catalog, headers: { authorization: /^Basic /u }, answer: page },
    );
    const { reach, signIn, list } = await tested(server);
    assert.deepEqual([reach.verdict, signIn.verdict, list.verdict], ['ok', 'ok', 'unknown']);
    assert.match(list.line, /it is no registry/u);
  });

  it('sends the password to no other host to which its list is moved', async () => {
    const [server, other] = await Promise.all([scripted(), scripted()]);
    server.expect(
      pinged,
      pinged,
      { request: catalog, answer: basic },
      {
        request: catalog,
        headers: { authorization: /^Basic /u },
        answer: { status: 307, headers: { location: `http://other.example:${other.port}/list` } },
      },
    );
    other.expect({ request: 'GET /list', headers: { authorization: undefined, cookie: undefined }, answer: basic });
    const { list } = await tested(server);
    assert.equal(list.verdict, 'unknown');
    assert.ok(!JSON.stringify(other.seen).includes(password));
  });
});
