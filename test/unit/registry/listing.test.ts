import assert from 'node:assert/strict';
import type { Credential } from '../../../src/credentials/index.ts';
import { openRegistry, type RegistryClient } from '../../../src/registry/index.ts';
import type { ScriptedServer, Step, StepAnswer } from '../../support/registry-server.ts';
import { failure, finishAll, ping, pinged, scripted } from './scenario.ts';

const ada: Credential = { username: 'ada', password: 'a secret' };
const page = { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<html>Welcome</html>' };
const huge = Buffer.alloc(16 * 1024 * 1024 + 1, ' ');

describe('listing', () => {
  let server: ScriptedServer;
  let client: RegistryClient;
  beforeEach(async () => {
    server = await scripted();
    client = openRegistry(server.host, { transport: 'http' });
  });
  afterEach(finishAll);

  describe('tags', () => {
    const first = 'GET /v2/acme/api/tags/list?n=100';
    const repository = () => ({ registry: server.host, path: 'acme/api' });
    const listed = (tags: unknown, link?: string): StepAnswer => ({
      status: 200,
      ...(link !== undefined && { headers: { link } }),
      body: { name: 'acme/api', tags },
    });
    const tags = (range = {}) => client.tags(repository(), range);

    it('gives them in the registry’s order, a hundred at a time', async () => {
      server.expect({ request: first, headers: { accept: 'application/json' }, answer: listed(['b', 'a', '1.0']) });
      assert.deepEqual(await tags(), { items: ['b', 'a', '1.0'] });
    });

    for (const [limit, n] of [
      [7, 7],
      [5_000, 1_000],
      [0, 1],
      [2.5, 2],
    ] as const)
      it(`asks for ${n} where ${limit} are wanted`, async () => {
        server.expect({ request: `GET /v2/acme/api/tags/list?n=${n}`, answer: listed(['a']) });
        await tags({ limit });
      });

    for (const [name, link] of [
      ['relative', () => '</v2/acme/api/tags/list?last=b&n=2>; rel="next"'],
      ['relative to the page', () => '<?last=b&n=2>; rel=next'],
      ['absolute', () => `<${server.url}/v2/acme/api/tags/list?last=b&n=2>; rel="next"`],
      ['one of several', () => '<?last=z&n=2>; rel="last", <?last=b&n=2>; title="a, b; c"; rel="x next"'],
      ['without the repository’s prefix, as Artifactory’s', () => '</v2/api/tags/list?last=b&n=2>; rel="next"'],
    ] as const)
      it(`goes on at a Link that is ${name}`, async () => {
        server.expect(
          { request: 'GET /v2/acme/api/tags/list?n=2', answer: listed(['a', 'b'], link()) },
          { request: 'GET /v2/acme/api/tags/list?last=b&n=2', answer: listed(['c']) },
        );
        const { items, next } = await tags({ limit: 2 });
        assert.deepEqual(items, ['a', 'b']);
        assert.deepEqual(await tags({ limit: 2, after: next }), { items: ['c'] });
      });

    it('keeps the cursor of a registry that has its own', async () => {
      server.expect(
        { request: first, answer: listed(['a'], '</v2/acme/api/tags/list?next_page=g%3D%3D>; rel="next"') },
        { request: 'GET /v2/acme/api/tags/list?next_page=g%3D%3D&n=100', answer: listed(['b']) },
      );
      assert.deepEqual(await tags({ after: (await tags()).next }), { items: ['b'] });
    });

    it('sends nothing to another host that a Link names', async () => {
      const other = await scripted();
      server.expect(
        { request: first, answer: listed(['a'], `<${other.url}/v2/acme/api/tags/list?last=a&n=100>; rel="next"`) },
        { request: 'GET /v2/acme/api/tags/list?last=a&n=100', answer: listed(['b']) },
      );
      assert.deepEqual(await tags({ after: (await tags()).next }), { items: ['b'] });
      assert.equal(other.seen.length, 0);
    });

    for (const [name, answer] of [
      ['an empty page', () => listed([], '<?last=b&n=100>; rel="next"')],
      ['null', () => listed(null)],
      ['nothing', () => ({ status: 200, body: {} })],
    ] as const)
      it(`takes ${name} for the end`, async () => {
        server.expect({ request: first, answer: answer() });
        assert.deepEqual(await tags(), { items: [] });
      });

    for (const link of ['<?last=b>; rel="prev"', '<http://[>; rel="next"', 'next', '</v2/>; rel="next"', '<?a=b>'])
      it(`takes the Link ${link} for none`, async () => {
        server.expect({ request: first, answer: listed(['a'], link) });
        assert.deepEqual(await tags(), { items: ['a'] });
      });

    it('refuses a page whose next is itself', async () => {
      server.expect({ request: first, answer: listed(['a'], '<?n=100>; rel="next"') });
      const error = await failure(tags());
      assert.equal(error.code, 'registry-error');
      assert.match(error.message, /list that does not end/u);
      const again = 'GET /v2/acme/api/tags/list?last=b&n=2';
      server.expect({ request: again, answer: listed(['a'], '<?last=b&n=2>; rel="next"') });
      assert.equal((await failure(tags({ after: 'last=b&n=2' }))).code, 'registry-error');
    });

    it('leaves out what is no tag, and goes on after a page of such', async () => {
      server.expect({ request: first, answer: listed(['a b', '../x', ''], '<?last=c&n=100>; rel="next"') });
      assert.deepEqual(await tags(), { items: [], next: 'last=c&n=100' });
    });

    it('says that there is no such repository, once it is sure that a registry says so', async () => {
      const none = { status: 404, body: { errors: [{ code: 'NAME_UNKNOWN', message: 'not known' }] } };
      server.expect({ request: first, answer: none }, pinged);
      const error = await failure(tags());
      assert.equal(error.code, 'repository-missing');
      assert.equal(
        error.message,
        `${server.host} has no repository acme/api, or does not show it to you. It says: “not known”.`,
      );
      const web = await scripted();
      web.expect({ request: first, answer: { status: 404 } }, { request: ping, answer: { status: 404 } });
      const elsewhere = openRegistry(web.host, { transport: 'http' });
      assert.equal((await failure(elsewhere.tags(repository()))).code, 'not-a-registry');
    });

    for (const [name, answer, code] of [
      ['a web page', page, 'not-a-registry'],
      ['a list of what is no text', listed([1]), 'registry-error'],
      ['half of it', { status: 200, body: '{"tags":["a"' }, 'registry-error'],
      ['too much', { status: 200, body: huge }, 'registry-error'],
      ['403', { status: 403 }, 'denied'],
      ['405', { status: 405 }, 'registry-error'],
    ] as const)
      it(`fails with ${code} on ${name}`, async () => {
        server.expect({ request: first, answer });
        assert.equal((await failure(tags())).code, code);
      });
  });

  describe('repositories', () => {
    const first = 'GET /v2/_catalog?n=100';
    const listed = (repositories: unknown, link?: string): StepAnswer => ({
      status: 200,
      ...(link !== undefined && { headers: { link } }),
      body: { repositories },
    });

    it('gives those with a name that can be asked for, page by page', async () => {
      server.expect(
        { request: 'GET /v2/_catalog?n=3&last=ab', answer: listed(['acme/api', 'Up', 'b'], '<?last=b&n=3>; rel=next') },
        { request: 'GET /v2/_catalog?last=b&n=3', answer: listed(null) },
      );
      const { items, next } = await client.repositories({ limit: 3, startAfter: 'ab' });
      assert.deepEqual(
        items,
        ['acme/api', 'b'].map((path) => ({ registry: server.host, path })),
      );
      assert.deepEqual(await client.repositories({ limit: 3, after: next, startAfter: 'ab' }), { items: [] });
    });

    it('asks for the right to list them', async () => {
      const tokens = await scripted();
      const challenge = `Bearer realm="${tokens.url}/token",service="reg"`;
      server.expect(
        { request: first, answer: { status: 401, headers: { 'www-authenticate': challenge } } },
        { request: first, headers: { authorization: 'Bearer t' }, answer: listed(['a']) },
      );
      tokens.expect({
        request: 'GET /token?service=reg&scope=registry%3Acatalog%3A*',
        answer: { status: 200, body: { token: 't' } },
      });
      assert.equal((await client.repositories()).items.length, 1);
    });

    describe('where they are not listed', () => {
      const unsupported = async (credential?: Credential): Promise<string> => {
        const error = await failure(openRegistry(server.host, { transport: 'http', credential }).repositories());
        assert.equal(error.code, 'listing-unsupported');
        return error.message;
      };

      for (const [status, ...then] of [[403], [405], [404, pinged]] as [number, ...Step[]][])
        it(`says so for ${status}`, async () => {
          server.expect({ request: first, answer: { status } }, ...then);
          assert.equal(
            await unsupported(),
            `${server.host} does not list its repositories without a sign-in. Type the repository's name instead.`,
          );
        });

      it('says so when a token does not help, nor the scope that is named then', async () => {
        const tokens = await scripted();
        const challenge = `Bearer realm="${tokens.url}/token",error="insufficient_scope"`;
        const refused: StepAnswer = { status: 401, headers: { 'www-authenticate': challenge } };
        server.expect({ request: first, answer: refused }, { request: first, answer: refused });
        tokens.expect({
          request: 'GET /token?scope=registry%3Acatalog%3A*&account=ada',
          answer: { status: 200, body: { token: 't' } },
        });
        assert.match(await unsupported(ada), /to this account/u);
      });

      it('says so when the token server denies the right', async () => {
        const tokens = await scripted();
        const challenge = `Bearer realm="${tokens.url}/token"`;
        server.expect({ request: first, answer: { status: 401, headers: { 'www-authenticate': challenge } } });
        tokens.expect({
          request: 'GET /token?scope=registry%3Acatalog%3A*&account=ada',
          answer: { status: 403, body: { errors: [{ code: 'DENIED', message: 'access forbidden' }] } },
        });
        assert.match(await unsupported(ada), /to this account\. .* It says: “access forbidden”\.$/u);
      });
    });

    it('does not blame the registry for a password that is refused, nor for one that is missing', async () => {
      const basic: StepAnswer = { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } };
      server.expect({ request: first, answer: basic }, { request: first, answer: basic });
      const signedIn = openRegistry(server.host, { transport: 'http', credential: ada });
      assert.equal((await failure(signedIn.repositories())).code, 'unauthorized');
      server.expect({ request: first, answer: basic });
      assert.equal((await failure(client.repositories())).code, 'unauthorized');
    });

    it('does not take the 404 of a web server for a registry’s', async () => {
      server.expect({ request: first, answer: { status: 404 } }, { request: ping, answer: { status: 404 } });
      assert.equal((await failure(client.repositories())).code, 'not-a-registry');
    });
  });
});
