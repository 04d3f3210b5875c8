import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { SidedError } from '../../../src/base/index.ts';
import { CredentialsError, type KeychainAnswer } from '../../../src/credentials/index.ts';
import { ListLoader } from '../../../src/editor/views/list-loader.ts';
import type { ShowSearch } from '../../../src/editor/views/name-search.ts';
import { RemoteLists } from '../../../src/editor/views/remote-lists.ts';
import type { EndNode, ListOwner, RemoteNode } from '../../../src/editor/views/remote-nodes.ts';
import { RegistryDoor } from '../../../src/editor/registry-door.ts';
import { selfSigned } from '../../support/certificate.ts';
import { freePort } from '../../support/free-port.ts';
import { listen } from '../../support/http-server.ts';
import {
  numberedTags,
  startTagRegistry,
  type TagRegistry,
  type TagRegistryOptions,
} from '../../support/tag-registry.ts';

const right = { username: 'mira', password: 'right' };
const basic = (password: string): string => `Basic ${Buffer.from(`mira:${password}`).toString('base64')}`;

/** The lists of a window, with the credential that is stored there. */
function listsFor(
  password?: string,
  transport?: 'https',
  nobody: Exclude<KeychainAnswer, { kind: 'found' }> = { kind: 'none' },
) {
  let stored = password;
  const shown: { filter: string; looked: number[] }[] = [];
  const refusals: (string | undefined)[] = [];
  const grants: string[] = [];
  let stop: (looked: number) => boolean = () => false;
  const find = (): Promise<KeychainAnswer> =>
    Promise.resolve(
      stored === undefined
        ? nobody
        : { kind: 'found', source: 'stored', key: { registry: '' }, credential: { ...right, password: stored } },
    );
  const door = new RegistryDoor({
    accounts: { find },
    contact: { optionsFor: () => ({ retries: 0, transport }), certificateFile: () => undefined },
    registries: () => [],
    awsApi: () => Promise.resolve(undefined),
  });
  const onSignIn = (_: unknown, refusal: SidedError | undefined): void => void refusals.push(refusal?.code);
  const showSearch =
    (_: ListOwner, filter: string): ShowSearch =>
    async (work) => {
      const looked: number[] = [];
      shown.push({ filter, looked });
      const stopped = new AbortController();
      await work((count) => {
        looked.push(count);
        if (stop(count)) stopped.abort();
      }, stopped.signal);
    };
  const refused = (): Promise<boolean> => {
    const next = grants.shift();
    stored = next ?? stored;
    return Promise.resolve(next !== undefined);
  };
  const lists = new RemoteLists({
    loader: new ListLoader({ door, accounts: { refused }, onSignIn }),
    signOf: async () => JSON.stringify(await find()),
    showSearch,
  });
  return {
    lists,
    shown,
    refusals,
    store: (next: string) => (stored = next),
    /** What a sign-in of this machine grants in its turn when a credential is refused. */
    grants,
    stopAt: (when: typeof stop) => (stop = when),
  };
}

const registryAt = (host: string): ListOwner => ({ kind: 'registry', config: { registry: host } });
const repositoryAt = (host: string, path: string): ListOwner => ({
  kind: 'remote-repository',
  config: { registry: host },
  item: { repository: { registry: host, path } },
});
const tagsIn = (rows: readonly RemoteNode[]): string[] =>
  rows.flatMap((row) => (row.kind === 'remote-tag' ? [row.item.name] : []));
const endIn = (rows: readonly RemoteNode[]): EndNode | undefined => {
  const last = rows.at(-1);
  return last?.kind === 'remote-tag' || last?.kind === 'remote-repository' ? undefined : last;
};
const failureIn = (rows: readonly RemoteNode[]): Extract<EndNode, { kind: 'failed' }> => {
  const end = endIn(rows);
  assert.ok(end?.kind === 'failed', JSON.stringify(end));
  return end;
};

describe('the rows below a registry', () => {
  let registry: TagRegistry;
  const start = async (options: TagRegistryOptions): Promise<TagRegistry> =>
    (registry = await startTagRegistry(options));
  afterEach(() => registry.stop());

  const many = numberedTags(10_000);

  it('are listed with what a sign-in of this machine grants anew, when the registry refuses what it had granted', async () => {
    const { host } = await start({ tags: { 'team/api': ['1'] }, authorization: basic('new') });
    const { lists, refusals, grants } = listsFor('old');
    grants.push('new');
    assert.deepEqual(tagsIn(await lists.rows(repositoryAt(host, 'team/api'))), ['1']);
    assert.deepEqual(refusals, [undefined]);
  });

  it('wait for somebody when what was granted anew is refused, too', async () => {
    const { host } = await start({ tags: { 'team/api': ['1'] }, authorization: basic('new') });
    const { lists, refusals, grants } = listsFor('old');
    grants.push('older', 'new');
    assert.equal(failureIn(await lists.rows(repositoryAt(host, 'team/api'))).signIn, true);
    assert.deepEqual(refusals, ['unauthorized']);
    assert.deepEqual(grants, ['new']);
  });

  it('are the first hundred of ten thousand tags, for one request; each further hundred takes one more', async () => {
    const { host, requests } = await start({ tags: { 'team/many': many } });
    const { lists } = listsFor();
    const owner = repositoryAt(host, 'team/many');
    const rows = await lists.rows(owner);
    assert.deepEqual(requests, ['GET /v2/team/many/tags/list?n=100']);
    assert.deepEqual(tagsIn(rows), many.slice(0, 100));
    assert.deepEqual(endIn(rows), { kind: 'more', owner, count: 100, total: undefined, looked: undefined });
    await lists.more(owner);
    assert.deepEqual(tagsIn(await lists.rows(owner)), many.slice(0, 200));
    assert.deepEqual(requests.slice(1), ['GET /v2/team/many/tags/list?last=v00100&n=100']);
  });

  it('are the newest hundred of ten thousand tags that come at once, and the others without a request', async () => {
    const { host, requests } = await start({ tags: { 'team/many': many }, ignoresN: true });
    const { lists } = listsFor();
    const owner = repositoryAt(host, 'team/many');
    const rows = await lists.rows(owner);
    const newest = many.toReversed();
    assert.deepEqual(tagsIn(rows), newest.slice(0, 100));
    assert.deepEqual(endIn(rows), { kind: 'more', owner, count: 100, total: 10_000, looked: undefined });
    await lists.more(owner);
    assert.deepEqual(tagsIn(await lists.rows(owner)), newest.slice(0, 200));
    assert.equal(requests.length, 1);
  });

  describe('that are filtered', () => {
    it('are found among what is not loaded, with what was looked at, and stay filtered when asked for again', async () => {
      const { host, requests } = await start({ tags: { 'team/many': many } });
      const { lists, shown } = listsFor();
      const owner = repositoryAt(host, 'team/many');
      lists.setFilter(owner, 'V0999');
      for (let round = 0; round < 2; round++) {
        const rows = await lists.rows(owner);
        assert.deepEqual(tagsIn(rows), many.slice(9_989, 9_999));
        assert.deepEqual(endIn(rows), { kind: 'searched', owner, looked: { matches: 10, names: 10_000 } });
        lists.forget();
      }
      assert.equal(requests.length, 20);
      assert.equal(requests[0], 'GET /v2/team/many/tags/list?n=1000');
      assert.deepEqual(shown[0], {
        filter: 'V0999',
        looked: [1, 2, 3, 4, 5, 6, 7, 8, 9].map((thousands) => thousands * 1_000),
      });
      lists.setFilter(owner, '');
      assert.equal(tagsIn(await lists.rows(owner)).length, 100);
    });

    it('cost ten requests at most, until somebody wants more; one request is not told of', async () => {
      const { host, requests } = await start({ tags: { 'team/many': numberedTags(12_500) } });
      const { lists, shown } = listsFor();
      const owner = repositoryAt(host, 'team/many');
      lists.setFilter(owner, 'v12');
      assert.deepEqual(endIn(await lists.rows(owner)), {
        kind: 'more',
        owner,
        count: 0,
        total: undefined,
        looked: { matches: 0, names: 10_000 },
      });
      assert.equal(requests.length, 10);
      await lists.more(owner);
      const rows = await lists.rows(owner);
      assert.equal(tagsIn(rows).length, 100);
      assert.deepEqual(endIn(rows), {
        kind: 'more',
        owner,
        count: 100,
        total: 501,
        looked: { matches: 501, names: 12_500 },
      });
      assert.equal(requests.length, 13);
      shown.length = 0;
      lists.setFilter(owner, 'v00');
      assert.equal(tagsIn(await lists.rows(owner)).length, 100);
      assert.deepEqual([requests.length, shown], [14, []]);
    });

    it('keep what was found when the search is stopped, and go on from there', async () => {
      const { host, requests } = await start({ tags: { 'team/many': many } });
      const { lists, stopAt } = listsFor();
      const owner = repositoryAt(host, 'team/many');
      stopAt((looked) => looked === 2_000);
      lists.setFilter(owner, '5000');
      assert.deepEqual(endIn(await lists.rows(owner)), {
        kind: 'more',
        owner,
        count: 0,
        total: undefined,
        looked: { matches: 0, names: 2_000 },
      });
      stopAt(() => false);
      await lists.more(owner);
      assert.deepEqual(tagsIn(await lists.rows(owner)), ['v05000']);
      assert.ok(requests.at(-1)?.includes('last=v09000'));
    });

    it('may be repositories; the filter goes with its registry', async () => {
      const { host } = await start({ tags: { 'team/api': ['1'], 'team/web': ['1'] } });
      const { lists } = listsFor();
      const owner = registryAt(host);
      lists.setFilter(owner, 'we');
      const names = async (): Promise<string[]> =>
        (await lists.rows(owner)).flatMap((row) =>
          row.kind === 'remote-repository' ? [row.item.repository.path] : [],
        );
      assert.deepEqual(await names(), ['team/web']);
      lists.keepOnly([owner.config]);
      assert.equal(lists.filterOf(owner), 'we');
      lists.keepOnly([]);
      assert.equal(lists.filterOf(owner), undefined);
      assert.deepEqual(await names(), ['team/api', 'team/web']);
    });
  });

  describe('where the credential is refused', () => {
    it('say so once, and the registry is not asked again before somebody wants it or signs in', async () => {
      const { host, requests, admit } = await start({
        tags: { api: ['1'], web: ['1'] },
        authorization: basic('right'),
      });
      const { lists, refusals, store } = listsFor('right');
      const owner = registryAt(host);
      assert.equal((await lists.rows(owner)).length, 2);
      admit(basic('newer'));
      const api = repositoryAt(host, 'api');
      const failure = failureIn(await lists.rows(api));
      assert.ok(failure.signIn);
      assert.match(failure.message, /did not accept the sign-in/u);
      assert.deepEqual(refusals, [undefined, 'unauthorized']);
      const before = requests.length;
      failureIn(await lists.rows(api));
      assert.deepEqual(failureIn(await lists.rows(repositoryAt(host, 'web'))).message, failure.message);
      await lists.signInChanged({ registry: 'elsewhere.example.com' });
      await lists.signInChanged(undefined);
      failureIn(await lists.rows(api));
      assert.equal(requests.length, before);

      await lists.more(api);
      failureIn(await lists.rows(api));
      assert.equal(requests.length, before + 1);

      store('newer');
      await lists.signInChanged(undefined);
      assert.deepEqual(tagsIn(await lists.rows(api)), ['1']);
      assert.equal(refusals.at(-1), undefined);
    });

    it('say why there was none, where what gives it failed', async () => {
      const { host } = await start({ tags: { api: ['1'] }, authorization: basic('right') });
      const error = new CredentialsError('machine-sign-in-failed', 'Sign in with gcloud.');
      const { lists } = listsFor(undefined, undefined, {
        ...{ kind: 'source-failed', source: 'machine', signIn: 'gcloud' },
        ...{ key: { registry: host }, error },
      });
      const failure = failureIn(await lists.rows(registryAt(host)));
      assert.equal(failure.message, error.message);
      assert.ok(failure.signIn);
    });

    it('ask for a sign-in where there was none, and load after it', async () => {
      const { host } = await start({ tags: { api: ['1'] }, authorization: basic('right') });
      const { lists, refusals, store } = listsFor();
      const owner = registryAt(host);
      assert.ok(failureIn(await lists.rows(owner)).signIn);
      assert.deepEqual(refusals, []);
      store('right');
      await lists.signInChanged({ registry: host });
      assert.equal((await lists.rows(owner))[0]?.kind, 'remote-repository');
    });
  });

  it('are asked for again below a repository that was pushed to, and the repositories where it is new', async () => {
    const { host, requests } = await start({ tags: { 'team/api': ['1'], 'team/web': ['1'] } });
    const { lists } = listsFor();
    const [owner, api, web] = [registryAt(host), repositoryAt(host, 'team/api'), repositoryAt(host, 'team/web')];
    const asked = async (path: string): Promise<string[]> => {
      for (const one of [owner, api, web]) await lists.rows(one);
      requests.splice(0);
      lists.pushed({ registry: host, path });
      for (const one of [owner, api, web]) await lists.rows(one);
      return [...requests];
    };
    assert.deepEqual(await asked('team/api'), ['GET /v2/team/api/tags/list?n=100']);
    assert.deepEqual(await asked('team/new'), ['GET /v2/_catalog?n=100']);
  });

  it('are asked for again when they are forgotten while they are on their way', async () => {
    const { host } = await start({ tags: { api: ['1'] } });
    const { lists } = listsFor();
    const owner = repositoryAt(host, 'api');
    const rows = lists.rows(owner);
    lists.forget();
    assert.deepEqual(tagsIn(await rows), ['1']);
  });
});

describe('a list that cannot be read', () => {
  type Serve = (response: ServerResponse, path: string) => void;
  const json = { 'content-type': 'application/json' };
  const faults: [name: string, serve: Serve, words: RegExp][] = [
    [
      'is a web page',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html><h1>Welcome</h1></html>'),
      /answers, but it is no registry/u,
    ],
    ['is no JSON', (response) => response.writeHead(200, json).end('{"tags":["1"'), /cannot be read/u],
    ['is of another form', (response) => response.writeHead(200, json).end('{"tags":[1]}'), /cannot be read/u],
    [
      'breaks off',
      (response) => {
        response.writeHead(200, { ...json, 'content-length': 500 }).write('{"tags":["1"');
        setImmediate(() => response.destroy());
      },
      /connection|broke|answer/iu,
    ],
    [
      'is redirected in a circle',
      (response, path) => response.writeHead(302, { location: path }).end(),
      /redirects more than 5 times/u,
    ],
    ['fails', (response) => response.writeHead(500, json).end('{}'), /status 500/u],
  ];
  for (const [name, serve, words] of faults)
    it(`because it ${name} is one row that says so, below what had come`, async () => {
      let broken = false;
      const server = await listen(
        createServer((request, response) => {
          const { url = '' } = request;
          if (url === '/v2/') response.writeHead(200, json).end('{}');
          else if (broken) serve(response, url);
          else
            response
              .writeHead(200, { ...json, link: '</v2/api/tags/list?last=1&n=100>; rel="next"' })
              .end('{"tags":["1"]}');
        }),
      );
      try {
        const { lists } = listsFor();
        const owner = repositoryAt(server.host, 'api');
        assert.deepEqual(tagsIn(await lists.rows(owner)), ['1']);
        broken = true;
        await lists.more(owner);
        const rows = await lists.rows(owner);
        assert.deepEqual(tagsIn(rows), ['1']);
        const { message, signIn } = failureIn(rows);
        assert.match(message, words);
        assert.equal(signIn, false);
      } finally {
        await server.close();
      }
    });

  it('because nothing answers there is one row', async () => {
    const { lists } = listsFor();
    const host = `127.0.0.1:${await freePort()}`;
    const rows = await lists.rows(registryAt(host));
    assert.equal(rows.length, 1);
    assert.match(failureIn(rows).message, new RegExp(host, 'u'));
  });

  it('because its certificate is not trusted is one row', async () => {
    const certificate = selfSigned(['127.0.0.1']);
    const server = await listen(createSecureServer(certificate, (_, response) => response.end()));
    try {
      const { lists } = listsFor(undefined, 'https');
      const { message } = failureIn(await lists.rows(registryAt(server.host)));
      assert.match(message, /certificate/u);
    } finally {
      await server.close();
    }
  });
});
