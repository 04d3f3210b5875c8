import assert from 'node:assert/strict';
import type { ScriptedServer, Step } from '../../support/registry-server.ts';
import type { HeldClock } from './held-clock.ts';
import { descriptor, failure, finishAll, head, served } from './scenario.ts';
import { ada, adaBasic, scopeQuery, SignInScene } from './sign-in-scene.ts';

describe('signing in', () => {
  const scene = new SignInScene();
  const { bearer, challenged, open, resolve, token, without, withToken } = scene;
  let server: ScriptedServer;
  let tokens: ScriptedServer;
  let clock: HeldClock;
  beforeEach(async () => {
    await scene.start();
    ({ server, tokens, clock } = scene);
  });
  afterEach(finishAll);

  describe('with a token', () => {
    it('asks the token server anonymously, for its own scope, as Docker Hub names none', async () => {
      server.expect(without(), withToken('t1'));
      tokens.expect(token({ token: 't1' }));
      assert.deepEqual(await resolve(open()), descriptor);
    });

    it('asks for its own scope when the challenge is for another', async () => {
      server.expect(without(bearer(',scope="repository:user/image:pull"')), withToken('t1'));
      tokens.expect(token({ token: 't1' }));
      assert.deepEqual(await resolve(open()), descriptor);
    });

    it('keeps the query of the realm, and needs no service', async () => {
      server.expect(without(`Bearer realm="${tokens.url}/token?a=b"`), withToken('t1'));
      tokens.expect(token({ token: 't1' }, `?a=b&${scopeQuery}`));
      assert.deepEqual(await resolve(open()), descriptor);
    });

    it('takes access_token where there is no token', async () => {
      server.expect(without(), withToken('t2'));
      tokens.expect(token({ token: '', access_token: 't2' }));
      assert.deepEqual(await resolve(open()), descriptor);
    });

    it('sends name and password to the token server alone', async () => {
      server.expect(without(), withToken('t1'));
      tokens.expect({
        request: `GET /token?service=reg&${scopeQuery}&account=ada`,
        headers: { authorization: adaBasic },
        answer: { status: 200, body: { token: 't1' } },
      });
      assert.deepEqual(await resolve(open(ada)), descriptor);
    });

    it('sends an identity token as a refresh token', async () => {
      server.expect(without(), withToken('t1'));
      tokens.expect({
        request: 'POST /token',
        headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: undefined },
        body: `grant_type=refresh_token&refresh_token=id%26x&client_id=docker-push&service=reg&${scopeQuery}`,
        answer: { status: 200, body: { access_token: 't1' } },
      });
      assert.deepEqual(await resolve(open({ identityToken: 'id&x' })), descriptor);
    });

    it('keeps the token for as long as it says, and for a minute at least', async () => {
      const client = open();
      server.expect(without(), withToken('t1'), withToken('t1'), without(), withToken('t2'), withToken('t2'));
      tokens.expect(token({ token: 't1', expires_in: 5 }), token({ token: 't2', expires_in: 300 }));
      await resolve(client);
      clock.advance(50_000);
      await resolve(client);
      clock.advance(10_000);
      await resolve(client);
      clock.advance(290_000);
      await resolve(client);
    });

    it('keeps a token for each repository', async () => {
      const client = open();
      const other = 'HEAD /v2/other/manifests/1';
      server.expect(
        without(),
        withToken('t1'),
        { ...without(), request: other },
        { ...withToken('t2'), request: other },
      );
      tokens.expect(token({ token: 't1' }), token({ token: 't2' }, '?service=reg&scope=repository%3Aother%3Apull'));
      await resolve(client);
      await client.resolve({ kind: 'tagged', repository: { registry: server.host, path: 'other' }, tag: '1' });
    });

    it('replaces a kept token once that is refused before its time', async () => {
      const client = open();
      server.expect(
        without(),
        withToken('t1'),
        withToken('t1', challenged(bearer(',error="invalid_token"'))),
        withToken('t2'),
      );
      tokens.expect(token({ token: 't1', expires_in: 300 }), token({ token: 't2', expires_in: 300 }));
      await resolve(client);
      assert.deepEqual(await resolve(client), descriptor);
    });

    it('asks at once for what a kept token lacks', async () => {
      const client = open();
      const more = challenged(bearer(',scope="repository:acme/api:more",error="insufficient_scope"'));
      server.expect(without(), withToken('t1'), withToken('t1', more), withToken('t2'));
      tokens.expect(
        token({ token: 't1', expires_in: 300 }),
        token({ token: 't2' }, `?service=reg&scope=repository%3Aacme%2Fapi%3Amore&${scopeQuery}`),
      );
      await resolve(client);
      assert.deepEqual(await resolve(client), descriptor);
    });

    it('does not ask again for the same in another order', async () => {
      const request = 'POST /v2/acme/api/blobs/uploads/';
      const wanted = bearer(',scope="repository:acme/api:push,pull",error="insufficient_scope"');
      server.expect({ ...without(), request }, { ...withToken('t1', challenged(wanted)), request });
      tokens.expect(token({ token: 't1' }, '?service=reg&scope=repository%3Aacme%2Fapi%3Apull%2Cpush'));
      const { kind } = await open().mayPush({ registry: server.host, path: 'acme/api' });
      assert.equal(kind, 'refused');
    });

    it('gives up when a new token is refused', async () => {
      server.expect(without(), withToken('t1', challenged(bearer())));
      tokens.expect(token({ token: 't1' }));
      const error = await failure(resolve(open()));
      assert.equal(error.code, 'unauthorized');
      assert.match(error.message, new RegExp(`^${server.host} asks for a sign-in`, 'u'));
    });

    it('does not blame the credential when the token that it brought is not enough', async () => {
      server.expect(without(), withToken('t1', challenged(bearer(',error="insufficient_scope"'))));
      const granted = { status: 200, body: { token: 't1' } };
      tokens.expect({ request: `GET /token?service=reg&${scopeQuery}&account=ada`, answer: granted });
      const error = await failure(resolve(open(ada)));
      assert.equal(error.code, 'denied');
      assert.equal(error.message, `${server.host} does not allow this.`);
    });

    it('asks for a sign-in when a token that everybody gets is not enough', async () => {
      server.expect(without(), withToken('t1', challenged(bearer(',error="insufficient_scope"'))));
      tokens.expect(token({ token: 't1' }));
      assert.equal((await failure(resolve(open()))).code, 'unauthorized');
    });

    it('asks once for a scope that the registry names then, and puts it first', async () => {
      const wanted = bearer(',scope="registry:all:*"');
      server.expect(
        without(),
        withToken('t1', challenged(wanted)),
        withToken('t2', challenged(bearer(',scope="more"'))),
      );
      tokens.expect(
        token({ token: 't1' }),
        token({ token: 't2' }, `?service=reg&scope=registry%3Aall%3A*&${scopeQuery}`),
      );
      assert.equal((await failure(resolve(open()))).code, 'unauthorized');
    });

    for (const [name, answer, code] of [
      ['401', { status: 401, body: { details: 'incorrect username or password' } }, 'unauthorized'],
      ['403', { status: 403, body: { errors: [{ code: 'DENIED', message: 'no' }] } }, 'denied'],
      ['429', { status: 429 }, 'rate-limited'],
      ['500', { status: 500 }, 'registry-error'],
      ['no token', { status: 200, body: { expires_in: 1 } }, 'registry-error'],
      ['a token that no header takes', { status: 200, body: { token: 'a\r\nx: y' } }, 'registry-error'],
      ['a token that is no text', { status: 200, body: { token: 7 } }, 'registry-error'],
      ['a web page', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }, 'registry-error'],
      ['too much', { status: 200, body: { filler: 'x'.repeat(70_000), token: 't' } }, 'registry-error'],
    ] as const)
      it(`says so when the token server answers with ${name}`, async () => {
        server.expect(without());
        tokens.expect({ request: `GET /token?service=reg&${scopeQuery}`, answer });
        const error = await failure(resolve(open()));
        assert.equal(error.code, code);
        assert.equal(error.host, server.host);
        assert.equal(error.url, `${tokens.url}/token`);
        assert.ok(error.message.includes(tokens.host), 'the token server is named');
        assert.ok(error.message.includes(server.host), 'the registry is named');
      });

    it('says that a refresh token is not accepted when OAuth’s 400 says so', async () => {
      server.expect(without());
      tokens.expect({ request: 'POST /token', answer: { status: 400, body: { error: 'invalid_grant' } } });
      const error = await failure(resolve(open({ identityToken: 'old' })));
      assert.equal(error.code, 'unauthorized');
      assert.match(error.message, /did not accept the sign-in\. It says: “invalid_grant”\.$/u);
    });

    it('does not repeat a refresh token that the token server repeats', async () => {
      server.expect(without());
      const body = { error: 'invalid_grant', error_description: 'id-token%26 or id-token& is old' };
      tokens.expect({ request: 'POST /token', answer: { status: 400, body } });
      const { message } = await failure(resolve(open({ identityToken: 'id-token&' })));
      assert.match(message, /It says: “… or … is old”\.$/u);
    });

    it('says so when the token server is not there', async () => {
      server.expect(without(`Bearer realm="http://127.0.0.1:1/token"`));
      const error = await failure(resolve(open()));
      assert.equal(error.code, 'registry-unreachable');
      assert.ok(error.message.startsWith(`127.0.0.1:1, to which ${server.host} refers, cannot be reached`));
    });

    for (const realm of [
      'http://169.254.169.254/latest/meta-data',
      'http://10.0.0.1/t',
      'file:///etc/passwd',
      'token',
      'http://[fd00::1]/t',
    ])
      it(`sends nothing to the token server ${realm}`, async () => {
        server.expect(without(`Bearer realm="${realm}",service="reg"`));
        const error = await failure(resolve(open(ada)));
        assert.equal(error.code, 'referral-refused');
        assert.ok(error.message.includes(realm));
      });
  });

  describe('with name and password (Basic)', () => {
    const withBasic = (answer = served()): Step => ({ request: head, headers: { authorization: adaBasic }, answer });
    const basic = 'Basic realm="Registry"';

    it('sends them when asked, and then at once', async () => {
      const client = open(ada);
      server.expect(without(basic), withBasic(), withBasic());
      await resolve(client);
      assert.deepEqual(await resolve(client), descriptor);
    });

    it('says that a sign-in is needed when there is none', async () => {
      server.expect(without(basic));
      const error = await failure(resolve(open()));
      assert.equal(error.code, 'unauthorized');
      assert.equal(error.message, `${server.host} asks for a sign-in.`);
    });

    it('says so when they are not accepted, and does not try again', async () => {
      const client = open(ada);
      server.expect(without(basic), withBasic(challenged(basic)), withBasic(challenged(basic)));
      assert.match((await failure(resolve(client))).message, /did not accept the sign-in/u);
      await failure(resolve(client));
    });

    it('has none to make of an identity token', async () => {
      server.expect(without(basic));
      assert.equal((await failure(resolve(open({ identityToken: 'id-token' })))).code, 'unauthorized');
      server.expect(without(basic));
      const named = { identityToken: 'id-token', username: 'ada' };
      assert.equal((await failure(resolve(open(named)))).code, 'unauthorized');
    });

    it('sends nothing for a challenge that it does not know', async () => {
      server.expect(without('Negotiate'));
      assert.equal((await failure(resolve(open(ada)))).code, 'unauthorized');
    });
  });

  it('pings without signing in', async () => {
    server.expect({ request: 'GET /v2/', headers: { authorization: undefined }, answer: challenged(bearer()) });
    await open(ada).ping();
  });
});
