import assert from 'node:assert/strict';
import { CancelledError, type Log } from '../../../src/base/index.ts';
import {
  type Credential,
  CredentialsError,
  accountOf,
  describeSource,
  DockerConfigCredentials,
  type GrantedCredential,
  type HelperAnswers,
  Keychain,
  type KeychainAnswer,
  type StoredCredential,
} from '../../../src/credentials/index.ts';
import {
  formatRegistryKey,
  parseReference,
  parseRegistryKey,
  parseTarget,
  type RegistryKey,
} from '../../../src/reference/index.ts';
import { base64, filesOf } from './parts.ts';

const credentialOf = (username: string): Credential => ({ username, password: `of ${username}` });

describe('the keychain', () => {
  let stored: Map<string, StoredCredential>;
  let config: string;
  let useDockerConfig: boolean;
  let lines: string[];
  /** What was asked of helpers, and what they say to it. */
  let asked: string[];
  let said: () => Promise<Credential | undefined>;
  /** What a sign-in of this machine grants. */
  let granted: () => Promise<GrantedCredential>;
  let keychain: Keychain;

  const put = (...keys: string[]): void => {
    for (const key of keys) stored.set(key, { state: 'present', credential: credentialOf(key) });
  };
  const find = (target: string): Promise<KeychainAnswer> => keychain.find(parseTarget(`${target}:1`).repository);
  /** The key whose credential is found, or what is found instead. */
  const keyFor = async (target: string): Promise<string> => {
    const answer = await find(target);
    return answer.kind === 'found' ? formatRegistryKey(answer.key) : answer.kind;
  };

  beforeEach(() => {
    stored = new Map();
    config = '';
    useDockerConfig = true;
    lines = [];
    const note = (line: string): void => void lines.push(line);
    const log: Log = { trace: note, debug: note, info: note, warn: note, error: note };
    const store = {
      get: (key: RegistryKey) => Promise.resolve(stored.get(formatRegistryKey(key)) ?? { state: 'none' as const }),
    };
    const readFile = (): Promise<string> => filesOf({ config })('config');
    const dockerConfig = new DockerConfigCredentials({ env: {}, home: '/', readFile });
    asked = [];
    said = () => Promise.resolve(credentialOf('helped'));
    const helpers = {
      get: (helper: string, address: string) => {
        asked.push(`${helper} ${address}`);
        return said();
      },
    };
    granted = () => Promise.resolve({ credential: { username: 'AWS', password: 'granted' }, account: 'mira' });
    const machine = { grant: () => granted() };
    keychain = new Keychain({ store, dockerConfig, helpers, machine, useDockerConfig: () => useDockerConfig, log });
  });

  describe('of this machine’s sign-ins', () => {
    const key = { registry: 'ghcr.io', namespace: 'acme' };
    const from = { source: 'machine', signIn: 'github', key } as const;
    const ask = (target: string): Promise<KeychainAnswer> =>
      keychain.find(parseTarget(`${target}:1`).repository, { answers: new Map() });
    beforeEach(() => stored.set('ghcr.io/acme', { state: 'machine', signIn: 'github', account: 'noa' }));

    it('asks none for the sake of a list, and says whose it was', async () =>
      assert.deepEqual(await find('ghcr.io/acme/api'), { kind: 'unasked', ...from, account: 'noa' }));

    it('takes what the one that was chosen grants', async () => {
      const { credential } = await granted();
      assert.deepEqual(await ask('ghcr.io/acme/api'), { kind: 'found', credential, ...from, account: 'mira' });
      granted = () => Promise.resolve({ credential });
      assert.deepEqual(await ask('ghcr.io/acme/api'), { kind: 'found', credential, ...from, account: 'noa' });
    });

    it('goes on without where it fails, and leaves where it was left', async () => {
      const error = new CredentialsError('machine-sign-in-failed', 'VS Code is not signed in to GitHub.');
      granted = () => Promise.reject(error);
      assert.deepEqual(await ask('ghcr.io/acme/api'), { kind: 'source-failed', ...from, account: 'noa', error });
      granted = () => Promise.reject(new CancelledError());
      await assert.rejects(ask('ghcr.io/acme/api'), CancelledError);
    });

    it('leaves other places alone', async () => assert.equal(await keyFor('ghcr.io/other/api'), 'none'));
  });

  describe('of the stored credentials', () => {
    it('takes the one with the longest key that matches', async () => {
      put('ghcr.io', 'ghcr.io/acme', 'ghcr.io/acme/web', 'ghcr.io/other');
      assert.equal(await keyFor('ghcr.io/acme/web/api'), 'ghcr.io/acme/web');
      assert.equal(await keyFor('ghcr.io/acme/web'), 'ghcr.io/acme/web');
      assert.equal(await keyFor('ghcr.io/acme/api'), 'ghcr.io/acme');
      assert.equal(await keyFor('ghcr.io/mira/api'), 'ghcr.io');
    });

    it('takes none that matches only in the middle of a name', async () => {
      put('ghcr.io/acme', 'ghcr.io/acme/we');
      assert.equal(await keyFor('ghcr.io/acme-web/api'), 'none');
      assert.equal(await keyFor('ghcr.io/acme/web'), 'ghcr.io/acme');
    });

    it('takes none of another host or port', async () => {
      put('ghcr.io', 'a.example:5000', 'example');
      for (const target of ['x.ghcr.io/acme/api', 'ghcr.io:443/acme/api', 'a.example/acme', 'a.example:50/acme'])
        assert.equal(await keyFor(target), 'none', target);
    });

    it('knows Docker Hub, and a host in upper case, by their names in keys', async () => {
      put('docker.io', 'ghcr.io');
      assert.equal(await keyFor('index.docker.io/mira/api'), 'docker.io');
      const answer = await keychain.find(parseReference('GHCR.io/acme/api:1').repository);
      assert.equal(answer.kind, 'found');
    });

    it('finds that of a registry, or of a namespace, as well', async () => {
      put('ghcr.io', 'ghcr.io/acme');
      for (const [key, expected] of [
        ['ghcr.io', 'ghcr.io'],
        ['ghcr.io/acme', 'ghcr.io/acme'],
        ['ghcr.io/mira', 'ghcr.io'],
      ] as const) {
        const answer = await keychain.find(parseRegistryKey(key));
        assert.ok(answer.kind === 'found');
        assert.equal(formatRegistryKey(answer.key), expected);
      }
    });

    it('gives the credential, whose it is and where it is from', async () => {
      put('ghcr.io/acme');
      assert.deepEqual(await find('ghcr.io/acme/api'), {
        kind: 'found',
        credential: credentialOf('ghcr.io/acme'),
        source: 'stored',
        key: { registry: 'ghcr.io', namespace: 'acme' },
        account: 'ghcr.io/acme',
      });
    });

    it('takes no other in place of one whose secret is lost', async () => {
      put('ghcr.io');
      stored.set('ghcr.io/acme', { state: 'missing', account: 'mira' });
      stored.set('quay.io', { state: 'missing' });
      config = JSON.stringify({ auths: { 'quay.io': { auth: base64('a:b') } } });
      assert.deepEqual(await find('ghcr.io/acme/api'), {
        kind: 'missing-secret',
        key: { registry: 'ghcr.io', namespace: 'acme' },
        account: 'mira',
      });
      assert.deepEqual(await find('quay.io/acme/api'), { kind: 'missing-secret', key: { registry: 'quay.io' } });
    });
  });

  describe('of Docker’s configuration', () => {
    beforeEach(() => {
      config = JSON.stringify({
        auths: { 'ghcr.io': { auth: base64('docker:d') }, 'x.azurecr.io': { identitytoken: 'id' } },
        credHelpers: { 'gcr.io': 'gcloud' },
      });
    });

    it('takes what it has where none is stored', async () => {
      assert.deepEqual(await find('ghcr.io/acme/api'), {
        kind: 'found',
        credential: { username: 'docker', password: 'd' },
        source: 'docker-config',
        key: { registry: 'ghcr.io' },
        account: 'docker',
      });
      put('ghcr.io');
      assert.equal(((await find('ghcr.io/acme/api')) as { source?: string }).source, 'stored');
    });

    it('takes nothing, and does not read it, where that is turned off', async () => {
      useDockerConfig = false;
      config = '{';
      assert.deepEqual(await find('ghcr.io/acme/api'), { kind: 'none' });
    });

    it('complains of it only when it is needed', async () => {
      config = '{';
      put('ghcr.io');
      assert.equal(await keyFor('ghcr.io/acme/api'), 'ghcr.io');
      await assert.rejects(find('quay.io/acme/api'), CredentialsError);
    });
  });

  describe('of the helpers that Docker’s configuration names', () => {
    let answers: HelperAnswers;
    const ask = (target: string, signal?: AbortSignal): Promise<KeychainAnswer> =>
      keychain.find(parseTarget(`${target}:1`).repository, { answers, ...(signal && { signal }) });
    beforeEach(() => {
      answers = new Map();
      config = JSON.stringify({ credsStore: 'pass', credHelpers: { 'gcr.io': 'gcloud' } });
    });

    it('asks none unless it is told to', async () => {
      assert.deepEqual(await find('gcr.io/acme/api'), { kind: 'unasked', source: 'helper', helper: 'gcloud' });
      assert.deepEqual(asked, []);
    });

    it('takes what it has, under the address that Docker gives the registry', async () => {
      assert.deepEqual(await ask('docker.io/acme/api'), {
        kind: 'found',
        credential: credentialOf('helped'),
        source: 'helper',
        helper: 'pass',
        key: { registry: 'docker.io' },
        account: 'helped',
      });
      assert.deepEqual(asked, ['pass https://index.docker.io/v1/']);
    });

    it('asks each once for a registry in the course of a request, and again in the next', async () => {
      await Promise.all([ask('gcr.io/acme/api'), ask('gcr.io/acme/web')]);
      await ask('quay.io/acme/web');
      await ask('gcr.io/other');
      assert.deepEqual(asked.sort(), ['gcloud gcr.io', 'pass quay.io']);
      answers = new Map();
      await ask('gcr.io/acme/api');
      assert.equal(asked.length, 3);
    });

    it('says that it has none', async () => {
      said = () => Promise.resolve(undefined);
      assert.deepEqual(await ask('gcr.io/acme/api'), { kind: 'none', helper: 'gcloud' });
    });

    it('says that it failed, once: the registry may want no sign-in', async () => {
      const error = new CredentialsError('credential-helper-failed', 'docker-credential-gcloud is not on PATH.');
      said = () => Promise.reject(error);
      for (const target of ['gcr.io/acme/api', 'gcr.io/acme/web'])
        assert.deepEqual(await ask(target), { kind: 'source-failed', source: 'helper', helper: 'gcloud', error });
      assert.equal(asked.length, 1);
      assert.equal(lines.filter((line) => line === error.message).length, 1);
    });

    it('keeps no answer that was given up', async () => {
      said = () => Promise.reject(new CancelledError());
      await assert.rejects(ask('gcr.io/acme/api', AbortSignal.abort()), CancelledError);
      said = () => Promise.resolve(credentialOf('helped'));
      assert.equal((await ask('gcr.io/acme/api')).kind, 'found');
    });

    it('asks none for what is stored, nor where Docker’s configuration is turned off', async () => {
      put('gcr.io');
      await ask('gcr.io/acme/api');
      useDockerConfig = false;
      assert.deepEqual(await ask('quay.io/acme/api'), { kind: 'none' });
      assert.deepEqual(asked, []);
    });

    it('notes whom it asks, and never the secret', async () => {
      await ask('gcr.io/acme/api');
      assert.deepEqual(lines, [
        'asking docker-credential-gcloud for gcr.io',
        'credential for gcr.io/acme/api: helped (docker-credential-gcloud)',
      ]);
    });
  });

  it('notes which credential serves, and never the secret', async () => {
    put('ghcr.io');
    await find('ghcr.io/acme/api');
    await keychain.find(parseRegistryKey('quay.io/acme'));
    assert.deepEqual(lines, [
      'credential for ghcr.io/acme/api: ghcr.io (stored here)',
      'credential for quay.io/acme: not signed in',
    ]);
  });
});

describe('accountOf', () => {
  it('is the user name, but where that is the secret itself', () => {
    assert.equal(accountOf({ username: 'mira', password: 'x' }), 'mira');
    assert.equal(accountOf({ identityToken: 'x', username: 'mira' }), 'mira');
    assert.equal(accountOf({ identityToken: 'x' }), undefined);
    assert.equal(accountOf({ username: 'dop_v1_planted', password: 'dop_v1_planted' }), undefined);
  });
});

describe('describeSource', () => {
  const key = { registry: 'ghcr.io' };
  const nameless = { kind: 'found', credential: credentialOf('mira'), key } as const;
  const mira = { ...nameless, account: 'mira' };
  const cases: [KeychainAnswer, string][] = [
    [{ ...mira, source: 'stored' }, 'mira (stored here)'],
    [{ ...mira, source: 'docker-config' }, 'mira (Docker configuration)'],
    [{ ...mira, source: 'docker-config', account: 'mi\u202e\nra' }, 'mi ra (Docker configuration)'],
    [{ ...nameless, credential: { identityToken: 'x' }, source: 'stored' }, 'identity token (stored here)'],
    [{ ...nameless, source: 'stored' }, 'token (stored here)'],
    [{ kind: 'missing-secret', key, account: 'mira' }, 'mira (lost, sign in again)'],
    [{ kind: 'missing-secret', key }, 'secret (lost, sign in again)'],
    [{ kind: 'none' }, 'not signed in'],
    [{ ...mira, source: 'helper', helper: 'pass' }, 'mira (docker-credential-pass)'],
    [{ kind: 'unasked', source: 'helper', helper: 'pa\u202ess' }, 'Docker keeps it with docker-credential-pass'],
    [{ kind: 'unasked', source: 'machine', signIn: 'github', key, account: 'mira' }, 'mira (GitHub in VS Code)'],
    [{ ...nameless, source: 'machine', signIn: 'aws' }, 'token (AWS on this machine)'],
    [{ kind: 'none', helper: 'desktop' }, 'not signed in (docker-credential-desktop has none)'],
    [
      {
        kind: 'source-failed',
        source: 'helper',
        helper: 'pass',
        error: new CredentialsError('credential-helper-failed', 'no'),
      },
      'not signed in (docker-credential-pass failed)',
    ],
  ];
  for (const [answer, words] of cases) it(`says “${words}”`, () => assert.equal(describeSource(answer), words));
});
