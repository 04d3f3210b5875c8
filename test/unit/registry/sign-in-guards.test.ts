import assert from 'node:assert/strict';
import { openRegistry } from '../../../src/registry/index.ts';
import type { ScriptedServer, StepAnswer } from '../../support/registry-server.ts';
import type { HeldClock } from './held-clock.ts';
import { descriptor, failure, finishAll, get, head, scripted, served, tag } from './scenario.ts';
import { ada, adaBasic, scopeQuery, SignInScene } from './sign-in-scene.ts';

describe('what guards a sign-in', () => {
  const scene = new SignInScene();
  const { challenged, open, resolve, token, without, withToken } = scene;
  let server: ScriptedServer;
  let tokens: ScriptedServer;
  let clock: HeldClock;
  beforeEach(async () => {
    await scene.start();
    ({ server, tokens, clock } = scene);
  });
  afterEach(finishAll);

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
});
