import assert from 'node:assert/strict';
import type { Credential } from '../../../src/credentials/index.ts';
import { openRegistry, type RegistryClient } from '../../../src/registry/index.ts';
import type { ScriptedServer, Step, StepAnswer } from '../../support/registry-server.ts';
import { HeldClock } from './held-clock.ts';
import { descriptor, failure, finishAll, get, head, scripted, served, tag } from './scenario.ts';

const ada: Credential = { username: 'ada', password: 'p:ä secret' };
const adaBasic = `Basic ${Buffer.from('ada:p:ä secret').toString('base64')}`;
const scopeQuery = 'scope=repository%3Aacme%2Fapi%3Apull';

describe('signing in', () => {
  let server: ScriptedServer;
  let tokens: ScriptedServer;
  let clock: HeldClock;
  beforeEach(async () => {
    [server, tokens] = await Promise.all([scripted(), scripted()]);
    clock = new HeldClock();
  });
  afterEach(finishAll);

  const open = (credential?: Credential): RegistryClient =>
    openRegistry(server.host, { transport: 'http', credential, clock, retries: 0 });
  const resolve = (client: RegistryClient) => client.resolve(tag(server.host));
  const challenged = (header: string): StepAnswer => ({ status: 401, headers: { 'www-authenticate': header } });
  const bearer = (more = ''): string => `Bearer realm="${tokens.url}/token",service="reg"${more}`;
  const without = (header = bearer()): Step => ({
    request: head,
    headers: { authorization: undefined },
    answer: challenged(header),
  });
  const withToken = (token: string, answer: StepAnswer = served()): Step => ({
    request: head,
    headers: { authorization: `Bearer ${token}` },
    answer,
  });
  const token = (body: object, query = `?service=reg&${scopeQuery}`): Step => ({
    request: `GET /token${query}`,
    headers: { authorization: undefined },
    answer: { status: 200, body },
  });

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

  describe('redirects', () => {
    const to = (location: string): StepAnswer => ({ status: 307, headers: { location } });

    it('keep the authorization at the same place, and lose it for good elsewhere', async () => {
      server.expect(
        without(),
        withToken('t1', to('/v2/moved?x=1')),
        { request: 'HEAD /v2/moved?x=1', headers: { authorization: 'Bearer t1' }, answer: to(`${tokens.url}/store`) },
        { request: 'HEAD /v2/back', headers: { authorization: undefined }, answer: served() },
      );
      tokens.expect(token({ token: 't1' }), {
        request: 'HEAD /store',
        headers: { authorization: undefined },
        answer: to(`${server.url}/v2/back`),
      });
      assert.deepEqual(await resolve(open()), descriptor);
    });

    it('of a token server lose the password, and are guarded as its address is', async () => {
      const client = open(ada);
      const elsewhere = await scripted();
      const request = `GET /token?service=reg&${scopeQuery}&account=ada`;
      server.expect(without(), withToken('t1'), { ...without(), request: 'HEAD /v2/acme/api/manifests/2' });
      tokens.expect({ request, headers: { authorization: adaBasic }, answer: to(`${elsewhere.url}/t`) });
      elsewhere.expect({
        request: 'GET /t',
        headers: { authorization: undefined },
        answer: { status: 200, body: { token: 't1' } },
      });
      assert.deepEqual(await resolve(client), descriptor);

      clock.advance(60_000);
      tokens.expect({ request, answer: to('http://169.254.169.254/') });
      const reference = { kind: 'tagged', repository: { registry: server.host, path: 'acme/api' }, tag: '2' } as const;
      assert.equal((await failure(client.resolve(reference))).code, 'referral-refused');
    });

    it('are not followed with a refresh token', async () => {
      server.expect(without());
      tokens.expect({ request: 'POST /token', answer: to('/elsewhere') });
      assert.equal((await failure(resolve(open({ identityToken: 'id-token' })))).status, 307);
    });

    it('answer no other host’s challenge', async () => {
      server.expect({ request: head, answer: to(`${tokens.url}/store`) });
      tokens.expect({ request: 'HEAD /store', answer: challenged('Basic realm="give"') });
      assert.equal((await failure(resolve(open(ada)))).code, 'unauthorized');
    });

    it('end after five', async () => {
      server.expect(...Array.from({ length: 6 }, () => ({ request: head, answer: to(head.slice('HEAD '.length)) })));
      const error = await failure(resolve(open()));
      assert.equal(error.code, 'referral-refused');
      assert.match(error.message, /more than 5 times/u);
    });

    for (const location of ['file:///etc/passwd', 'http://[', 'ftp://x/'])
      it(`to ${location} are refused`, async () => {
        server.expect({ request: head, answer: to(location) });
        assert.equal((await failure(resolve(open()))).code, 'referral-refused');
      });
  });

  describe('secrets', () => {
    it('are in no error, no cause and no line of the log, even when the other side repeats them', async () => {
      const lines: string[] = [];
      const note = (line: string): void => void lines.push(line);
      const log = { trace: note, debug: note, info: note, warn: note, error: note };
      const client = openRegistry(server.host, { transport: 'http', credential: ada, clock, log, retries: 0 });
      const secrets = [
        'p:ä secret',
        'secret',
        encodeURIComponent('p:ä secret'),
        adaBasic.slice(6),
        'token-one',
        'signature',
      ];
      const echo = (words: string): StepAnswer => ({
        status: 400,
        body: { errors: [{ code: words, message: `you sent ${words}`, detail: { words, basic: adaBasic } }] },
      });
      const check = async (promise: Promise<unknown>): Promise<void> => {
        const error = await failure(promise);
        const all = [
          error.message,
          String(error.cause),
          error.url,
          JSON.stringify(error.diagnostics),
          error.stack,
          ...lines,
        ].join('\n');
        for (const secret of secrets) assert.ok(!all.includes(secret), `${secret} in ${all}`);
      };
      const request = `GET /token?service=reg&${scopeQuery}&account=ada`;

      server.expect(without());
      tokens.expect({ request, answer: echo('p:ä secret') });
      await check(resolve(client));
      server.expect(without());
      tokens.expect({ request, answer: echo(encodeURIComponent('p:ä secret')) });
      await check(resolve(client));
      server.expect(without());
      tokens.expect({ request, answer: { status: 200, body: '{"token": "token-one' } });
      await check(resolve(client));
      server.expect({ ...without(), request: get }, { ...withToken('token-one', echo('token-one')), request: get });
      tokens.expect({ request, answer: { status: 200, body: { token: 'token-one' } } });
      await check(client.manifest(tag(server.host)));
      server.expect(withToken('token-one', { status: 307, headers: { location: '/x?signature=signature' } }), {
        request: 'HEAD /x?signature=signature',
        answer: { status: 500 },
      });
      await check(resolve(client));
      server.expect(withToken('token-one', { status: 307, headers: { location: 'ftp://u:secret@x/y?signature' } }));
      await check(resolve(client));
      assert.ok(lines.length >= 11);
      assert.equal(lines[0], `HEAD ${server.url}/v2/acme/api/manifests/1.0 401 in 0 ms`);
      assert.equal(lines[1], `GET ${tokens.url}/token 400 in 0 ms`);
    });
  });

  it('pings without signing in', async () => {
    server.expect({ request: 'GET /v2/', headers: { authorization: undefined }, answer: challenged(bearer()) });
    await open(ada).ping();
  });
});
