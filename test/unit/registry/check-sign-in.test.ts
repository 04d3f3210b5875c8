import assert from 'node:assert/strict';
import { CancelledError } from '../../../src/base/index.ts';
import type { Credential } from '../../../src/credentials/index.ts';
import { parseRegistryKey } from '../../../src/reference/index.ts';
import { checkSignIn, type SignInCheck, type SignInOptions } from '../../../src/registry/index.ts';
import type { ScriptedServer, Step, StepAnswer } from '../../support/registry-server.ts';
import { selfSigned } from '../../support/certificate.ts';
import { HeldClock } from './held-clock.ts';
import { finishAll, ping, pinged, scripted } from './scenario.ts';

const ada: Credential = { username: 'ada', password: 'p:ä secret' };
const adaBasic = `Basic ${Buffer.from('ada:p:ä secret').toString('base64')}`;
const accepted: SignInCheck = { status: 'accepted', transport: 'http' };
const refusedWords = (host: string): string => `${host} did not accept the sign-in.`;
const challenged = (header?: string): StepAnswer => ({
  status: 401,
  ...(header !== undefined && { headers: { 'www-authenticate': header } }),
});

describe('checking a sign-in', () => {
  let server: ScriptedServer;
  let tokens: ScriptedServer;
  beforeEach(async () => {
    [server, tokens] = await Promise.all([scripted(), scripted()]);
  });
  afterEach(finishAll);

  const check = (
    credential: Credential = ada,
    { namespace, ...options }: SignInOptions & { namespace?: string } = {},
    signal?: AbortSignal,
  ): Promise<SignInCheck> => {
    const key = parseRegistryKey(namespace === undefined ? server.host : `${server.host}/${namespace}`);
    return checkSignIn(key, credential, { transport: 'http', ...options }, signal);
  };
  const asks = (header: string): Step => ({
    request: ping,
    headers: { authorization: undefined },
    answer: challenged(header),
  });
  /** The error for which nobody judged the credential. */
  const notJudged = async (result: Promise<SignInCheck>) => {
    const given = await result;
    assert.ok(given.status === 'unreachable', JSON.stringify(given));
    return given.error;
  };

  describe('with name and password', () => {
    const basic = 'Basic realm="Registry"';
    const withBasic = (answer: StepAnswer): Step => ({
      request: ping,
      headers: { authorization: adaBasic },
      answer,
    });

    it('is accepted when the registry says so', async () => {
      server.expect(asks(basic), withBasic({ status: 200, body: {} }));
      assert.deepEqual(await check(), accepted);
    });

    for (const status of [401, 403])
      it(`is refused with ${status}, in the registry’s words`, async () => {
        const body = { errors: [{ code: 'DENIED', message: 'wrong password' }] };
        server.expect(asks(basic), withBasic({ status, body }));
        assert.deepEqual(await check(), {
          status: 'refused',
          message: `${refusedWords(server.host)} It says: “wrong password”.`,
        });
      });

    it('is not judged when the registry fails then', async () => {
      server.expect(asks(basic), withBasic({ status: 503 }));
      const error = await notJudged(check());
      assert.equal(error.code, 'registry-error');
      assert.equal(error.temporary, true);
    });

    it('is not judged by a page for people', async () => {
      const page = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' };
      server.expect(asks(basic), withBasic(page));
      assert.equal((await notJudged(check())).code, 'not-a-registry');
    });

    it('is refused without being sent when it is an identity token', async () => {
      server.expect(asks(basic));
      const message = `${server.host} wants a user name and a password, not an identity token.`;
      assert.deepEqual(await check({ identityToken: 'id', username: 'ada' }), { status: 'refused', message });
    });
  });

  describe('with a token server', () => {
    const bearer = (): string => `Bearer realm="${tokens.url}/token",service="reg",scope="repository:any/thing:pull"`;
    const token = (query: string, answer: StepAnswer = { status: 200, body: { token: 't' } }): Step => ({
      request: `GET /token?service=reg${query}&account=ada`,
      headers: { authorization: adaBasic },
      answer,
    });
    const push = (path: string): string => `&scope=repository%3A${encodeURIComponent(path)}%3Apull%2Cpush`;
    const refused = (): SignInCheck => ({
      status: 'refused',
      message: `${tokens.host}, to which ${server.host} refers, did not accept the sign-in.`,
    });
    beforeEach(() => server.expect(asks(bearer())));

    it('asks for no scope when no name is known, as docker login does', async () => {
      tokens.expect(token(''));
      assert.deepEqual(await check(), accepted);
    });

    it('asks for pushing to the repository', async () => {
      tokens.expect(token(push('acme/api')));
      assert.deepEqual(await check(ada, { namespace: 'acme', repository: 'acme/api' }), accepted);
    });

    it('asks for pushing to the namespace', async () => {
      tokens.expect(token(push('acme/web')));
      assert.deepEqual(await check(ada, { namespace: 'acme/web' }), accepted);
    });

    for (const status of [400, 403, 500])
      it(`asks for no scope when the namespace’s is answered with ${status}`, async () => {
        tokens.expect(token(push('acme'), { status }), token(''));
        assert.deepEqual(await check(ada, { namespace: 'acme' }), accepted);
      });

    it('asks once more at most', async () => {
      tokens.expect(token(push('acme'), { status: 403 }), token('', { status: 403 }));
      assert.deepEqual(await check(ada, { namespace: 'acme' }), refused());
    });

    it('does not try a wrong password twice', async () => {
      tokens.expect(token(push('acme'), { status: 401 }));
      assert.deepEqual(await check(ada, { namespace: 'acme' }), refused());
    });

    it('is refused with 403, which is what some say to a wrong password', async () => {
      tokens.expect(token('', { status: 403, body: { errors: [{ code: 'DENIED', message: 'denied' }] } }));
      const result = await check();
      assert.ok(result.status === 'refused');
      assert.match(result.message, /did not accept the sign-in\. It says: “denied”\.$/u);
    });

    it('is refused with 403 for a repository, which may be its right or its name', async () => {
      tokens.expect(token(push('acme/api'), { status: 403 }));
      const result = await check(ada, { namespace: 'acme', repository: 'acme/api' });
      assert.ok(result.status === 'refused');
      assert.match(result.message, /did not accept the sign-in, or does not let it push to acme\/api\.$/u);
    });

    for (const [name, answer, code] of [
      ['too many requests', { status: 429 }, 'rate-limited'],
      ['a failure', { status: 500 }, 'registry-error'],
      ['no token', { status: 200, body: {} }, 'registry-error'],
    ] as const)
      it(`is not judged when the token server answers with ${name}`, async () => {
        tokens.expect(token('', answer));
        assert.equal((await notJudged(check())).code, code);
      });

    it('exchanges an identity token', async () => {
      const request: Step = {
        request: 'POST /token',
        headers: { authorization: undefined },
        body: 'grant_type=refresh_token&refresh_token=id%26x&client_id=docker-push&service=reg&scope=',
        answer: { status: 200, body: { access_token: 't' } },
      };
      tokens.expect(request);
      assert.deepEqual(await check({ identityToken: 'id&x', username: 'ada' }), accepted);
    });

    it('is refused with OAuth’s 400', async () => {
      tokens.expect({ request: 'POST /token', answer: { status: 400, body: { error: 'invalid_grant' } } });
      const result = await check({ identityToken: 'old' });
      assert.ok(result.status === 'refused');
      assert.match(result.message, /It says: “invalid_grant”/u);
    });
  });

  it('sends the password to no token server that is not allowed', async () => {
    server.expect(asks('Bearer realm="http://169.254.169.254/token"'));
    assert.equal((await notJudged(check())).code, 'referral-refused');
  });

  it('answers no challenge of another host to which it is redirected', async () => {
    server.expect({ request: ping, answer: { status: 307, headers: { location: `${tokens.url}/v2/` } } });
    tokens.expect(asks(`Bearer realm="${tokens.url}/token"`));
    assert.equal((await check()).status, 'refused');
  });

  it('takes no word for it from another host to which it is redirected', async () => {
    server.expect(asks('Basic'), {
      request: ping,
      headers: { authorization: adaBasic },
      answer: { status: 307, headers: { location: `${tokens.url}/welcome` } },
    });
    tokens.expect({ request: 'GET /welcome', headers: { authorization: undefined }, answer: { status: 200 } });
    assert.equal((await notJudged(check())).code, 'not-a-registry');
  });

  it('is not possible where everybody is let in, and sends nothing there', async () => {
    server.expect({ ...pinged, headers: { authorization: undefined } });
    assert.deepEqual(await check(), {
      status: 'unchecked',
      message: `${server.host} lets everybody in, so it cannot say whether a sign-in is right.`,
      transport: 'http',
    });
  });

  it('is refused where another kind of sign-in is wanted', async () => {
    server.expect(asks('Negotiate'));
    assert.deepEqual(await check(), {
      status: 'refused',
      message: `${server.host} wants a kind of sign-in that is not supported.`,
    });
  });

  for (const [name, answer, code, words] of [
    ['no challenge', challenged(), 'unauthorized', 'asks for a sign-in'],
    ['403', { status: 403 }, 'denied', 'does not allow this without a sign-in'],
    ['404', { status: 404 }, 'not-a-registry', 'is no registry'],
  ] as const)
    it(`does not blame the credential when the first answer is ${name}`, async () => {
      server.expect({ request: ping, answer });
      const error = await notJudged(check());
      assert.equal(error.code, code);
      assert.ok(error.message.includes(words), error.message);
    });

  it('finds the transport of a registry on this machine with the same requests', async () => {
    const secured = await scripted(selfSigned(['127.0.0.1']));
    secured.expect(asks('Basic'), { request: ping, headers: { authorization: adaBasic }, answer: { status: 200 } });
    assert.deepEqual(await checkSignIn({ registry: secured.host }, ada), {
      status: 'accepted',
      transport: 'https-unverified',
    });
    server.expect(asks('Basic'), { request: ping, headers: { authorization: adaBasic }, answer: { status: 200 } });
    assert.deepEqual(await checkSignIn({ registry: server.host }, ada), accepted);
  });

  it('says that the certificate is not trusted', async () => {
    const secured = await scripted(selfSigned(['127.0.0.1']));
    const error = await notJudged(checkSignIn({ registry: secured.host }, ada, { transport: 'https' }));
    assert.equal(error.code, 'certificate-untrusted');
  });

  it('says that nothing is there', async () => {
    const error = await notJudged(checkSignIn({ registry: '127.0.0.1:1' }, ada));
    assert.equal(error.code, 'registry-unreachable');
    assert.equal(error.host, '127.0.0.1:1');
  });

  describe('with a registry that does not answer', () => {
    const silence = (): Promise<void> =>
      new Promise((resolve) => server.expect({ request: ping, answer: () => resolve() }));

    it('ends when the time is over', async () => {
      const clock = new HeldClock();
      const asked = silence();
      const result = check(ada, { clock });
      await asked;
      clock.advance(10_000);
      assert.match((await notJudged(result)).message, /did not answer within 10 seconds/u);
    });

    it('ends when the caller cancels', async () => {
      const stop = new AbortController();
      const asked = silence();
      const result = check(ada, {}, stop.signal);
      await asked;
      stop.abort();
      await assert.rejects(result, CancelledError);
    });
  });
});
