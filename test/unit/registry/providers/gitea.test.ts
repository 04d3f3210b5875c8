import assert from 'node:assert/strict';
import { parseTarget } from '../../../../src/reference/index.ts';
import { gitea } from '../../../../src/registry/providers/gitea.ts';

describe('Gitea and Forgejo', () => {
  it('owns Codeberg, and no other that looks like it', () => {
    assert.equal(gitea.owns('codeberg.org'), true);
    for (const host of ['codeberg.org.evil.example', 'notcodeberg.org', 'git.example.com', 'codeberg.org:3000'])
      assert.equal(gitea.owns(host), false, host);
  });

  it('wants a token that may write packages, and leaves the lists to the protocol', () => {
    assert.match(gitea.credential.secret, /write:package/u);
    assert.equal(gitea.browse, undefined);
  });

  it('knows the web page of an image, nested or with a tag in upper case', () => {
    const page = (name: string) => gitea.webPage!(parseTarget(name));
    assert.equal(page('codeberg.org/acme/api:1.0'), 'https://codeberg.org/acme/-/packages/container/api/1.0');
    assert.equal(
      page('git.example.com:3000/acme/team/api:V1'),
      'https://git.example.com:3000/acme/-/packages/container/team%2Fapi/v1',
    );
  });

  describe('explains', () => {
    const target = parseTarget('git.example.com/acme/api:1.0');
    const cases: [words: string, code: string, message: RegExp][] = [
      ['unauthorized: reqPackageAccess', 'denied', /write:package/u],
      [
        'unexpected status from POST request to https://git.example.com/v2/acme/api/blobs/uploads/: 401 Unauthorized: user should have specific permission or be a site admin',
        'denied',
        /acme is your account or an organization/u,
      ],
      ['denied: token scope is limited to public packages', 'denied', /without that limit/u],
      ['unknown: maximum allowed package storage quota exceeded', 'quota-exceeded', /no room/u],
      ['unknown: maximum allowed package type size exceeded', 'quota-exceeded', /no room/u],
      ['unknown: maximum allowed package count exceeded', 'quota-exceeded', /no room/u],
      ['unauthorized: authentication required', 'unauthorized', /not the password/u],
      [
        'push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
        'unauthorized',
        /acme\/api/u,
      ],
    ];
    for (const [words, code, message] of cases)
      it(words, () => {
        const explanation = gitea.explain!(words, target);
        assert.equal(explanation?.code, code);
        assert.match(explanation.message, message);
      });

    it('nothing that it does not know', () => {
      assert.equal(gitea.explain!('manifest invalid', target), undefined);
    });
  });
});
