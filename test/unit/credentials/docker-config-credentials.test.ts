import assert from 'node:assert/strict';
import path from 'node:path';
import { CredentialsError, DockerConfigCredentials, type DockerConfigEntry } from '../../../src/credentials/index.ts';
import { base64, filesOf } from './parts.ts';

const home = path.resolve('/home/mira');
const file = path.join(home, '.docker', 'config.json');
const auth = base64('mira:s3cret');
const mira: DockerConfigEntry = { kind: 'found', credential: { username: 'mira', password: 's3cret' } };
const none: DockerConfigEntry = { kind: 'none' };

/** What is found for a registry in this config.json. */
function find(config: unknown, registry = 'ghcr.io', env: Record<string, string> = {}): Promise<DockerConfigEntry> {
  const content = typeof config === 'string' || config instanceof Error ? config : JSON.stringify(config);
  return new DockerConfigCredentials({ env, home, readFile: filesOf({ [file]: content }) }).find(registry);
}

async function failure(promise: Promise<unknown>): Promise<CredentialsError> {
  const error: unknown = await promise.then(
    () => assert.fail('it did not reject'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof CredentialsError)) throw error;
  assert.equal(error.side, 'credentials');
  assert.equal(error.code, 'docker-config-invalid');
  return error;
}

describe('the credentials in Docker’s configuration', () => {
  describe('are found under', () => {
    const names: [name: string, registry: string][] = [
      ['ghcr.io', 'ghcr.io'],
      ['https://ghcr.io', 'ghcr.io'],
      ['http://ghcr.io/v1/', 'ghcr.io'],
      ['GHCR.io/acme', 'ghcr.io'],
      ['127.0.0.1:5000', '127.0.0.1:5000'],
      ['[::1]:5000', '[::1]:5000'],
      ['https://index.docker.io/v1/', 'docker.io'],
      ['docker.io', 'docker.io'],
      ['registry-1.docker.io', 'docker.io'],
    ];
    for (const [name, registry] of names)
      it(`${name}, for ${registry}`, async () => {
        assert.deepEqual(
          await find({ auths: { 'other.example': { auth: base64('a:b') }, [name]: { auth } } }, registry),
          mira,
        );
      });
  });

  it('are for exactly that host', async () => {
    for (const name of [
      'ghcr.io:443',
      'x.ghcr.io',
      'ghcr.io.example',
      'example/ghcr.io',
      'https://index.docker.io/v1/',
    ])
      assert.deepEqual(await find({ auths: { [name]: { auth } } }), none, name);
    assert.deepEqual(await find({ auths: { 'ghcr.io': { auth } } }, 'ghcr.io:443'), none);
  });

  it('are those under the name that Docker itself writes, where there are several', async () => {
    const other = { auth: base64('other:o') };
    assert.deepEqual(
      await find({ auths: { 'ghcr.io/acme': other, 'ghcr.io': { auth }, 'https://ghcr.io': other } }),
      mira,
    );
    const hub = { 'docker.io': other, 'https://index.docker.io/v1/': { auth } };
    assert.deepEqual(await find({ auths: hub }, 'docker.io'), mira);
    assert.deepEqual(
      await find({ auths: { 'ghcr.io': {}, 'https://ghcr.io': { auth } } }),
      mira,
      'an empty one is none',
    );
  });

  it('are split at the first colon', async () => {
    const credential = { username: 'mira', password: 'a:b:ä' };
    assert.deepEqual(await find({ auths: { 'ghcr.io': { auth: base64('mira:a:b:ä') } } }), {
      kind: 'found',
      credential,
    });
  });

  it('are without the zeros that old clients wrote', async () => {
    assert.deepEqual(await find({ auths: { 'ghcr.io': { auth: base64('mira:s3cret\0\0') } } }), mira);
  });

  it('may be written out', async () => {
    assert.deepEqual(await find({ auths: { 'ghcr.io': { username: 'mira', password: 's3cret' } } }), mira);
  });

  it('may be an identity token, with or without a name', async () => {
    const named = { auth: base64('mira:'), identitytoken: 'id' };
    const credential = { identityToken: 'id' };
    assert.deepEqual(await find({ auths: { 'ghcr.io': named } }), {
      kind: 'found',
      credential: { ...credential, username: 'mira' },
    });
    assert.deepEqual(await find({ auths: { 'ghcr.io': { identitytoken: 'id' } } }), { kind: 'found', credential });
  });

  const useless: [string, unknown][] = [
    ['no auths', {}],
    ['auths that are none', { auths: [{ auth }] }],
    ['an entry that is none', { auths: { 'ghcr.io': auth } }],
    ['an auth that is no text', { auths: { 'ghcr.io': { auth: 7 } } }],
    ['an auth without a colon', { auths: { 'ghcr.io': { auth: base64('mira') } } }],
    ['an auth without a name', { auths: { 'ghcr.io': { auth: base64(':s3cret') } } }],
    ['an auth without a password', { auths: { 'ghcr.io': { auth: base64('mira:') } } }],
    ['an empty entry, as a helper leaves it', { auths: { 'ghcr.io': {} } }],
    ['an empty file', ' \n'],
    ['no file', Object.assign(new Error('no file'), { code: 'ENOENT' })],
    ['no folder', Object.assign(new Error('no folder'), { code: 'ENOTDIR' })],
  ];
  for (const [name, config] of useless)
    it(`are none with ${name}`, async () => assert.deepEqual(await find(config), none));

  it('are not spoiled by another entry that is damaged', async () => {
    assert.deepEqual(await find({ auths: { 'a.example': 7, 'b.example': { auth: [] }, 'ghcr.io': { auth } } }), mira);
  });

  describe('kept by a helper', () => {
    const held = (helper: string, address: string): DockerConfigEntry => ({ kind: 'held', helper, address });

    it('are reported as that, the host’s own helper before the one for all', async () => {
      const config = { auths: { 'ghcr.io': {} }, credsStore: 'desktop', credHelpers: { 'ghcr.io': 'ghcr-login' } };
      assert.deepEqual(await find(config), held('ghcr-login', 'ghcr.io'));
      assert.deepEqual(await find(config, 'quay.io'), held('desktop', 'quay.io'));
    });

    it('are not looked for in auths, as Docker does not', async () => {
      assert.deepEqual(
        await find({ auths: { 'ghcr.io': { auth } }, credsStore: 'desktop' }),
        held('desktop', 'ghcr.io'),
      );
    });

    it('are in the file where the host is excepted, and where no helper is for it', async () => {
      assert.deepEqual(
        await find({ auths: { 'ghcr.io': { auth } }, credsStore: 'desktop', credHelpers: { 'ghcr.io': '' } }),
        mira,
      );
      assert.deepEqual(await find({ auths: { 'ghcr.io': { auth } }, credHelpers: { 'gcr.io': 'gcloud' } }), mira);
    });

    it('are asked for under the name that Docker itself gives a registry, exactly', async () => {
      const hub = { credHelpers: { 'https://index.docker.io/v1/': 'pass' } };
      assert.deepEqual(await find(hub, 'docker.io'), held('pass', 'https://index.docker.io/v1/'));
      for (const name of ['https://ghcr.io', 'ghcr.io/acme', 'GHCR.io', '*.io'])
        assert.deepEqual(await find({ auths: { 'ghcr.io': { auth } }, credHelpers: { [name]: 'pass' } }), mira, name);
      assert.deepEqual(await find({ credHelpers: { 'docker.io': 'pass' } }, 'docker.io'), none);
    });
  });

  describe('in DOCKER_AUTH_CONFIG', () => {
    const env = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { 'ghcr.io': { auth } } }) };

    it('come before the file and its helpers', async () => {
      assert.deepEqual(await find({ auths: { 'ghcr.io': { auth: base64('a:b') } } }, 'ghcr.io', env), mira);
      assert.deepEqual(await find({ credsStore: 'desktop' }, 'ghcr.io', env), mira);
      assert.deepEqual(await find('{', 'ghcr.io', env), mira, 'the file is not needed');
    });

    it('leave other hosts to the file', async () => {
      assert.deepEqual(await find({ auths: { 'quay.io': { auth } } }, 'quay.io', env), mira);
    });

    it('are named where they cannot be read', async () => {
      const error = await failure(find({}, 'ghcr.io', { DOCKER_AUTH_CONFIG: `{"auths":{"ghcr.io":{"auth":"${auth}` }));
      assert.match(error.message, /DOCKER_AUTH_CONFIG is not a JSON object/u);
    });
  });

  it('are read from the folder that DOCKER_CONFIG names', async () => {
    const folder = path.resolve('/elsewhere');
    const content = JSON.stringify({ auths: { 'ghcr.io': { auth } } });
    const readFile = filesOf({ [path.join(folder, 'config.json')]: content });
    const credentials = new DockerConfigCredentials({ env: { DOCKER_CONFIG: folder }, home, readFile });
    assert.deepEqual(await credentials.find('ghcr.io'), mira);
  });

  it('may begin with a byte order mark', async () => {
    assert.deepEqual(await find(`\uFEFF${JSON.stringify({ auths: { 'ghcr.io': { auth } } })}`), mira);
  });

  for (const [name, content, why] of [
    ['half a file', `{"auths":{"ghcr.io":{"auth":"${auth}`, /is not a JSON object/u],
    ['a list', '[]', /is not a JSON object/u],
    ['a file that may not be read', Object.assign(new Error('no'), { code: 'EACCES' }), /cannot be read/u],
  ] as const)
    it(`say where and what to do with ${name}, and nothing of its content`, async () => {
      const error = await failure(find(content));
      assert.match(error.message, why);
      assert.ok(error.message.includes(file));
      assert.match(error.message, /Repair it, sign in here, or turn dockerPush\.credentials\.useDockerConfig off/u);
      assert.ok(!`${error.message}${String(error.cause)}`.includes(auth));
    });
});
