import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redacted, redactedUrl } from '../../../src/base/index.ts';

const secret = 'Pl4nted-Secret_Xy';

describe('redactedUrl', () => {
  const cases: [string, string][] = [
    ['https://ghcr.io/v2/', 'https://ghcr.io/v2/'],
    ['https://ghcr.io:5000/v2/a/blobs/sha256:ab', 'https://ghcr.io:5000/v2/a/blobs/sha256:ab'],
    ['http://[::1]:5000/v2/', 'http://[::1]:5000/v2/'],
    ['https://u:p@ghcr.io/v2/', 'https://ghcr.io/v2/'],
    ['https://u@ghcr.io/v2/?a=b', 'https://ghcr.io/v2/'],
    ['https://ghcr.io/x#fragment', 'https://ghcr.io/x'],
    ['/v2/a/blobs/uploads/1?_state=x', '/v2/a/blobs/uploads/1'],
    ['', ''],
  ];
  for (const [url, expected] of cases)
    it(`makes ${expected} of ${url}`, () => assert.equal(redactedUrl(url), expected));

  for (const url of [
    `https://u:${secret}@host/x`,
    `https://${secret}@host`,
    `https://u:p@${secret}@host/`,
    `https://u:a/${secret}@host/`,
    `https://host/?${secret}`,
    `https://host/#${secret}`,
    `https://host/?a=b\n${secret}`,
    `HTTPS://u:${secret}@host`,
  ])
    it(`leaks nothing of ${JSON.stringify(url)}`, () => assert.ok(!redactedUrl(url).includes(secret)));
});

describe('redacted', () => {
  const cases: [string, string][] = [
    ['no basic auth credentials', 'no basic auth credentials'],
    [
      'pull access denied for acme/api, repository does not exist',
      'pull access denied for acme/api, repository does not exist',
    ],
    ['Get "https://r.example:5000/v2/": EOF', 'Get "https://r.example:5000/v2/": EOF'],
    ['http://[::1]:5000/v2/: refused', 'http://[::1]:5000/v2/: refused'],
    [`Put "https://u:p@r.example/v2/x?_state=${secret}": EOF`, 'Put "https://r.example/v2/x?…": EOF'],
    [`a https://x/?a=${secret} b https://y/?b=${secret} c`, 'a https://x/?… b https://y/?… c'],
    ['ghcr.io/acme/api@sha256:ab is there? yes', 'ghcr.io/acme/api@sha256:ab is there? yes'],
  ];
  for (const [text, expected] of cases)
    it(`makes ${expected.slice(0, 60)} of it`, () => assert.equal(redacted(text), expected));

  for (const text of [
    `Authorization: Basic ${Buffer.from(`u:${secret}`).toString('base64')}`,
    `{"authorization":"Bearer ${secret}"}`,
    `authorization: bearer ${secret}`,
    `authorization: BASIC ${secret}`,
    `Bea\u200brer ${secret}`,
    `ht\u0000tps://u:${secret}@host/`,
    `https://u:${secret}@host, https://v:${secret}@host`,
    `https://u:p@${secret}@host/`,
    `https://u:a/${secret}@host/`,
    `<a href="https://host/?sig=${secret}">`,
    `Location: /v2/x/blobs/uploads/1?_state=${secret}`,
    `https://host/x#access_token=${secret}`,
  ])
    it(`leaks nothing of ${JSON.stringify(text)}`, () => {
      const shown = redacted(text);
      assert.ok(!shown.includes(secret), shown);
      assert.ok(!shown.includes(Buffer.from(`u:${secret}`).toString('base64')), shown);
    });

  it('leaks nothing that is planted in URLs and headers, whatever is around them', () => {
    const place = fc.constantFrom(
      `https://user:${secret}@host:5000/v2/`,
      `http://${secret}@host`,
      `https://host/v2/uploads/1?_state=${secret}&digest=x`,
      `Authorization: Bearer ${secret}`,
      `Basic ${secret}`,
    );
    const around = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom('"', "'", '(', '\u001b[1m', ': ', '@', '://', '?'),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(around, place), { minLength: 1, maxLength: 4 }), (pieces) => {
        const shown = redacted(pieces.map(([before, text]) => `${before} ${text} `).join(''));
        assert.ok(!shown.includes(secret), shown);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is plain text, and cut at the limit', () => {
    assert.equal(redacted('\u001b[31ma\nb'), 'a b');
    assert.equal(redacted('abcdef', 4), 'abc…');
  });
});

describe('the time that redaction takes', () => {
  for (const piece of [
    'a',
    'a.',
    'a+',
    'a:',
    '://',
    'a://',
    'a://b',
    '@',
    '?',
    '?a',
    '?a=',
    'a://?',
    '#',
    'Basic ',
    'Bearer a',
    '"',
    '/',
    ':',
  ])
    it(`does not explode with the length of a text of ${JSON.stringify(piece)}`, () => {
      // Work that grows with the square of the length would need many seconds; Mocha's own limit is the assertion.
      const text = piece.repeat(100_000 / piece.length);
      redactedUrl(text);
      redacted(text, 100_000);
    });
});
