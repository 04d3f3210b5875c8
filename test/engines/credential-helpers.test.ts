import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Log, systemClock } from '../../src/base/index.ts';
import {
  type Credential,
  CredentialHelpers,
  CredentialsError,
  describeSource,
  DockerConfigCredentials,
  Keychain,
  MachineSignIns,
  type KeychainAnswer,
  listDockerSignIns,
} from '../../src/credentials/index.ts';
import { parseRegistryKey } from '../../src/reference/index.ts';
import { checkSignIn } from '../../src/registry/index.ts';
import { type CredentialPrograms, startPass } from '../support/credential-helpers.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';

const ada = { user: 'ada', password: 'p:ä planted-7f3a9c51' };
const hub = 'https://index.docker.io/v1/';
const ecr = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';

describe('Debian’s credential helpers', function () {
  this.timeout(180_000);
  let programs: CredentialPrograms;
  let registry: RunningRegistry;
  let helpers: CredentialHelpers;
  let dockerConfig: DockerConfigCredentials;
  let lines: string[];

  before(async () => {
    [programs, registry] = await Promise.all([startPass(), startRegistry({ htpasswd: ada })]);
    const { env } = programs;
    const home = env.HOME!;
    await programs.keep(registry.host, ada.user, ada.password);
    await programs.keep(hub, '<token>', 'identity planted-7f3a9c51');
    await mkdir(path.join(home, '.docker'));
    const config = { credsStore: 'pass', credHelpers: { [ecr]: 'ecr-login' }, auths: { [registry.host]: {} } };
    await writeFile(path.join(home, '.docker/config.json'), JSON.stringify(config));
    helpers = new CredentialHelpers({
      ...{ env, home, platform: process.platform, clock: systemClock },
      workspaceFolders: () => [import.meta.dirname],
    });
    dockerConfig = new DockerConfigCredentials({ env, home, readFile: (file) => readFile(file, 'utf8') });
  });
  after(() => Promise.all([programs.stop(), registry.stop()]));
  beforeEach(() => {
    lines = [];
  });
  afterEach(() => assert.ok(!lines.join('\n').includes('planted')));

  const find = (key: string): Promise<KeychainAnswer> => {
    const note = (line: string): void => void lines.push(line);
    const log: Log = { trace: note, debug: note, info: note, warn: note, error: note };
    const store = { get: () => Promise.resolve({ state: 'none' as const }) };
    const machine = new MachineSignIns([]);
    const keychain = new Keychain({ store, dockerConfig, helpers, machine, useDockerConfig: () => true, log });
    return keychain.find(parseRegistryKey(key), { answers: new Map() });
  };

  it('give from pass what a real registry accepts', async () => {
    const answer = await find(`${registry.host}/team`);
    assert.ok(answer.kind === 'found');
    assert.equal(describeSource(answer), 'ada (docker-credential-pass)');
    assert.deepEqual(answer.credential, { username: ada.user, password: ada.password });
    const check = await checkSignIn(parseRegistryKey(registry.host), answer.credential);
    assert.equal(check.status, 'accepted');
  });

  it('give from pass an identity token', async () => {
    const answer = await find('docker.io');
    assert.ok(answer.kind === 'found');
    assert.deepEqual(answer.credential, { identityToken: 'identity planted-7f3a9c51' });
  });

  it('have nothing in pass for another registry', async () =>
    assert.deepEqual(await find('ghcr.io'), { kind: 'none', helper: 'pass' }));

  it('have nothing in ecr-login without an account at AWS', async () => {
    const answer = await find(ecr);
    assert.deepEqual(answer, { kind: 'none', helper: 'ecr-login' });
    assert.equal(describeSource(answer), 'not signed in (docker-credential-ecr-login has none)');
  });

  it('list what they have, and give it one by one', async () => {
    const { signIns, failures } = await listDockerSignIns({ dockerConfig, helpers });
    assert.deepEqual(failures, []);
    assert.deepEqual(
      signIns.map(({ registry: name, account }) => [name, account]),
      [
        [ecr, undefined],
        [registry.host, 'ada'],
        ['docker.io', undefined],
      ],
    );
    const secrets: (Credential | undefined)[] = [];
    for (const signIn of signIns) secrets.push(await signIn.read());
    assert.deepEqual(secrets, [
      undefined,
      { username: ada.user, password: ada.password },
      { identityToken: 'identity planted-7f3a9c51' },
    ]);
  });

  // The last one: the key is gone for good.
  it('that cannot decrypt are named, and spoil nothing else', async () => {
    await programs.lock();
    const answer = await find(registry.host);
    assert.ok(answer.kind === 'source-failed' && answer.source === 'helper');
    assert.ok(answer.error instanceof CredentialsError);
    assert.match(
      answer.error.message,
      /^docker-credential-pass, which keeps .*, failed with exit code 1\. Sign in here/u,
    );
    assert.deepEqual(await find(ecr), { kind: 'none', helper: 'ecr-login' });
  });
});
