import assert from 'node:assert/strict';
import { SidedError } from '../../../src/base/index.ts';
import { PushStreamReader } from '../../../src/engine/index.ts';
import { explainRefusal, type RefusalFacts } from '../../../src/push/refusal.ts';
import { parseTarget } from '../../../src/reference/index.ts';
import { type Pinger, type PushRightProbe, RegistryError } from '../../../src/registry/index.ts';
import { recordedPushes, streamOf } from '../engine/recorded.ts';

const target = parseTarget('registry.example:5000/team/api:1.0');
const alive: Pinger = { ping: () => Promise.resolve() };
const website: Pinger = {
  ping: () => Promise.reject(new SidedError('registry', 'not-a-registry', 'It is a web page.')),
};

/** What each recorded failure means, whatever the engine's words for it are: by the case's name in the fixtures. */
const meanings: Record<string, [code: string, side: string, registry?: Pinger]> = {
  '429-json': ['rate-limited', 'registry'],
  'all-tags': ['image-missing', 'engine'],
  'all-tags-empty-param': ['image-missing', 'engine'],
  'deleted-mid-push': ['image-missing', 'engine'],
  'denied-403-json': ['denied', 'registry'],
  'index-platform-content-missing': ['platform-missing', 'engine'],
  'index-two-of-three-local-not-host': ['platform-missing', 'engine'],
  'malformed-auth-5443': ['unauthorized', 'credentials'],
  'missing-repo': ['image-missing', 'engine'],
  'missing-tag': ['image-missing', 'engine'],
  'name-invalid': ['reference-invalid', 'reference'],
  'name-unknown-404-json': ['repository-missing', 'registry'],
  'no-auth-header': ['unauthorized', 'credentials'],
  'notreg-200-html': ['not-a-registry', 'registry', website],
  'notreg-404-html': ['not-a-registry', 'registry', website],
  'notreg-503-html': ['registry-error', 'registry'],
  'platform-missing': ['platform-missing', 'engine'],
  'proxy-413-html': ['too-large', 'registry'],
  'registry-down': ['registry-unreachable', 'registry'],
  'registry-killed-and-back': ['registry-unreachable', 'registry'],
  'tag-invalid': ['reference-invalid', 'reference'],
  unauthorized: ['unauthorized', 'credentials'],
  'upload-503-html': ['registry-error', 'registry'],
  'upload-503-json': ['registry-error', 'registry'],
  'wrong-password': ['unauthorized', 'credentials'],
};

/** Words that come with an HTTP status of the Engine API instead of in the stream. */
function wordsOf(push: (typeof recordedPushes)[number]): string | undefined {
  const reader = new PushStreamReader();
  const events = [...reader.write(streamOf(push)), ...reader.end()];
  const error = events.find((event) => event.type === 'error');
  if (error) return error.message;
  const body: unknown = JSON.parse(streamOf(push).toString());
  return (body as { message?: string }).message;
}

describe('a refusal', () => {
  for (const push of recordedPushes.filter(({ outcome }) => outcome === 'error')) {
    it(`is understood: ${push.engine}, ${push.case}`, async () => {
      const words = wordsOf(push);
      assert.ok(words);
      // Podman names a malformed header for what it is.
      if (push.engine === 'podman' && push.case === 'malformed-auth-5443') {
        assert.match(words, /base64/u);
        return;
      }
      if (push.case === 'no-auth-header' && push.engine === 'classic') {
        assert.match(words, /X-Registry-Auth/u);
        return;
      }
      const meaning = meanings[push.case];
      assert.ok(meaning, `no meaning is written down for ${push.case}`);
      const [code, side, registry = alive] = meaning;
      const signedIn = code === 'denied' ? { account: 'mira' } : {};
      const error = await explainRefusal(words, target, { registry, ...signedIn });
      assert.deepEqual([error.code, error.side], [code, side], words);
      assert.match(error.message, side === 'engine' || side === 'reference' ? /./u : /registry\.example:5000/u);
      assert.doesNotMatch(error.message, /[\r\n<]/u);
    });
  }

  it('by a certificate or plain HTTP is the engine’s, and says what to change there', async () => {
    const untrusted = await explainRefusal(
      'tls: failed to verify certificate: x509: certificate signed by unknown authority',
      target,
    );
    assert.deepEqual([untrusted.code, untrusted.side], ['certificate-untrusted', 'engine']);
    assert.match(untrusted.message, /as \/etc\/docker\/certs\.d\/registry\.example:5000\/ca\.crt, then push again/u);
    assert.match(untrusted.message, /It says: “x509: certificate signed by unknown authority”\.$/u);
    for (const [words, what] of [
      ['x509: certificate has expired or is not yet valid: current time 2031-01-01', /is not valid today\. Give/u],
      ['x509: certificate is valid for other.example, not registry.example', /for another name\. Give/u],
      ["x509: cannot validate certificate for 198.51.100.1 because it doesn't contain any IP SANs", /another name/u],
    ] as const) {
      const other = await explainRefusal(`Get "https://registry.example:5000/v2/": ${words}`, target);
      assert.deepEqual([other.code, other.side], ['certificate-untrusted', 'engine']);
      assert.match(other.message, what);
      assert.doesNotMatch(other.message, /certs\.d/u);
    }
    const plain = await explainRefusal('http: server gave HTTP response to HTTPS client', target);
    assert.deepEqual([plain.code, plain.side], ['plain-http-refused', 'engine']);
    assert.match(plain.message, /add "registry\.example:5000" to "insecure-registries" in the engine's configuration/u);
    const podman = await explainRefusal('http: server gave HTTP response to HTTPS client', target, {
      product: 'Podman',
    });
    assert.match(
      podman.message,
      /add a \[\[registry\]\] with location = "registry\.example:5000" and insecure = true to \/etc\/containers\/registries\.conf/u,
    );
  });

  it('of who is not signed in asks for that, and says whose sign-in is lost', async () => {
    const said = async (facts: RefusalFacts): Promise<string> =>
      (await explainRefusal('unauthorized: authentication required', target, facts)).message;
    const asks = 'registry.example:5000 asks for a sign-in before it takes a push to registry.example:5000/team/api.';
    assert.equal(await said({}), asks);
    assert.equal(await said({ lostAccount: 'mira' }), `${asks} That of mira is lost: sign in again.`);
    assert.match(await said({ account: 'mira (stored here)' }), /did not accept the sign-in of mira \(stored here\)/u);
  });

  it('asks who is not signed in to do so, where a registry says “denied” to everybody', async () => {
    const words = 'denied: requested access to the resource is denied';
    const nobody = await explainRefusal(words, target);
    assert.deepEqual([nobody.code, nobody.side], ['unauthorized', 'credentials']);
    assert.match(nobody.message, /^registry\.example:5000 asks for a sign-in/u);
    const mira = await explainRefusal(words, target, { account: 'mira' });
    assert.deepEqual([mira.code, mira.side], ['denied', 'registry']);
    assert.match(mira.message, /signed in as mira, who may not push there/u);
  });

  it('is spelled out where an engine shows the code of a standard error alone', async () => {
    const explain = (words: string) =>
      /requested access to the resource is denied|authentication required/u.test(words)
        ? { code: 'denied', message: 'Ask for the role Writer.' }
        : undefined;
    for (const words of ['denied', 'unauthorized'])
      assert.match((await explainRefusal(words, target, { account: 'mira', explain })).message, /role Writer/u);
    assert.equal((await explainRefusal('denied: by a proxy', target, { account: 'mira', explain })).code, 'denied');
  });

  it('is explained by who knows the kind of registry, but for what the engine itself says', async () => {
    const explain = (words: string) =>
      words.includes('immutable') ? { code: 'tag-immutable', message: 'It stays.' } : undefined;
    const immutable = await explainRefusal('denied: the tag is immutable', target, { account: 'mira', explain });
    assert.deepEqual(immutable, { code: 'tag-immutable', side: 'registry', message: 'It stays. Signed in as mira.' });
    const expired = () => ({ code: 'token-expired', message: 'It is over.' });
    assert.equal(
      (await explainRefusal('denied: expired', target, { account: 'mira', explain: expired })).side,
      'credentials',
    );
    const disk = await explainRefusal('no space left on device: immutable', target, { explain });
    assert.equal(disk.code, 'engine-disk-full');
    assert.equal((await explainRefusal('denied: x', target, { account: 'mira', explain })).code, 'denied');
  });

  it('without the registry’s words is asked for once more, as a repository may be missing behind it', async () => {
    const explain = (words: string) =>
      words.includes('project team not found') ? { code: 'repository-missing', message: 'No team.' } : undefined;
    const words = 'unexpected status from HEAD request to http://registry.example/v2/: 401 Unauthorized';
    const said = async (mayPush: PushRightProbe['mayPush'], account?: string) => {
      const registry = { ...alive, mayPush };
      return (await explainRefusal(words, target, { registry, explain, ...(account && { account }) })).code;
    };
    const failing = (message: string) => {
      const diagnostics = [{ code: 'UNAUTHORIZED', message }];
      return new RegistryError('unauthorized', 'Refused.', { host: 'registry.example', diagnostics });
    };
    const missing = failing('project team not found');
    assert.equal(await said(() => Promise.resolve({ kind: 'refused', error: missing }), 'mira'), 'repository-missing');
    assert.equal(await said(() => Promise.reject(missing), 'mira'), 'repository-missing');
    const other = failing('authentication required');
    assert.equal(await said(() => Promise.resolve({ kind: 'refused', error: other }), 'mira'), 'unauthorized');
    assert.equal(await said(() => Promise.resolve({ kind: 'granted' }), 'mira'), 'unauthorized');
    assert.equal(await said(() => Promise.reject(new Error('it is down')), 'mira'), 'unauthorized');
    assert.equal(await said(() => Promise.reject(missing)), 'unauthorized', 'who is not signed in signs in first');
  });

  it('of whose sign-in is kept from the engine does not ask for another', async () => {
    const withheld = (words: string) => explainRefusal(words, target, { withheld: true });
    const message =
      'registry.example:5000 asks for a sign-in, and yours is not sent to this engine: its connection is not encrypted, ' +
      'and you chose not to.';
    for (const words of ['no basic auth credentials', 'denied: requested access to the resource is denied'])
      assert.deepEqual(await withheld(words), { code: 'credential-withheld', side: 'credentials', message });
    assert.equal((await withheld('connection refused')).code, 'registry-unreachable');
  });

  it('that nobody knows is quoted, cut and cleaned', async () => {
    const error = await explainRefusal(`the moon is\u001b[31m full\r\n${'x'.repeat(5_000)}`, target, {
      registry: alive,
    });
    assert.equal(error.code, 'push-refused');
    assert.match(error.message, /the moon is full/u);
    assert.ok(error.message.length < 400);
  });
});
