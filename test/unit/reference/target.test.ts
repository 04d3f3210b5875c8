import assert from 'node:assert/strict';
import {
  apiHost,
  formatReference,
  formatRepository,
  InvalidReferenceError,
  isLoopback,
  parseRegistry,
  parseRepository,
  parseTarget,
  type ReferenceErrorCode,
} from '../../../src/reference/index.ts';

const sha256 = `sha256:${'0123456789abcdef'.repeat(4)}`;

function refusal(run: () => unknown): InvalidReferenceError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof InvalidReferenceError);
    return error;
  }
  assert.fail('nothing was refused');
}

describe('parseTarget', () => {
  const accepted: [string, string][] = [
    ['ghcr.io/acme/api:1', 'ghcr.io/acme/api:1'],
    ['docker.io/acme/api:latest', 'docker.io/acme/api:latest'],
    ['docker.io/api:1', 'docker.io/library/api:1'],
    ['registry-1.docker.io/acme/api:1', 'docker.io/acme/api:1'],
    ['GHCR.io/acme/api:V1', 'ghcr.io/acme/api:V1'],
    ['localhost/api:1', 'localhost/api:1'],
    ['Localhost/api:1', 'localhost/api:1'],
    ['registry:5000/api:1', 'registry:5000/api:1'],
    ['[2001:DB8::1]:5000/api:1', '[2001:db8::1]:5000/api:1'],
    ['ghcr.io/sha256:1', 'ghcr.io/sha256:1'],
  ];
  for (const [text, canonical] of accepted)
    it(`reads ${text}`, () => assert.equal(formatReference(parseTarget(text)), canonical));

  const refused: [string, ReferenceErrorCode, RegExp, string | undefined][] = [
    [
      'acme/api:1',
      'registry-missing',
      /does not say which registry.*“docker\.io\/acme\/api:1”/u,
      'docker.io/acme/api:1',
    ],
    ['acme/api', 'registry-missing', /does not say which registry/u, 'docker.io/acme/api'],
    ['api:1', 'registry-missing', /“docker\.io\/NAMESPACE\/api:1”/u, undefined],
    ['ghcr.io:1', 'registry-missing', /names no repository/u, undefined],
    ['localhost:5000', 'registry-missing', /names no repository/u, undefined],
    ['myhost/acme/api:1', 'registry-missing', /docker\.io\/myhost\/acme\/api:1/u, 'docker.io/myhost/acme/api:1'],
    ['ghcr.io/acme/api', 'tag-missing', /“latest” is never filled in.*“ghcr\.io\/acme\/api:1\.0”/u, undefined],
    [`ghcr.io/acme/api@${sha256}`, 'digest-refused', /a push goes to a tag/u, undefined],
    [`ghcr.io/acme/api:1@${sha256}`, 'digest-refused', /“ghcr\.io\/acme\/api:1”/u, 'ghcr.io/acme/api:1'],
    ['Acme/api:1', 'reference-invalid', /upper-case.*“acme\/api”/u, undefined],
    ['ghcr.io/Acme/api:1', 'reference-invalid', /upper-case/u, undefined],
    ['docker.io/sha256:1', 'reference-invalid', /reads as a digest/u, undefined],
    ['https://ghcr.io/acme/api:1', 'reference-invalid', /scheme/u, undefined],
    ['ghcr.io//api:1', 'reference-invalid', /slash too many/u, undefined],
    ['acme//api:1', 'reference-invalid', /slash too many/u, undefined],
    ['ghcr.io/acme/api:a b', 'reference-invalid', /white space/u, undefined],
    ['ghcr.io/acme/api:ä', 'reference-invalid', /tag “ä”/u, undefined],
    ['', 'reference-invalid', /empty/u, undefined],
  ];
  for (const [text, code, words, suggestion] of refused)
    it(`refuses ${JSON.stringify(text.slice(0, 50))}`, () => {
      const error = refusal(() => parseTarget(text));
      assert.equal(error.code, code);
      assert.match(error.message, words);
      assert.equal(error.suggestion, suggestion);
    });

  it('counts 255 characters with the host', () => {
    const name = (length: number): string => `ghcr.io/${'a'.repeat(length - 'ghcr.io/'.length)}`;
    assert.equal(formatReference(parseTarget(`${name(255)}:1`)), `${name(255)}:1`);
    assert.match(refusal(() => parseTarget(`${name(256)}:1`)).message, /256 characters with its registry.*255/u);
  });
});

describe('parseRepository', () => {
  it('reads host and path', () => {
    assert.equal(formatRepository(parseRepository('GHCR.io/acme/api')), 'ghcr.io/acme/api');
    assert.equal(formatRepository(parseRepository('localhost:5000/api')), 'localhost:5000/api');
  });
  it('refuses a tag, a digest, a missing host', () => {
    assert.match(refusal(() => parseRepository('ghcr.io/acme/api:1')).message, /tag or a digest/u);
    assert.match(refusal(() => parseRepository(`ghcr.io/acme/api@${sha256}`)).message, /tag or a digest/u);
    assert.equal(refusal(() => parseRepository('acme/api')).code, 'registry-missing');
    assert.equal(refusal(() => parseRepository('localhost:5000')).code, 'registry-missing');
  });
});

describe('parseRegistry', () => {
  const accepted: [string, string][] = [
    ['ghcr.io', 'ghcr.io'],
    ['Registry.Example.com:5000', 'registry.example.com:5000'],
    ['docker.io', 'docker.io'],
    ['index.docker.io', 'docker.io'],
    ['registry-1.docker.io', 'docker.io'],
    ['localhost', 'localhost'],
    ['myhost:5000', 'myhost:5000'],
    ['[::1]:5000', '[::1]:5000'],
    ['[::1]', '[::1]'],
  ];
  for (const [text, registry] of accepted) it(`reads ${text}`, () => assert.equal(parseRegistry(text), registry));

  const refused: [string, RegExp][] = [
    ['https://ghcr.io', /scheme.*Leave “https:\/\/” out/u],
    ['ghcr.io/', /path.*“ghcr\.io”/u],
    ['ghcr.io/acme', /path/u],
    ['myhost', /neither a dot nor a port.*“myhost:443”/u],
    ['user@ghcr.io', /not a host/u],
    ['ghcr.io:99999', /port/u],
    ['ghcr_io.com', /not a host/u],
    ['::1', /port|brackets/u],
    [' ghcr.io', /white space/u],
    ['', /empty/u],
  ];
  for (const [text, words] of refused)
    it(`refuses ${JSON.stringify(text)}`, () => assert.match(refusal(() => parseRegistry(text)).message, words));
});

describe('the host of a registry', () => {
  it('is another for Docker Hub alone', () => {
    assert.equal(apiHost('docker.io'), 'registry-1.docker.io');
    assert.equal(apiHost('ghcr.io'), 'ghcr.io');
    assert.equal(apiHost('localhost:5000'), 'localhost:5000');
  });
  it('is this machine for loopback names and addresses', () => {
    for (const registry of [
      'localhost',
      'localhost:5000',
      'LOCALHOST:1',
      'a.localhost:80',
      '127.0.0.1:5000',
      '127.9.8.7',
      '[::1]',
      '[::1]:5000',
      '[0:0:0:0:0:0:0:1]',
    ])
      assert.equal(isLoopback(registry), true, registry);
    for (const registry of [
      'ghcr.io',
      'localhost.example.com',
      'notlocalhost:1',
      '127.0.0.1.nip.io',
      '128.0.0.1',
      '[::2]:1',
      '[1::1]',
      '[::11]',
      '10.0.0.1:5000',
      '127.example.com',
    ])
      assert.equal(isLoopback(registry), false, registry);
  });
});
