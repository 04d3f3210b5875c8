import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  chooseEndpoint,
  describeEndpointSetting,
  EngineError,
  type ChosenEndpoint,
  type EndpointQuestion,
} from '../../../src/engine/index.ts';

const idOf = (name: string): string => createHash('sha256').update(name).digest('hex');
const meta = (name: string, docker: object, folder = '/home/kim/.docker'): Record<string, string> => ({
  [`${folder}/contexts/meta/${idOf(name)}/meta.json`]: JSON.stringify({
    Name: name,
    Metadata: {},
    Endpoints: { docker },
  }),
});
const config = (content: object): Record<string, string> => ({
  '/home/kim/.docker/config.json': JSON.stringify(content),
});

/** Chooses on a machine that has these files; a file whose content is an error cannot be read. */
function choose(
  question: Partial<EndpointQuestion> & { files?: Record<string, string | Error> },
): Promise<ChosenEndpoint> {
  const { files = {}, ...rest } = question;
  const readFile = (path: string): Promise<string> => {
    const content = files[path] ?? Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
    return content instanceof Error ? Promise.reject(content) : Promise.resolve(content);
  };
  return chooseEndpoint({ setting: '', env: {}, platform: 'linux', home: '/home/kim', readFile, ...rest });
}

const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
const desktop = meta('desktop-linux', { Host: 'unix:///home/kim/.docker/desktop/docker.sock', SkipTLSVerify: false });

describe('chooseEndpoint', () => {
  it('takes the platform’s default when nothing says otherwise', async () => {
    assert.deepEqual(await choose({}), {
      endpoint: { kind: 'unix', path: '/var/run/docker.sock' },
      address: 'unix:///var/run/docker.sock',
      source: 'default',
      label: 'default',
      local: true,
    });
    assert.equal((await choose({ platform: 'darwin' })).address, 'unix:///var/run/docker.sock');
    assert.equal(
      (await choose({ platform: 'win32', home: 'C:\\Users\\kim' })).address,
      'npipe:////./pipe/docker_engine',
    );
  });

  it('takes the current context of config.json', async () => {
    assert.deepEqual(await choose({ files: { ...config({ currentContext: 'desktop-linux' }), ...desktop } }), {
      endpoint: { kind: 'unix', path: '/home/kim/.docker/desktop/docker.sock' },
      address: 'unix:///home/kim/.docker/desktop/docker.sock',
      source: 'context',
      context: 'desktop-linux',
      label: 'desktop-linux',
      local: true,
    });
    for (const currentContext of ['', 'default', undefined])
      assert.equal((await choose({ files: config({ currentContext }) })).source, 'default');
    assert.equal((await choose({ files: { '/home/kim/.docker/config.json': '' } })).source, 'default');
  });

  it('prefers setting to DOCKER_HOST to DOCKER_CONTEXT to the current context', async () => {
    const files = {
      ...config({ currentContext: 'desktop-linux' }),
      ...desktop,
      ...meta('remote', { Host: 'ssh://build' }),
    };
    const env = { DOCKER_CONTEXT: 'remote' };
    const withHost = { ...env, DOCKER_HOST: 'tcp://10.0.0.5:2375' };
    const context = await choose({ files, env });
    assert.equal(context.source, 'DOCKER_CONTEXT');
    assert.equal(context.address, 'ssh://build');
    assert.equal(context.local, false);
    const host = await choose({ files, env: withHost });
    assert.deepEqual([host.source, host.label, host.address], ['DOCKER_HOST', 'DOCKER_HOST', 'tcp://10.0.0.5:2375']);
    assert.equal(host.local, false);
    const setting = await choose({ files, env: withHost, setting: ' unix:///mine.sock ' });
    assert.deepEqual([setting.source, setting.label], ['setting', 'unix:///mine.sock']);
    const named = await choose({ files, env: withHost, setting: 'context:desktop-linux' });
    assert.deepEqual([named.source, named.context, named.label], ['setting', 'desktop-linux', 'desktop-linux']);
  });

  it('takes DOCKER_HOST for the context "default", as the CLI does', async () => {
    const env = { DOCKER_HOST: 'unix:///run/other.sock' };
    assert.equal((await choose({ env, setting: 'context:default' })).address, 'unix:///run/other.sock');
    assert.equal((await choose({ env: { DOCKER_CONTEXT: 'default' } })).address, 'unix:///var/run/docker.sock');
  });

  it('does not read config.json when it is not needed', async () => {
    const files = { '/home/kim/.docker/config.json': denied };
    assert.equal((await choose({ files, env: { DOCKER_HOST: 'unix:///x' } })).source, 'DOCKER_HOST');
  });

  it('looks where DOCKER_CONFIG says', async () => {
    const files = {
      '/etc/mine/config.json': JSON.stringify({ currentContext: 'there' }),
      ...meta('there', { Host: 'tcp://there:1' }, '/etc/mine'),
    };
    assert.equal((await choose({ files, env: { DOCKER_CONFIG: '/etc/mine' } })).address, 'tcp://there:1');
  });

  it('finds the files of Windows', async () => {
    const home = 'C:\\Users\\kim';
    const files = {
      [`${home}\\.docker\\config.json`]: '\uFEFF{"currentContext":"desktop-linux"}',
      [`${home}\\.docker\\contexts\\meta\\${idOf('desktop-linux')}\\meta.json`]: JSON.stringify({
        Name: 'desktop-linux',
        Endpoints: { docker: { Host: 'npipe:////./pipe/dockerDesktopLinuxEngine' } },
      }),
    };
    const chosen = await choose({ files, home, platform: 'win32' });
    assert.equal(chosen.address, 'npipe:////./pipe/dockerDesktopLinuxEngine');
    assert(chosen.local);
  });

  it('takes the platform’s default for a context without a host', async () => {
    const chosen = await choose({ setting: 'context:empty', files: meta('empty', {}) });
    assert.deepEqual([chosen.address, chosen.label], ['unix:///var/run/docker.sock', 'empty']);
  });

  describe('never goes to another engine by itself', () => {
    const rejects = (question: Parameters<typeof choose>[0], code: string, message: RegExp): Promise<void> =>
      assert.rejects(choose(question), (error) => {
        assert(error instanceof EngineError, String(error));
        assert.equal(error.code, code);
        assert.match(error.message, message);
        return true;
      });

    it('when the named context is missing', async () => {
      const code = 'engine-context-missing';
      await rejects(
        { setting: 'context:gone' },
        code,
        /"gone".*dockerPush\.engine\.endpoint.*does not exist.*docker context ls/,
      );
      await rejects({ env: { DOCKER_CONTEXT: 'gone' } }, code, /DOCKER_CONTEXT, does not exist/);
      await rejects({ files: config({ currentContext: 'gone' }) }, code, /config\.json, does not exist/);
    });

    it('when the context is broken', async () => {
      const path = Object.keys(meta('x', {}))[0]!;
      const setting = 'context:x';
      const code = 'engine-context-missing';
      await rejects({ setting, files: { [path]: denied } }, code, /cannot be read/);
      await rejects({ setting, files: { [path]: '{' } }, code, /names no Docker engine/);
      await rejects({ setting, files: meta('x', { Host: 5 }) }, code, /damaged/);
      await rejects({ setting, files: meta('x', { Host: 'fd://1' }) }, 'engine-endpoint-invalid', /context "x"/);
    });

    it('when config.json cannot be used', async () => {
      const code = 'engine-config-invalid';
      const path = '/home/kim/.docker/config.json';
      await rejects({ files: { [path]: denied } }, code, /cannot be read.*dockerPush\.engine\.endpoint/);
      await rejects({ files: { [path]: '{"currentContext"' } }, code, /not a JSON object/);
      await rejects({ files: { [path]: '{"currentContext":5}' } }, code, /other than text/);
    });

    it('when an address cannot be used', async () => {
      await rejects({ setting: 'fd://3' }, 'engine-endpoint-invalid', /dockerPush\.engine\.endpoint/);
      await rejects({ env: { DOCKER_HOST: 'tcp://a b' } }, 'engine-endpoint-invalid', /DOCKER_HOST/);
    });
  });

  describe('TLS', () => {
    const pems = (folder: string): Record<string, string> => ({
      [`${folder}/ca.pem`]: 'CA',
      [`${folder}/cert.pem`]: 'CERT',
      [`${folder}/key.pem`]: 'KEY',
    });
    const all = { ca: 'CA', cert: 'CERT', key: 'KEY' };

    it('comes from DOCKER_TLS_VERIFY and DOCKER_CERT_PATH', async () => {
      const env = { DOCKER_HOST: 'tcp://build', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
      const tls = { ...all, verify: true };
      assert.deepEqual((await choose({ env, files: pems('/certs') })).endpoint, {
        kind: 'tcp',
        host: 'build',
        port: 2376,
        tls,
      });
      const chosen = await choose({ env: { ...env, DOCKER_CERT_PATH: undefined }, files: pems('/home/kim/.docker') });
      assert.deepEqual(chosen.endpoint, { kind: 'tcp', host: 'build', port: 2376, tls });
      assert.equal(chosen.address, 'tcp://build:2376');
    });

    it('needs no client certificate, but the CA', async () => {
      const env = { DOCKER_HOST: 'tcp://build', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
      const { endpoint } = await choose({ env, files: { '/certs/ca.pem': 'CA' } });
      assert(endpoint.kind === 'tcp');
      assert.deepEqual(endpoint.tls, { ca: 'CA', verify: true });
      await assert.rejects(choose({ env }), { code: 'engine-endpoint-invalid', message: /\/certs lack ca\.pem/ });
      await assert.rejects(choose({ env, files: { '/certs/ca.pem': denied } }), { message: /cannot be read/ });
    });

    it('is unverified with DOCKER_TLS alone, and nothing without a variable or a tcp address', async () => {
      const { endpoint } = await choose({ env: { DOCKER_HOST: 'tcp://build', DOCKER_TLS: '1' } });
      assert(endpoint.kind === 'tcp');
      assert.deepEqual(endpoint.tls, { verify: false });
      const files = pems('/certs');
      const plain = await choose({ env: { DOCKER_HOST: 'tcp://build', DOCKER_CERT_PATH: '/certs' }, files });
      assert.deepEqual(plain.endpoint, { kind: 'tcp', host: 'build', port: 2375 });
      const unix = await choose({ env: { DOCKER_HOST: 'unix:///x', DOCKER_TLS_VERIFY: '1' } });
      assert.deepEqual(unix.endpoint, { kind: 'unix', path: '/x' });
    });

    it('comes from the context’s own folder', async () => {
      const folder = `/home/kim/.docker/contexts/tls/${idOf('build')}/docker`;
      const files = { ...meta('build', { Host: 'tcp://build', SkipTLSVerify: true }), ...pems(folder) };
      const { endpoint } = await choose({ setting: 'context:build', files, env: { DOCKER_TLS_VERIFY: '1' } });
      assert.deepEqual(endpoint, { kind: 'tcp', host: 'build', port: 2376, tls: { ...all, verify: false } });
      const plain = await choose({ setting: 'context:build', files: meta('build', { Host: 'tcp://build' }) });
      assert.deepEqual(plain.endpoint, { kind: 'tcp', host: 'build', port: 2375 });
      await assert.rejects(choose({ setting: 'context:build', files: { ...files, [`${folder}/key.pem`]: denied } }), {
        code: 'engine-context-missing',
        message: /certificates that cannot be read/,
      });
    });
  });
});

describe('describeEndpointSetting', () => {
  it('gives the normal form of what is typed', () => {
    assert.equal(describeEndpointSetting(' context: remote '), 'context:remote');
    assert.equal(describeEndpointSetting('build:2375'), 'tcp://build:2375');
    assert.equal(describeEndpointSetting('unix://'), 'unix:///var/run/docker.sock');
  });

  it('refuses what cannot be used', () => {
    for (const setting of ['context:', 'context:../x', 'context:a b', 'ssh://kim:pw@x', 'x y'])
      assert.throws(() => describeEndpointSetting(setting), { code: 'engine-endpoint-invalid' });
  });
});
