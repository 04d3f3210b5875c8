import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { CancelledError } from '../../../src/base/index.ts';
import type { DigestReference, TaggedReference } from '../../../src/reference/index.ts';
import { openRegistry, type RegistryClient } from '../../../src/registry/index.ts';
import type { ScriptedServer, Step, StepAnswer } from '../../support/registry-server.ts';
import { digest, failure, finishAll, head, ping, pinged, scripted, served } from './scenario.ts';

const other = `sha256:${'b'.repeat(64)}`;

describe('deleting', () => {
  let server: ScriptedServer;
  let client: RegistryClient;
  beforeEach(async () => {
    server = await scripted();
    client = openRegistry(server.host, { transport: 'http' });
  });
  afterEach(finishAll);
  const repository = () => ({ registry: server.host, path: 'acme/api' });

  describe('a tag', () => {
    const request = 'DELETE /v2/acme/api/manifests/1.0';
    const tag = (): TaggedReference => ({ kind: 'tagged', repository: repository(), tag: '1.0' });

    for (const status of [202, 200, 204])
      it(`is done when the registry says ${status}`, async () => {
        server.expect({ request, answer: { status } });
        assert.equal(await client.deleteTag(tag()), true);
      });

    for (const status of [400, 405, 501])
      it(`is not what a registry does that says ${status}`, async () => {
        server.expect({ request, answer: { status, body: { errors: [{ code: 'UNSUPPORTED' }] } } });
        const error = await failure(client.deleteTag(tag()));
        assert.equal(error.code, 'delete-unsupported');
        assert.equal(error.message, `${server.host} does not delete a tag by itself. It says: “UNSUPPORTED”.`);
      });

    it('finds none where the registry has none', async () => {
      server.expect({ request, answer: { status: 404 } }, { request: head, answer: { status: 404 } }, pinged);
      assert.equal(await client.deleteTag(tag()), false);
    });

    it('is not done by a registry that says 404, and has it', async () => {
      server.expect({ request, answer: { status: 404 } }, { request: head, answer: served() });
      assert.equal((await failure(client.deleteTag(tag()))).code, 'delete-unsupported');
    });

    it('is not allowed by a registry that says 403', async () => {
      server.expect({ request, answer: { status: 403 } });
      assert.equal((await failure(client.deleteTag(tag()))).code, 'denied');
    });

    it('is asked with the right to delete', async () => {
      const tokens = await scripted();
      const challenge = { 'www-authenticate': `Bearer realm="${tokens.url}/token"` };
      server.expect(
        { request, answer: { status: 401, headers: challenge } },
        { request, headers: { authorization: 'Bearer t' }, answer: { status: 202 } },
      );
      tokens.expect({
        request: 'GET /token?scope=repository%3Aacme%2Fapi%3Adelete',
        answer: { status: 200, body: { token: 't' } },
      });
      await client.deleteTag(tag());
    });

    it('is sent on at the same place', async () => {
      server.expect(
        { request, answer: { status: 308, headers: { location: '/v2/moved' } } },
        { request: 'DELETE /v2/moved', answer: { status: 202 } },
      );
      assert.equal(await client.deleteTag(tag()), true);
    });

    it('is not sent on elsewhere, nor as something else', async () => {
      const elsewhere = await scripted();
      for (const answer of [
        { status: 307, headers: { location: `${elsewhere.url}/v2/` } },
        { status: 302, headers: { location: '/v2/' } },
      ]) {
        server.expect({ request, answer });
        assert.equal((await failure(client.deleteTag(tag()))).code, 'referral-refused');
      }
    });
  });

  describe('a digest', () => {
    const request = `DELETE /v2/acme/api/manifests/${digest}`;
    const reference = (): DigestReference => ({ kind: 'digest', repository: repository(), digest });

    it('is done when the registry says 202', async () => {
      server.expect({ request, answer: { status: 202 } });
      assert.equal(await client.deleteManifest(reference()), true);
    });

    it('finds none where a registry has none', async () => {
      server.expect({ request, answer: { status: 404 } }, pinged);
      assert.equal(await client.deleteManifest(reference()), false);
    });

    it('does not take the 404 of a web server for a registry’s', async () => {
      server.expect({ request, answer: { status: 404 } }, { request: ping, answer: { status: 404 } });
      assert.equal((await failure(client.deleteManifest(reference()))).code, 'not-a-registry');
    });

    for (const [status, code] of [
      [400, 'delete-unsupported'],
      [405, 'delete-unsupported'],
      [403, 'denied'],
      [409, 'registry-error'],
    ] as const)
      it(`fails with ${code} on ${status}, in the registry’s words`, async () => {
        server.expect({ request, answer: { status, body: { errors: [{ code: 'X', message: 'not this' }] } } });
        const error = await failure(client.deleteManifest(reference()));
        assert.equal(error.code, code);
        assert.match(error.message, /It says: “not this”\.$/u);
      });
  });

  describe('the tags that go with a digest', () => {
    const list = 'GET /v2/acme/api/tags/list?n=100';
    const tags = (names: string[], link?: string): StepAnswer => ({
      status: 200,
      ...(link !== undefined && { headers: { link } }),
      body: { tags: names },
    });
    const is = (name: string, of: string): Step => ({
      request: `HEAD /v2/acme/api/manifests/${name}`,
      answer: served({ 'docker-content-digest': of }),
    });

    it('are found on every page, in the registry’s order, and counted', async () => {
      server.expect({ request: list, answer: tags(['c', 'a', 'x'], '<?last=x&n=100>; rel="next"') });
      const gone = { request: 'HEAD /v2/acme/api/manifests/x', answer: { status: 404, body: {} } };
      server.expectInAnyOrder(is('c', digest), is('a', digest), gone, pinged);
      server.expect({ request: 'GET /v2/acme/api/tags/list?last=x&n=100', answer: tags(['b', 'd']) });
      server.expectInAnyOrder(is('b', other), is('d', digest));
      const progress: string[] = [];
      const onProgress = (checked: number, known: number): void => void progress.push(`${checked}/${known}`);
      assert.deepEqual(await client.tagsOf(repository(), digest, { onProgress }), ['c', 'a', 'd']);
      assert.deepEqual(progress, ['1/3', '2/3', '3/3', '4/5', '5/5']);
    });

    it('are none in a repository without tags', async () => {
      server.expect({ request: list, answer: tags([]) });
      assert.deepEqual(await client.tagsOf(repository(), digest), []);
    });

    /** Holds the answers to these until `then` gives them free. */
    const held = (names: string[], then: (held: ServerResponse[]) => void): Step[] => {
      const open: ServerResponse[] = [];
      return names.map((name) => ({
        request: `HEAD /v2/acme/api/manifests/${name}`,
        answer: (response) => {
          open.push(response);
          then(open);
        },
      }));
    };
    const give = (response: ServerResponse): void => {
      const { headers } = served();
      response.writeHead(200, { ...headers, 'content-length': 1 }).end();
    };

    it('are asked for six at a time', async () => {
      const names = Array.from({ length: 13 }, (_, index) => `t${index}`);
      server.expect({ request: list, answer: tags(names) });
      let most = 0;
      let answered = 0;
      const steps = held(names, (open) => {
        most = Math.max(most, open.length);
        // Once no more will come, the first goes; so each that comes too many is seen.
        if (open.length === Math.min(6, names.length - answered))
          setImmediate(() => {
            answered += open.length;
            for (const response of open.splice(0)) give(response);
          });
      });
      server.expectInAnyOrder(...steps);
      assert.deepEqual(await client.tagsOf(repository(), digest), names);
      assert.equal(most, 6);
    });

    it('are not named when one cannot be asked for, and the others are left', async () => {
      const names = ['a', 'b', 'c', 'd', 'e', 'f', 'never'];
      server.expect({ request: list, answer: tags(names) });
      const closed: Promise<unknown>[] = [];
      const steps = held(names.slice(0, 6), (open) => {
        if (open.length < 6) return;
        const [first, ...others] = open;
        for (const response of others) closed.push(new Promise((resolve) => response.once('close', resolve)));
        first?.writeHead(403).end();
      });
      server.expectInAnyOrder(...steps);
      assert.equal((await failure(client.tagsOf(repository(), digest))).code, 'denied');
      await Promise.all(closed);
      assert.equal(closed.length, 5);
    });

    it('are not looked for any more when the caller cancels', async () => {
      const cancel = new AbortController();
      server.expect({ request: list, answer: tags(['a', 'b']) });
      server.expectInAnyOrder(...held(['a', 'b'], (open) => open.length === 2 && cancel.abort()));
      await assert.rejects(client.tagsOf(repository(), digest, { signal: cancel.signal }), CancelledError);
    });

    it('are not named from a list that goes round', async () => {
      const to = (last: string): string => `<?last=${last}&n=100>; rel="next"`;
      const page = (last: string): string => `GET /v2/acme/api/tags/list?last=${last}&n=100`;
      server.expect(
        { request: list, answer: tags(['a'], to('a')) },
        is('a', digest),
        { request: page('a'), answer: tags(['b'], to('b')) },
        is('b', digest),
        { request: page('b'), answer: tags(['a'], to('a')) },
        is('a', digest),
      );
      const error = await failure(client.tagsOf(repository(), digest));
      assert.equal(error.code, 'registry-error');
      assert.match(error.message, /does not end/u);
    });
  });
});
