import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { Credential } from '../../../src/credentials/index.ts';
import { openRegistry, type RegistryClient } from '../../../src/registry/index.ts';
import type { ScriptedServer, Step, StepAnswer } from '../../support/registry-server.ts';
import { HeldClock } from './held-clock.ts';
import { descriptor, failure, finishAll, head, scripted, served, tag } from './scenario.ts';

const ada: Credential = { username: 'ada', password: 'a secret' };
const scope = 'scope=repository%3Aacme%2Fapi%3Apull';
const basicOf = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('getting a token', () => {
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
  const asks = (service = 'reg', realm = tokens.url): Step => {
    const challenge = `Bearer realm="${realm}/token",service="${service}"`;
    return {
      request: head,
      headers: { authorization: undefined },
      answer: { status: 401, headers: { 'www-authenticate': challenge } },
    };
  };
  const lets = (token: string): Step => ({
    request: head,
    headers: { authorization: `Bearer ${token}` },
    answer: served(),
  });
  const granted = (token: string, more: object = {}): StepAnswer => ({ status: 200, body: { token, ...more } });
  const refresh = (token: string, answer: StepAnswer): Step => ({
    request: 'POST /token',
    headers: { authorization: undefined },
    body: `grant_type=refresh_token&refresh_token=${token}&client_id=docker-push&service=reg&${scope}`,
    answer,
  });
  const byGet = (answer: StepAnswer, authorization?: string, account = ''): Step => ({
    request: `GET /token?service=reg&${scope}${account}`,
    headers: { authorization },
    answer,
  });

  describe('with an identity token', () => {
    const identity: Credential = { identityToken: 'id-token' };

    for (const [name, answer] of [
      ['404, as Google’s', { status: 404 }],
      ['401, as Artifactory', { status: 401 }],
      ['400, as Azure’s', { status: 400, body: { errors: [{ code: 'UNSUPPORTED' }] } }],
      ['400 and that it does not know this grant', { status: 400, body: { error: 'unsupported_grant_type' } }],
      ['405', { status: 405 }],
    ] as const)
      it(`goes by GET where POST brings ${name}`, async () => {
        server.expect(asks(), lets('t'));
        tokens.expect(refresh('id-token', answer), byGet(granted('t'), basicOf(':id-token')));
        assert.deepEqual(await resolve(open(identity)), descriptor);
      });

    it('goes by GET under the name with which it was given', async () => {
      const zeros = '00000000-0000-0000-0000-000000000000';
      server.expect(asks(), lets('t'));
      tokens.expect(
        refresh('id-token', { status: 405 }),
        byGet(granted('t'), basicOf(`${zeros}:id-token`), `&account=${zeros}`),
      );
      assert.deepEqual(await resolve(open({ ...identity, username: zeros })), descriptor);
    });

    for (const status of [403, 429, 500])
      it(`goes no other way after ${status}`, async () => {
        server.expect(asks());
        tokens.expect(refresh('id-token', { status }));
        assert.equal((await failure(resolve(open(identity)))).status, status);
      });

    for (const [first, second, status] of [
      [401, 401, 401],
      [401, 404, 401],
      [404, 401, 401],
      [404, 500, 500],
      [400, 405, 400],
    ] as const)
      it(`tells of ${status} after ${first} to POST and ${second} to GET`, async () => {
        server.expect(asks());
        tokens.expect(refresh('id-token', { status: first }), byGet({ status: second }, basicOf(':id-token')));
        const error = await failure(resolve(open(identity)));
        assert.equal(error.status, status);
        assert.equal(error.code, status === 500 ? 'registry-error' : 'unauthorized');
      });

    it('is not repeated in words, nor is what is made of it', async () => {
      const encoded = basicOf('ada:id-token').slice(6);
      const words = `id-token ${encoded}`;
      server.expect(asks());
      tokens.expect(
        refresh('id-token', { status: 404 }),
        byGet({ status: 401, body: { details: words } }, basicOf('ada:id-token'), '&account=ada'),
      );
      const { message } = await failure(resolve(open({ ...identity, username: 'ada' })));
      for (const secret of ['id-token', encoded]) assert.ok(!message.includes(secret));
    });
  });

  describe('with a password', () => {
    const byPost = (answer: StepAnswer): Step => ({
      request: 'POST /token',
      headers: { authorization: undefined },
      body: `grant_type=password&username=ada&password=a+secret&client_id=docker-push&service=reg&${scope}`,
      answer,
    });
    const account = '&account=ada';

    for (const status of [404, 405])
      it(`goes by POST where GET brings ${status}`, async () => {
        server.expect(asks(), lets('t'));
        tokens.expect(byGet({ status }, basicOf('ada:a secret'), account), byPost(granted('t')));
        assert.deepEqual(await resolve(open(ada)), descriptor);
      });

    for (const status of [400, 401, 403])
      it(`goes no other way after ${status}`, async () => {
        server.expect(asks());
        tokens.expect(byGet({ status }, basicOf('ada:a secret'), account));
        assert.equal((await failure(resolve(open(ada)))).status, status);
      });

    it('says that it is refused, and does not read as a stranger instead', async () => {
      server.expect(asks());
      tokens.expect(byGet({ status: 401 }, basicOf('ada:a secret'), account));
      const error = await failure(resolve(open(ada)));
      assert.equal(error.code, 'unauthorized');
      assert.match(error.message, /did not accept the sign-in\.$/u);
    });
  });

  it('goes one way without a credential', async () => {
    server.expect(asks());
    tokens.expect(byGet({ status: 404 }));
    assert.equal((await failure(resolve(open()))).status, 404);
  });

  describe('with the refresh token that came with the last', () => {
    const withRenewal = (token: string, renewal: string): StepAnswer => granted(token, { refresh_token: renewal });
    const first = (): Step => byGet(withRenewal('t1', 'next-1'), basicOf('ada:a secret'), '&account=ada');

    it('goes by that, and by each that comes then', async () => {
      const client = open(ada);
      server.expect(asks(), lets('t1'), asks(), lets('t2'), asks(), lets('t3'));
      tokens.expect(first(), refresh('next-1', withRenewal('t2', 'next-2')), refresh('next-2', granted('t3')));
      for (let count = 0; count < 3; count += 1) {
        await resolve(client);
        clock.advance(60_000);
      }
    });

    it('goes by the credential when that is refused', async () => {
      const client = open({ identityToken: 'id-token' });
      server.expect(asks(), lets('t1'), asks(), lets('t2'), asks(), lets('t3'));
      tokens.expect(
        refresh('id-token', withRenewal('t1', 'next-1')),
        refresh('next-1', { status: 400, body: { error: 'invalid_grant' } }),
        refresh('id-token', granted('t2')),
        refresh('id-token', granted('t3')),
      );
      for (let count = 0; count < 3; count += 1) {
        await resolve(client);
        clock.advance(60_000);
      }
    });

    it('sends it to nobody else', async () => {
      const client = open(ada);
      const others = await scripted();
      server.expect(asks(), lets('t1'), asks('reg', others.url), lets('t2'), asks('other'), lets('t3'));
      tokens.expect(first());
      others.expect(byGet(granted('t2'), basicOf('ada:a secret'), '&account=ada'));
      const query = `service=other&${scope}&account=ada`;
      tokens.expect({ request: `GET /token?${query}`, answer: granted('t3') });
      for (let count = 0; count < 3; count += 1) {
        await resolve(client);
        clock.advance(60_000);
      }
    });

    it('keeps none that comes to a stranger', async () => {
      const client = open();
      server.expect(asks(), lets('t1'), asks(), lets('t2'));
      tokens.expect(byGet(withRenewal('t1', 'next-1')), byGet(granted('t2')));
      await resolve(client);
      clock.advance(60_000);
      await resolve(client);
    });

    it('does not repeat it in words', async () => {
      const client = open(ada);
      server.expect(asks(), lets('t1'), asks());
      const refused = { status: 500, body: { details: 'you sent next-1' } };
      tokens.expect(
        first(),
        refresh('next-1', { status: 503 }),
        byGet(refused, basicOf('ada:a secret'), '&account=ada'),
      );
      await resolve(client);
      clock.advance(60_000);
      assert.ok(!(await failure(resolve(client))).message.includes('next-1'));
    });
  });

  it('keeps a token for each service, too', async () => {
    const client = open();
    const refuses = (token: string, service: string): Step => ({
      ...asks(service),
      headers: { authorization: `Bearer ${token}` },
    });
    const kept = { expires_in: 300 };
    server.expect(asks('reg'), lets('t1'), refuses('t1', 'other'), lets('t2'), refuses('t2', 'reg'), lets('t1'));
    tokens.expect(byGet(granted('t1', kept)), {
      request: `GET /token?service=other&${scope}`,
      answer: granted('t2', kept),
    });
    for (let count = 0; count < 3; count += 1) await resolve(client);
  });

  it('takes the token that a request beside it has got', async () => {
    const client = open();
    const waiting: ServerResponse[] = [];
    const refuse = (response: ServerResponse | undefined): void => {
      const challenge = `Bearer realm="${tokens.url}/token",service="reg"`;
      response?.writeHead(401, { 'www-authenticate': challenge }).end();
    };
    const holds = (then: () => void): Step => ({
      request: head,
      headers: { authorization: undefined },
      answer: (response) => {
        waiting.push(response);
        then();
      },
    });
    // Both are asked without a token; the second hears of it when the first has one.
    server.expect(
      holds(() => undefined),
      holds(() => refuse(waiting[0])),
      lets('t'),
      lets('t'),
    );
    tokens.expect(byGet(granted('t', { expires_in: 300 })));
    const both = [resolve(client), resolve(client)];
    await Promise.race(both);
    refuse(waiting[1]);
    await Promise.all(both);
  });
});
