import assert from 'node:assert/strict';
import {
  familiarReference,
  formatReference,
  InvalidReferenceError,
  parseDigest,
  parseReference,
  parseTag,
} from '../../../src/reference/index.ts';

const sha256 = `sha256:${'0123456789abcdef'.repeat(4)}`;
const hexName = '1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a';

describe('parseReference', () => {
  /** what is written, its canonical form, as the Docker CLI prints it */
  const accepted: [string, string, string][] = [
    ['nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27', 'nginx:1.27'],
    ['acme/api', 'docker.io/acme/api:latest', 'acme/api:latest'],
    ['docker.io/nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
    ['index.docker.io/nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
    ['index.docker.io/acme/api:1', 'docker.io/acme/api:1', 'acme/api:1'],
    ['docker.io/library/foo/bar', 'docker.io/library/foo/bar:latest', 'library/foo/bar:latest'],
    ['localhost/api', 'localhost/api:latest', 'localhost/api:latest'],
    ['localhost:5000', 'docker.io/library/localhost:5000', 'localhost:5000'],
    ['test.com:5000', 'docker.io/library/test.com:5000', 'test.com:5000'],
    ['test:5000/repo', 'test:5000/repo:latest', 'test:5000/repo:latest'],
    ['192.168.1.1:5000/repo:5050', '192.168.1.1:5000/repo:5050', '192.168.1.1:5000/repo:5050'],
    ['[::1]:5000/repo', '[::1]:5000/repo:latest', '[::1]:5000/repo:latest'],
    ['[2001:db8:1:2:3:4:5:6]/repo:tag', '[2001:db8:1:2:3:4:5:6]/repo:tag', '[2001:db8:1:2:3:4:5:6]/repo:tag'],
    ['xn--n3h.com/myimage:xn--n3h.com', 'xn--n3h.com/myimage:xn--n3h.com', 'xn--n3h.com/myimage:xn--n3h.com'],
    ['LOCALDOMAIN/debian', 'LOCALDOMAIN/debian:latest', 'LOCALDOMAIN/debian:latest'],
    [
      'docker---rules/dock__er.a_b',
      'docker.io/docker---rules/dock__er.a_b:latest',
      'docker---rules/dock__er.a_b:latest',
    ],
    [`docker.io/${hexName}`, `docker.io/library/${hexName}:latest`, `${hexName}:latest`],
    [`nginx@${sha256}`, `docker.io/library/nginx@${sha256}`, `nginx@${sha256}`],
    [`ghcr.io/a/b:1@${sha256}`, `ghcr.io/a/b:1@${sha256}`, `ghcr.io/a/b:1@${sha256}`],
    // A short form that would be read as another registry, or as an ID, is not printed.
    ['docker.io/localhost/api:1', 'docker.io/localhost/api:1', 'docker.io/localhost/api:1'],
    ['docker.io/ghcr.io/api:1', 'docker.io/ghcr.io/api:1', 'docker.io/ghcr.io/api:1'],
    [`docker.io/library/${sha256}`, `docker.io/library/${sha256}`, `docker.io/library/${sha256}`],
    [`e.io/${'a'.repeat(255)}:t`, `e.io/${'a'.repeat(255)}:t`, `e.io/${'a'.repeat(255)}:t`],
    [`nginx:${'t'.repeat(128)}`, `docker.io/library/nginx:${'t'.repeat(128)}`, `nginx:${'t'.repeat(128)}`],
  ];
  for (const [text, canonical, familiar] of accepted)
    it(`reads ${text.slice(0, 60)}`, () => {
      const reference = parseReference(text);
      assert.equal(formatReference(reference), canonical);
      assert.equal(familiarReference(reference), familiar);
    });

  it('tells tag from digest by the kind, and keeps a tag beside a digest as a remark', () => {
    const repository = { registry: 'ghcr.io', path: 'a/b' };
    assert.deepEqual(parseReference('ghcr.io/a/b:1'), { kind: 'tagged', repository, tag: '1' });
    assert.deepEqual(parseReference(`ghcr.io/a/b@${sha256}`), { kind: 'digest', repository, digest: sha256 });
    assert.deepEqual(parseReference(`ghcr.io/a/b:1@${sha256}`), {
      kind: 'digest',
      repository,
      tag: '1',
      digest: sha256,
    });
  });

  /** what is written, and words that the message must have */
  const refused: [string, RegExp][] = [
    ['', /empty/u],
    [' nginx', /white space/u],
    ['nginx\n', /white space/u],
    ['https://ghcr.io/a/b', /scheme.*Leave “https:\/\/” out/u],
    [':justtag', /path .*missing/u],
    [`@${sha256}`, /path .*missing/u],
    [hexName, /an image's ID/u],
    [sha256, /an image's ID/u],
    ['Uppercase:tag', /upper-case.*“uppercase”/u],
    ['docker/Docker', /upper-case/u],
    ['test:5000/Uppercase/lowercase:tag', /upper-case/u],
    ['docker///docker', /slash too many/u],
    ['docker/', /slash too many/u],
    ['ghcr.io/', /path .*missing/u],
    ['-docker/docker', /“-docker” of the path/u],
    ['docker-/docker', /“docker-” of the path/u],
    ['____/____', /“____” of the path/u],
    ['dock..er/docker', /“dock\.\.er”/u],
    ['dock_.er/docker', /“dock_\.er”/u],
    ['aa/asdf$$^/aa', /“asdf\$\$\^”/u],
    ['näme', /“näme” of the path/u],
    ['-docker.io/docker/docker', /registry “-docker\.io” is not a host/u],
    ['reg..io/a', /is not a host/u],
    ['host:0/a', /port “0”/u],
    ['host:65536/a', /port “65536”/u],
    ['host:/a', /port “”/u],
    ['fc00::1:5000/debian', /port “:1:5000”/u],
    ['[fe80::1%eth0]:5000/repo', /brackets and without a zone/u],
    ['[::1/repo', /brackets/u],
    ['[1:2]/repo', /brackets/u],
    ['nginx:', /tag is empty/u],
    ['nginx:-x', /tag “-x”/u],
    ['nginx:a/b', /port “a” of the registry/u],
    ['ghcr.io/nginx:a/b', /tag “a\/b”/u],
    [`nginx:${'t'.repeat(129)}`, /129 characters.*128/u],
    [`e.io/${'a'.repeat(256)}`, /256 characters.*255/u],
    // The namespace that Docker Hub adds counts.
    ['a'.repeat(248), /256 characters.*255/u],
    ['repo@sha256:ffffffffffffffffffffffffffffffffff', /34 hexadecimal digits; sha256 has 64/u],
    [`repo@sha512:${'f'.repeat(64)}`, /64 hexadecimal digits; sha512 has 128/u],
    [`repo@${sha256.toUpperCase()}`, /digest/u],
    [`repo@sha256:${'F'.repeat(64)}`, /lower case/u],
    ['repo@sha256:xyz', /digest/u],
    ['repo@', /digest/u],
    ['a'.repeat(5_000), /5000 characters/u],
  ];
  for (const [text, words] of refused)
    it(`refuses ${JSON.stringify(text.slice(0, 60))}`, () => {
      assert.throws(
        () => parseReference(text),
        (error) => {
          assert.ok(error instanceof InvalidReferenceError);
          assert.equal(error.side, 'reference');
          assert.equal(error.code, 'reference-invalid');
          assert.match(error.message, words);
          assert.ok(error.message.length < 500, 'a message is a line or two');
          return true;
        },
      );
    });

  it('shows control characters and terminal escapes of the text in no message', () => {
    assert.throws(
      () => parseReference('a\u001b[31mb\u202ec'),
      (error: Error) => !/[\u001b\u202e]/u.test(error.message) && error.message.includes('“abc”'),
    );
  });
});

describe('parseTag and parseDigest', () => {
  it('give back what is right', () => {
    assert.equal(parseTag('v1.2_x-3'), 'v1.2_x-3');
    assert.equal(parseDigest(sha256), sha256);
    assert.equal(parseDigest(`sha512:${'a'.repeat(128)}`), `sha512:${'a'.repeat(128)}`);
    assert.equal(parseDigest(`blake3+x:${'a'.repeat(32)}`), `blake3+x:${'a'.repeat(32)}`);
  });
  it('refuse what is not', () => {
    for (const tag of ['', '.a', 'a b', 'a:b', 'é', 'a'.repeat(129)])
      assert.throws(() => parseTag(tag), InvalidReferenceError, tag);
    for (const digest of ['', 'sha256:', `constructor:${'a'.repeat(31)}`, `${sha256}0`, `x${sha256}!`])
      assert.throws(() => parseDigest(digest), InvalidReferenceError, digest);
  });
  it('know no algorithm by the name of what every object has', () => {
    assert.equal(parseDigest(`constructor:${'a'.repeat(40)}`), `constructor:${'a'.repeat(40)}`);
  });
});
