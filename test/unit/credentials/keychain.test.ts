import assert from 'node:assert/strict';
import type { Log } from '../../../src/base/index.ts';
import {
  type Credential,
  CredentialsError,
  describeSource,
  DockerConfigCredentials,
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
    keychain = new Keychain({ store, dockerConfig, useDockerConfig: () => useDockerConfig, log });
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

    it('says which helper has it', async () => {
      assert.deepEqual(await find('gcr.io/acme/api'), { kind: 'none', helper: 'gcloud' });
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

describe('describeSource', () => {
  const key = { registry: 'ghcr.io' };
  const nameless = { kind: 'found', credential: credentialOf('mira'), key } as const;
  const mira = { ...nameless, account: 'mira' };
  const cases: [KeychainAnswer, string][] = [
    [{ ...mira, source: 'stored' }, 'mira (stored here)'],
    [{ ...mira, source: 'docker-config' }, 'mira (Docker configuration)'],
    [{ ...mira, source: 'docker-config', account: 'mi\u202e\nra' }, 'mi ra (Docker configuration)'],
    [{ ...nameless, source: 'stored' }, 'identity token (stored here)'],
    [{ kind: 'missing-secret', key, account: 'mira' }, 'mira (lost, sign in again)'],
    [{ kind: 'missing-secret', key }, 'secret (lost, sign in again)'],
    [{ kind: 'none' }, 'not signed in'],
    [
      { kind: 'none', helper: 'desktop' },
      'not signed in (Docker keeps it with docker-credential-desktop, which is not asked)',
    ],
  ];
  for (const [answer, words] of cases) it(`says “${words}”`, () => assert.equal(describeSource(answer), words));
});
