import assert from 'node:assert/strict';
import { CancelledError } from '../../../src/base/index.ts';
import {
  type Credential,
  CredentialsError,
  DockerConfigCredentials,
  type DockerSignInList,
  isShortLived,
  listDockerSignIns,
} from '../../../src/credentials/index.ts';
import { base64, filesOf } from './parts.ts';

const hub = 'https://index.docker.io/v1/';

describe('the sign-ins that Docker has', () => {
  /** What each helper lists, or why it cannot. */
  let lists: Record<string, Record<string, string> | Error>;
  /** What was asked of helpers. */
  let asked: string[];
  beforeEach(() => {
    lists = {};
    asked = [];
  });

  const list = (config: unknown, env: Record<string, string> = {}): Promise<DockerSignInList> => {
    const content = typeof config === 'string' ? config : JSON.stringify(config);
    const dockerConfig = new DockerConfigCredentials({
      env: { DOCKER_CONFIG: '/c', ...env },
      home: '/',
      readFile: filesOf({ '/c/config.json': content }),
    });
    const helpers = {
      list: async (helper: string) => {
        asked.push(`list ${helper}`);
        const known = (await Promise.resolve(lists[helper])) ?? {};
        if (known instanceof Error) throw known;
        return new Map(Object.entries(known));
      },
      get: (helper: string, address: string): Promise<Credential> => {
        asked.push(`get ${helper} ${address}`);
        return Promise.resolve({ username: 'got', password: `from ${helper} for ${address}` });
      },
    };
    return listDockerSignIns({ dockerConfig, helpers });
  };
  /** Each as `registry account source`. */
  const lines = ({ signIns }: DockerSignInList): string[] =>
    signIns.map(({ registry, account = '?', from }) =>
      [registry, account, from.source === 'helper' ? from.helper : from.source].join(' '),
    );
  const failing = (words: string): Error => new CredentialsError('credential-helper-failed', words);

  it('are those of the file and of DOCKER_AUTH_CONFIG, which comes first', async () => {
    const auths = {
      'ghcr.io': { auth: base64('mira:a') },
      [hub]: { auth: base64('noa:b') },
      'x.azurecr.io': { identitytoken: 'id' },
      'empty.example': {},
    };
    const env = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { 'ghcr.io': { auth: base64('ci:c') } } }) };
    const all = await list({ auths }, env);
    assert.deepEqual(lines(all), [
      'docker.io noa docker-config',
      'ghcr.io ci docker-config',
      'x.azurecr.io ? docker-config',
    ]);
    assert.deepEqual(await all.signIns[1]?.read(), { username: 'ci', password: 'c' });
    assert.deepEqual(await all.signIns[2]?.read(), { identityToken: 'id' });
    assert.deepEqual(all.failures, []);
    assert.deepEqual(asked, []);
  });

  it('are those that the helper for all lists, whose secrets are fetched one by one', async () => {
    lists.pass = { 'ghcr.io': 'mira', [hub]: 'noa', 'quay.io': '<token>' };
    const all = await list({ credsStore: 'pass', auths: { 'ghcr.io': {}, 'old.example': { auth: base64('a:b') } } });
    assert.deepEqual(lines(all), ['docker.io noa pass', 'ghcr.io mira pass', 'quay.io ? pass']);
    assert.deepEqual(asked, ['list pass']);
    assert.deepEqual(await all.signIns[0]?.read(), { username: 'got', password: `from pass for ${hub}` });
    assert.deepEqual(asked, ['list pass', `get pass ${hub}`]);
  });

  it('leave out what Docker Desktop lists for itself, and take what Docker writes before what old clients wrote', async () => {
    lists.desktop = {
      [`${hub}access-token`]: 'noa',
      [`${hub}refresh-token`]: 'noa',
      'https://ghcr.io': 'old',
      'ghcr.io': 'mira',
      'http://old.example/v2/': 'ada',
      'no registry': 'x',
    };
    const all = await list({ credsStore: 'desktop' });
    assert.deepEqual(lines(all), ['ghcr.io mira desktop', 'old.example ada desktop']);
    assert.deepEqual(await all.signIns[1]?.read(), {
      username: 'got',
      password: 'from desktop for http://old.example/v2/',
    });
  });

  it('are those of the hosts that have a helper of their own, even if it lists nothing', async () => {
    lists.pass = { 'ghcr.io': 'mira', 'quay.io': 'mira', 'gcr.io': 'mira' };
    lists['ghcr-login'] = { 'ghcr.io': 'bot' };
    const credHelpers = { 'ghcr.io': 'ghcr-login', 'a.example': 'ghcr-login', 'gcr.io': '', 'quay.io/x': 'pass' };
    const all = await list({ credsStore: 'pass', credHelpers, auths: { 'gcr.io': { auth: base64('ada:a') } } });
    assert.deepEqual(lines(all), [
      'a.example ? ghcr-login',
      'gcr.io ada docker-config',
      'ghcr.io bot ghcr-login',
      'quay.io mira pass',
    ]);
    assert.deepEqual(asked, ['list ghcr-login', 'list pass']);
  });

  it('are spoiled by no helper that fails', async () => {
    lists.broken = failing('docker-credential-broken is not on PATH.');
    lists.gone = failing('docker-credential-gone is not on PATH.');
    const all = await list({
      credsStore: 'broken',
      credHelpers: { 'ghcr.io': 'gone', 'quay.io': '' },
      auths: { 'quay.io': { auth: base64('ada:a') } },
    });
    assert.deepEqual(lines(all), ['ghcr.io ? gone', 'quay.io ada docker-config']);
    assert.deepEqual(all.failures, [
      'docker-credential-gone is not on PATH.',
      'docker-credential-broken is not on PATH.',
    ]);
  });

  it('are those of one place when the other cannot be read', async () => {
    const env = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { 'ghcr.io': { auth: base64('ci:c') } } }) };
    const broken = await list('{"auths":', env);
    assert.deepEqual(lines(broken), ['ghcr.io ci docker-config']);
    assert.equal(broken.failures.length, 1);
    assert.match(broken.failures[0] ?? '', /config\.json is not a JSON object/u);
    const other = await list({ auths: { 'quay.io': { auth: base64('ada:a') } } }, { DOCKER_AUTH_CONFIG: '[' });
    assert.deepEqual(lines(other), ['quay.io ada docker-config']);
    assert.match(other.failures[0] ?? '', /DOCKER_AUTH_CONFIG is not a JSON object/u);
  });

  it('are given up with the signal', async () => {
    lists.pass = new CancelledError();
    await assert.rejects(list({ credsStore: 'pass' }), CancelledError);
  });

  const kept: [helper: string | undefined, account: string | undefined, shortLived: boolean][] = [
    ['ecr-login', undefined, true],
    ['gcloud', undefined, true],
    ['acr-env', undefined, true],
    ['pass', 'AWS', true],
    [undefined, 'oauth2accesstoken', true],
    ['pass', '00000000-0000-0000-0000-000000000000', true],
    ['pass', 'mira', false],
    ['pass', undefined, false],
    [undefined, 'mira', false],
  ];
  for (const [helper, account, shortLived] of kept)
    it(`of ${account ?? 'somebody'} from ${helper ?? 'the file'} ${shortLived ? 'live' : 'do not live'} for hours only`, () => {
      const from = helper === undefined ? { source: 'docker-config' as const } : { source: 'helper' as const, helper };
      assert.equal(isShortLived({ from, ...(account !== undefined && { account }) }), shortLived);
    });
});
