import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { SecretLintRuleContext, SecretLintSourceCode } from '@secretlint/types';
import { FileSecretsFinder } from '../../../../src/inspection/secrets/file-secrets.ts';
import { mayHoldSecret } from '../../../../src/inspection/secrets/prefilter.ts';
import { ruleHits, rules } from '../../../../src/inspection/secrets/rules.ts';
import { rulesVersion } from '../../../../src/inspection/secrets/layer-secrets.ts';
import { wordsFor } from '../../../../src/inspection/secrets/words.ts';

/** The expressions that the rules look for, by letting them look at a text that tells what it is asked. */
function expressions(): [name: string, expression: RegExp][] {
  const asked = new Map<string, [string, RegExp]>();
  const context: SecretLintRuleContext = {
    sharedOptions: {},
    createTranslator: () => () => ({ message: '', messageId: '', data: undefined }),
    report: () => undefined,
    ignore: () => undefined,
  };
  for (const filePath of ['/a/package.json', '/a/.npmrc'])
    for (const rule of rules) {
      const name = rule.meta.id.replace('@secretlint/secretlint-rule-', '');
      const matchAll = (expression: RegExp): never[] => (
        asked.set(`${name} ${expression.source}`, [name, expression]),
        []
      );
      const source = { content: { matchAll }, filePath, ext: '' } as unknown as SecretLintSourceCode;
      void rule.create(context, {}).file?.(source);
    }
  return [...asked.values()];
}

/** Without what looks around, which only takes matches away; with a password, without which an address is no finding. */
const bare = ({ source, flags }: RegExp): RegExp =>
  new RegExp(
    source
      .replaceAll(/\(\?<?!(?:\\.|\[[^\]]*\]|[^)])*\)/gu, '')
      .replaceAll('\\b', '')
      .replace(')@)?', ')@)'),
    flags.replaceAll(/[gi]/gu, ''),
  );

describe("Secretlint's rules", () => {
  it('are all there, and each has its word', () => {
    assert.ok(rules.length >= 27, String(rules.length));
    const known = rules.flatMap(({ messages }) => Object.keys(messages));
    assert.deepEqual(
      known.filter((id) => wordsFor(id) === 'token'),
      [],
    );
  });

  it('are those of the version for which the cache was numbered', () => {
    const file = new URL('../../../../package.json', import.meta.url);
    const { dependencies } = JSON.parse(readFileSync(file, 'utf8')) as { dependencies: Record<string, string> };
    // With another version, raise `rulesVersion`: what is known of layers was found by the old one.
    assert.deepEqual([dependencies['@secretlint/secretlint-rule-preset-recommend'], rulesVersion], ['13.1.0', 1]);
  });

  for (const [name, expression] of expressions())
    it(`of ${name} find nothing that the look before passes over: ${expression.source.slice(0, 40)}`, () =>
      fc.assert(
        fc.property(fc.stringMatching(bare(expression)), (text) => {
          assert.ok(mayHoldSecret(text), text);
          if (expression.ignoreCase) assert.ok(mayHoldSecret(text.toUpperCase()), text);
          assert.ok(mayHoldSecret(Buffer.from(`é ${text}`).toString('latin1')), text);
        }),
        { numRuns: 50 },
      ));

  it('hand on names and places, and nothing of the text', () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    assert.deepEqual(ruleHits(`x ${token}`, '/a'), [{ id: 'GITHUB_TOKEN', start: 2, end: 42 }]);
  });

  it('open no file of this machine, whatever the path in the image', () =>
    assert.deepEqual(ruleHits('x', import.meta.filename.replace(/\.ts$/u, '.p12')), []));
});

describe('a text that is made to harm', () => {
  const MiB = 1024 * 1024;
  const fill = (part: string, end = ''): string => part.repeat(Math.floor((MiB - end.length) / part.length)) + end;
  const texts: Record<string, string> = {
    'one line': fill('a'),
    'nothing but ends of lines': fill('\n'),
    blanks: fill(' '),
    'the beginning of a token of a GitHub app': fill('ghs_1_'),
    'the same, with points': fill('ghs_1_a.'),
    'the same, long': fill(`${'ghs_1_'.repeat(160)}.${'a'.repeat(10_000)}`),
    'beginnings of tokens of 1Password': fill('ops_ey'),
    'beginnings of tokens of Grafana': fill('glc_'),
    'beginnings of tokens of Vault': fill('hvb.'),
    'beginnings of keys of SendGrid': fill(`SG.a.${'_'.repeat(300)}é`),
    'beginnings of tokens of Slack': fill('xoxb-a-', '_'),
    'beginnings of addresses': fill('http://a'),
    'addresses with names': fill('http://a:'),
    databases: fill('mongodb://a:'),
    'databases without end': fill('mysql://a:a?'),
    'beginnings of private keys': fill('-----BEGIN PRIVATE KEY-----'),
    'private keys without end': fill(`-----BEGIN EC PRIVATE KEY-----\n${'a'.repeat(10_000)}`),
    'private keys of nothing': fill('-----BEGIN PRIVATE KEY-----\nMII=\n-----END PRIVATE KEY-----\n'),
    "AWS's names": fill('AWS_SECRET_ACCESS_KEY = '),
    'deep JSON': `{"private_key_id":${fill('[')}`,
    'keys of OpenAI': fill('sk-proj-'),
    repositories: fill('http://a', ':x-oauth-basic@github.co'),
  };
  for (const [name, text] of Object.entries(texts))
    it(`is done with in its time: ${name}`, function () {
      this.timeout(60_000);
      const started = performance.now();
      for (const path of ['/a/package.json', '/a/.npmrc', '/app/.env', '/app/.git/config', '/root/.pgpass'])
        new FileSecretsFinder().find({ kind: 'file', path, size: text.length, mode: 0, content: Buffer.from(text) });
      const ms = (performance.now() - started) / 5;
      if (process.env['SECRETS_TIMES']) console.log(`${ms.toFixed(0)} ms: ${name}`);
      assert.ok(ms < 3000, `${ms} ms`);
    });
});
