import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chooseChallenge, parseChallenges } from '../../../src/registry/challenge.ts';

const plain = (header: string): unknown =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

describe('parseChallenges', () => {
  /** As registries send them. */
  const headers: Record<string, [string, unknown]> = {
    Artifactory: ['Basic realm="Artifactory Realm"', [['basic', { realm: 'Artifactory Realm' }]]],
    'Amazon ECR': [
      'Basic realm="https://ID.dkr.ecr.R.amazonaws.com/",service="ecr.amazonaws.com"',
      [['basic', { realm: 'https://ID.dkr.ecr.R.amazonaws.com/', service: 'ecr.amazonaws.com' }]],
    ],
    GHCR: [
      'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:user/image:pull"',
      [['bearer', { realm: 'https://ghcr.io/token', service: 'ghcr.io', scope: 'repository:user/image:pull' }]],
    ],
    'Docker Hub': [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"',
      [['bearer', { realm: 'https://auth.docker.io/token', service: 'registry.docker.io' }]],
    ],
    'Codeberg, two in one header': [
      'Bearer realm="https://codeberg.org/v2/token",service="container_registry",scope="*", Basic realm="https://codeberg.org/v2",service="container_registry",scope="*"',
      [
        ['bearer', { realm: 'https://codeberg.org/v2/token', service: 'container_registry', scope: '*' }],
        ['basic', { realm: 'https://codeberg.org/v2', service: 'container_registry', scope: '*' }],
      ],
    ],
    'a refused token': [
      'Bearer realm="https://a.example/t",scope="repository:x:pull,push",error="invalid_token"',
      [['bearer', { realm: 'https://a.example/t', scope: 'repository:x:pull,push', error: 'invalid_token' }]],
    ],
  };
  for (const [name, [header, expected]] of Object.entries(headers))
    it(`reads that of ${name}`, () => assert.deepEqual(plain(header), expected));

  /** What the grammar allows, or what it does not and yet can mean only one thing. */
  const forms: [string, string, unknown][] = [
    ['any order', 'Bearer scope="s",service="v",realm="r"', [['bearer', { scope: 's', service: 'v', realm: 'r' }]]],
    [
      'commas and escapes in quotes',
      'Bearer realm="a,b=\\"c\\", Basic d"',
      [['bearer', { realm: 'a,b="c", Basic d' }]],
    ],
    ['upper case and spaces', 'BEARER  Realm = "r" ,  SERVICE="s"', [['bearer', { realm: 'r', service: 's' }]]],
    [
      'values without quotes',
      'Bearer realm=https://a/t,service=s',
      [['bearer', { realm: 'https://a/t', service: 's' }]],
    ],
    [
      'no parameters',
      'Negotiate, Basic',
      [
        ['negotiate', {}],
        ['basic', {}],
      ],
    ],
    ['a repeated one', 'Basic realm="1",realm="2"', [['basic', { realm: '1' }]]],
    ['an open quote', 'Bearer realm="r', [['bearer', { realm: '"r' }]]],
    ['an empty value', 'Bearer realm="",service=', [['bearer', { realm: '', service: '' }]]],
    ['nothing', '', []],
    ['no scheme', '=,"', []],
    [
      'names that objects have',
      'Bearer __proto__="p",constructor="c"',
      [
        [
          'bearer',
          Object.fromEntries([
            ['__proto__', 'p'],
            ['constructor', 'c'],
          ]),
        ],
      ],
    ],
  ];
  for (const [name, header, expected] of forms) it(`reads ${name}`, () => assert.deepEqual(plain(header), expected));

  it('reads back what is written by the grammar', () => {
    const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/u);
    const challenge = fc.tuple(
      token,
      fc.dictionary(token, fc.string({ unit: 'grapheme-ascii' }), { noNullPrototype: true }),
    );
    fc.assert(
      fc.property(fc.array(challenge), (challenges) => {
        const header = challenges
          .map(([scheme, parameters]) => {
            const written = Object.entries(parameters).map(
              ([name, value]) => `${name}="${value.replace(/["\\]/gu, '\\$&')}"`,
            );
            return `${scheme} ${written.join(',')}`;
          })
          .join(', ');
        assert.deepEqual(plain(header), challenges);
      }),
    );
  });

  it('comes to an end on anything, and throws nothing', () => {
    const pieces = fc.constantFrom('Bearer', ' ', ',', '=', '"', '\\', 'realm', '\u0000', 'é');
    fc.assert(
      fc.property(fc.string({ unit: pieces, maxLength: 200 }), (header) => {
        chooseChallenge(parseChallenges(header));
      }),
    );
    for (const piece of ['"', '\\', '="', 'a=', ' ', 'a ', '=', 'a="b', '\u0000', '",'])
      parseChallenges(piece.repeat(20_000));
  });
});

describe('chooseChallenge', () => {
  const choose = (header: string): unknown => chooseChallenge(parseChallenges(header));
  it('prefers Bearer, wherever it stands', () => {
    const bearer = { scheme: 'bearer', realm: 'https://a/t', service: undefined, scope: undefined };
    assert.deepEqual(choose('Basic realm="x", Bearer realm="https://a/t"'), bearer);
    assert.deepEqual(choose('Bearer realm="https://a/t", Basic realm="x"'), bearer);
  });
  it('falls back to Basic when Bearer names no token server', () => {
    assert.deepEqual(choose('Bearer service="x", Basic'), { scheme: 'basic' });
    assert.deepEqual(choose('Bearer realm="", Basic'), { scheme: 'basic' });
  });
  it('finds nothing in what it does not know', () => {
    assert.equal(choose('Negotiate, Digest realm="x"'), undefined);
    assert.equal(choose('Bearer'), undefined);
  });
});
