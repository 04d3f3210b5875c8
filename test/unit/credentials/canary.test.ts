import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../../../src/base/index.ts';
import {
  describeSource,
  DockerConfigCredentials,
  Keychain,
  KeyRecordFolder,
  MachineSignIns,
  SecretCredentialStore,
} from '../../../src/credentials/index.ts';
import { parseReference } from '../../../src/reference/index.ts';
import { checkSignIn, openRegistry } from '../../../src/registry/index.ts';
import { Canary, formsOf } from '../../support/canary.ts';
import { type ScriptedServer, startScripted, type Step, type StepAnswer } from '../../support/registry-server.ts';
import { textsIn } from '../../support/texts-in.ts';
import { base64, filesOf, MemoryVault, temporaryFolder } from './parts.ts';

const password = 'Pl4nted +"/ä%ö?Secret>>>???';
const credential = { username: 'mira', password };
const account = { user: 'mira', password };
const canary = new Canary(account);
const basic = base64(`mira:${password}`);

/** In which forms the password is somewhere in these. */
async function leaksIn(...things: unknown[]): Promise<string[]> {
  return canary.formsIn((await textsIn(...things)).join('\n'));
}

/** What came of a piece of work, thrown or returned. */
const outcome = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (value) => value,
    (error: unknown) => error,
  );

describe('a planted password', () => {
  let lines: string[];
  let log: Log;
  let server: ScriptedServer;
  let tokens: ScriptedServer;
  beforeEach(async () => {
    lines = [];
    const note = (line: string): void => void lines.push(line);
    log = { trace: note, debug: note, info: note, warn: note, error: note };
    [server, tokens] = await Promise.all([startScripted(), startScripted()]);
  });
  afterEach(() => Promise.all([server.finish(), tokens.finish()]));

  it('would be found in a line, an error, its cause and a result', async () => {
    for (const text of Object.values(formsOf(account)))
      for (const thing of [
        `… ${text} …`,
        new Error(text),
        new Error('x', { cause: new Error(text) }),
        Object.assign(new Error('x'), { request: { headers: [text] } }),
        { deep: { in: { a: { result: [text] } } } },
      ])
        assert.notDeepEqual(await leaksIn(thing), []);
    assert.deepEqual(await leaksIn('mira', new Error('no'), { a: 1 }), []);
  });

  describe('is on the wire in the authorization alone, and comes back in no words', () => {
    const challenged = (header: string): StepAnswer => ({ status: 401, headers: { 'www-authenticate': header } });
    /** Repeats what it was sent in every form, and in every place that a registry's words have. */
    const echo = (status: number): StepAnswer => {
      const all = Object.values(formsOf(account));
      const words = all.join(' ');
      const errors = [{ code: words, message: `You sent ${words}.`, detail: { all, header: basic } }];
      return { status, headers: { warning: all.map(encodeURIComponent).join(' ') }, body: { errors } };
    };
    const ping = 'GET /v2/';
    const head = 'HEAD /v2/acme/api/manifests/1.0';
    const get = 'GET /v2/acme/api/manifests/1.0';
    const withBasic = { authorization: `Basic ${basic}` };
    const options = () => ({ transport: 'http' as const, retries: 0, log });
    const check = () => checkSignIn({ registry: server.host, namespace: 'acme' }, credential, options());
    const read = () =>
      openRegistry(server.host, { ...options(), credential }).manifest(parseReference(`${server.host}/acme/api:1.0`));
    const resolve = () =>
      openRegistry(server.host, { ...options(), credential }).resolve(parseReference(`${server.host}/acme/api:1.0`));
    const asked = (request: string, header = 'Basic'): Step => ({
      request,
      headers: { authorization: undefined },
      answer: challenged(header),
    });
    const bearer = (): string => `Bearer realm="${tokens.url}/token",service="reg"`;
    const token = (scope: string): string =>
      `GET /token?service=reg&scope=${encodeURIComponent(`repository:${scope}`)}&account=mira`;

    afterEach(async () => {
      assert.ok(lines.length > 0, 'the log was at trace');
      assert.deepEqual(await leaksIn(lines.join('\n')), [], 'in the log');
      const others = [...server.seen, ...tokens.seen].map((headers) => ({ ...headers, authorization: undefined }));
      assert.deepEqual(await leaksIn(others), [], 'in other headers');
      const sent = [...server.seen, ...tokens.seen].map(({ authorization }) => authorization);
      assert.ok(sent.includes(withBasic.authorization), 'it was sent at all');
    });

    for (const status of [401, 403, 500]) {
      it(`with Basic and ${status}`, async () => {
        server.expect(asked(ping), { request: ping, headers: withBasic, answer: echo(status) });
        assert.deepEqual(await leaksIn(await outcome(check())), []);
        server.expect(asked(get), { request: get, headers: withBasic, answer: echo(status) });
        assert.deepEqual(await leaksIn(await outcome(read())), []);
      });

      it(`with a token server and ${status}`, async () => {
        const steps = [{ request: token('acme:pull,push'), headers: withBasic, answer: echo(status) }];
        if (status !== 401)
          steps.push({ request: 'GET /token?service=reg&account=mira', headers: withBasic, answer: echo(status) });
        server.expect(asked(ping, bearer()));
        tokens.expect(...steps);
        assert.deepEqual(await leaksIn(await outcome(check())), []);
        server.expect(asked(get, bearer()));
        tokens.expect({ request: token('acme/api:pull'), headers: withBasic, answer: echo(status) });
        assert.deepEqual(await leaksIn(await outcome(read())), []);
      });
    }

    it('when the registry then refers to another address with it', async () => {
      const location = `${tokens.url}/x?p=${encodeURIComponent(password)}`;
      server.expect(asked(ping), { request: ping, headers: withBasic, answer: { status: 307, headers: { location } } });
      tokens.expect({
        request: `GET /x?p=${encodeURIComponent(password)}`,
        headers: { authorization: undefined },
        answer: echo(401),
      });
      assert.deepEqual(await leaksIn(await outcome(check())), []);
    });

    it('when the answer is not what it should be', async () => {
      server.expect(asked(head), {
        request: head,
        headers: withBasic,
        answer: (response) => response.socket?.end(`nonsense ${password} ${basic}\r\n\r\n`),
      });
      assert.deepEqual(await leaksIn(await outcome(resolve())), []);
    });
  });

  describe('does not come out of the stores', () => {
    let folder: { path: string; remove: () => Promise<void> };
    beforeEach(async () => {
      folder = await temporaryFolder();
    });
    afterEach(() => folder.remove());
    const key = { registry: 'ghcr.io' };

    it('that keep it: not into the index, the keys, the words or the log', async () => {
      const vault = new MemoryVault();
      const store = new SecretCredentialStore(vault, new KeyRecordFolder(folder.path));
      await store.put(key, credential);
      const keychain = new Keychain({
        store,
        dockerConfig: { find: () => Promise.resolve({ kind: 'none' }) },
        helpers: { get: () => Promise.resolve(undefined) },
        machine: new MachineSignIns([]),
        useDockerConfig: () => true,
        log,
      });
      const answer = await keychain.find(key);
      assert.ok(answer.kind === 'found' && answer.credential.username === 'mira');
      const files = await readdir(folder.path);
      const contents = await Promise.all(files.map((file) => readFile(path.join(folder.path, file), 'utf8')));
      assert.equal(contents.length, 1);
      assert.equal(lines.length, 1);
      assert.deepEqual(
        await leaksIn(
          describeSource(answer),
          await store.keys(),
          files.join(),
          contents.join(),
          lines.join(),
          store,
          keychain,
        ),
        [],
      );
    });

    it('that fail', async () => {
      const vault = new MemoryVault();
      const store = new SecretCredentialStore(vault, new KeyRecordFolder(path.join(folder.path, 'keys')));
      await store.put(key, credential);
      vault.failure = new Error(`cannot store ${password} of ${basic}`);
      for (const work of [store.put(key, credential), store.delete(key), store.get(key)])
        assert.deepEqual(await leaksIn(await outcome(work)), []);
      vault.failure = undefined;
      for (const [name, text] of vault.secrets) vault.secrets.set(name, text.slice(0, -1));
      assert.deepEqual(await store.get(key), { state: 'missing', account: 'mira' });
      await mkdir(path.join(folder.path, 'file'));
      await writeFile(path.join(folder.path, 'file', 'x'), '');
      const blocked = new SecretCredentialStore(vault, new KeyRecordFolder(path.join(folder.path, 'file', 'x')));
      assert.deepEqual(await leaksIn(await outcome(blocked.put(key, credential))), []);
    });

    it('that are Docker’s and damaged', async () => {
      const entry = `{"auths":{"ghcr.io":{"auth":"${basic}","password":${JSON.stringify(password)}`;
      const file = path.join('/', 'c', 'config.json');
      const damaged = new DockerConfigCredentials({
        env: { DOCKER_CONFIG: path.dirname(file) },
        home: '/',
        readFile: filesOf({ [file]: entry }),
      });
      const variable = new DockerConfigCredentials({
        env: { DOCKER_AUTH_CONFIG: entry },
        home: '/',
        readFile: filesOf({}),
      });
      for (const config of [damaged, variable]) {
        const error = await outcome(config.find('ghcr.io'));
        assert.ok(error instanceof Error);
        assert.deepEqual(await leaksIn(error), []);
      }
    });
  });
});
