import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EngineError } from '../../../src/engine/index.ts';
import { formatAddress, isLocal, parseAddress, platformDefault } from '../../../src/engine/endpoint-address.ts';

const parse = (text: string, tls = false): ReturnType<typeof parseAddress> => parseAddress(text, 'DOCKER_HOST', tls);

describe('parseAddress', () => {
  it('reads the addresses that the Docker CLI reads', () => {
    const cases: [string, ReturnType<typeof parse>, string?][] = [
      ['unix:///run/user/1000/docker.sock', { kind: 'unix', path: '/run/user/1000/docker.sock' }],
      ['unix://', { kind: 'unix', path: '/var/run/docker.sock' }, 'unix:///var/run/docker.sock'],
      ['npipe:////./pipe/docker_engine', { kind: 'npipe', path: '//./pipe/docker_engine' }],
      ['npipe://\\\\.\\pipe\\mine', { kind: 'npipe', path: '//./pipe/mine' }, 'npipe:////./pipe/mine'],
      ['npipe://', { kind: 'npipe', path: '//./pipe/docker_engine' }, 'npipe:////./pipe/docker_engine'],
      ['tcp://10.0.0.5:4243', { kind: 'tcp', host: '10.0.0.5', port: 4243 }],
      ['tcp://[::1]:2375', { kind: 'tcp', host: '::1', port: 2375 }],
      ['tcp://build.example/', { kind: 'tcp', host: 'build.example', port: 2375 }, 'tcp://build.example:2375'],
      ['tcp://:4000', { kind: 'tcp', host: '127.0.0.1', port: 4000 }, 'tcp://127.0.0.1:4000'],
      ['build.example:4000', { kind: 'tcp', host: 'build.example', port: 4000 }, 'tcp://build.example:4000'],
      ['ssh://kim@build.example', { kind: 'ssh', user: 'kim', host: 'build.example' }],
      ['ssh://alias_1:2222', { kind: 'ssh', host: 'alias_1', port: 2222 }],
      ['ssh://[fe80::1%eth0]:22', { kind: 'ssh', host: 'fe80::1%eth0', port: 22 }],
      ['ssh://build/', { kind: 'ssh', host: 'build' }, 'ssh://build'],
      [
        'ssh://k@b:22/run/user/1/docker.sock',
        { kind: 'ssh', user: 'k', host: 'b', port: 22, socketPath: '/run/user/1/docker.sock' },
      ],
    ];
    for (const [text, endpoint, address = text] of cases) {
      assert.deepEqual(parse(text), endpoint, text);
      assert.equal(formatAddress(endpoint), address);
      assert.deepEqual(parse(` ${address} `), endpoint);
    }
    assert.deepEqual(parse('tcp://build.example', true), { kind: 'tcp', host: 'build.example', port: 2376 });
  });

  it('refuses what is no address, naming where it stands and never what it holds', () => {
    const cases: [string, RegExp][] = [
      ['unix://relative', /absolute path/],
      ['npipe://./pipe/x', /needs a pipe/],
      ['http://10.0.0.5:2375', /tcp:\/\//],
      ['https://10.0.0.5:2376', /tcp:\/\//],
      ['fd://3', /unknown scheme/],
      ['tcp://kim:s3cret@host:1', /user or a password/],
      ['tcp://host:1/path', /path/],
      ['tcp://host:99999', /port/],
      ['tcp://host:0', /port/],
      ['tcp://ho st', /not an address/],
      ['ssh://kim:s3cret@host', /password/],
      ['ssh://', /no host/],
      ['ssh://kim@', /no host/],
      ['ssh://-oProxyCommand=x', /not an address/],
      ['ssh://-l@host', /user name/],
      ['ssh://$(id)@host', /user name/],
      ['ssh://host;id', /not an address/],
      ['ssh://host/run/$(id).sock', /socket path/],
      ['ssh://host/run/a b.sock', /socket path/],
      ['ssh://host?x', /not an address/],
    ];
    for (const [text, message] of cases)
      assert.throws(
        () => parse(text),
        (error) => {
          assert(error instanceof EngineError, text);
          assert.equal(error.code, 'engine-endpoint-invalid');
          assert.equal(error.side, 'engine');
          assert.match(error.message, message, text);
          assert.match(error.message, /DOCKER_HOST/);
          assert(!error.message.includes('s3cret'));
          return true;
        },
      );
  });

  it('throws nothing else for any text, and gives ssh no host or user that is an option', () => {
    const text = fc
      .tuple(fc.constantFrom('', 'ssh://', 'tcp://', 'unix://', 'npipe://'), fc.string())
      .map((p) => p.join(''));
    fc.assert(
      fc.property(text, fc.boolean(), (each, tls) => {
        try {
          const endpoint = parse(each, tls);
          if (endpoint.kind === 'ssh') assert(!endpoint.host.startsWith('-') && !endpoint.user?.startsWith('-'));
          assert.deepEqual(parse(formatAddress(endpoint), tls), endpoint);
        } catch (error) {
          assert(error instanceof EngineError, String(error));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('isLocal', () => {
  it('is true of this machine’s sockets and pipes alone', () => {
    assert(isLocal(platformDefault('linux')));
    assert(isLocal(platformDefault('win32')));
    assert(!isLocal(parse('npipe:////server/pipe/docker_engine')));
    assert(!isLocal(parse('tcp://127.0.0.1:2375')));
    assert(!isLocal(parse('ssh://localhost')));
  });

  it('knows each platform’s default', () => {
    assert.equal(formatAddress(platformDefault('darwin')), 'unix:///var/run/docker.sock');
    assert.equal(formatAddress(platformDefault('win32')), 'npipe:////./pipe/docker_engine');
  });
});
