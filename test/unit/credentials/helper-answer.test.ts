import assert from 'node:assert/strict';
import { type HelperReply, readCredentialAnswer, readListAnswer } from '../../../src/credentials/helper-answer.ts';
import type { Credential } from '../../../src/credentials/index.ts';

const secret = 'planted-7f3a9c51';

describe('a credential helper’s answer', () => {
  const none = { kind: 'none' };
  const found = (value: Credential): HelperReply<Credential> => ({ kind: 'answer', value });
  const failed = (why: string) => ({ kind: 'failed', why });
  const noCredential = failed('gave an answer that is no credential');
  const mira = found({ username: 'mira', password: secret });

  const answers: [what: string, code: number | undefined, stdout: string, reply: unknown][] = [
    ['name and secret', 0, `{"ServerURL":"ghcr.io","Username":"mira","Secret":"${secret}"}\n`, mira],
    ['no address', 0, `{"Username":"mira","Secret":"${secret}"}`, mira],
    ['fields in another case', 0, `{"serverurl":"ghcr.io","username":"mira","secret":"${secret}"}`, mira],
    ['more fields', 0, `{"Username":"mira","Secret":"${secret}","More":[1]}`, mira],
    ['an identity token', 0, `{"Username":"<token>","Secret":"${secret}"}`, found({ identityToken: secret })],
    ['empty name and secret', 0, '{"ServerURL":"ghcr.io","Username":"","Secret":""}', none],
    ['an empty identity token', 0, '{"Username":"<token>","Secret":""}', none],
    ['nothing in it', 0, '{}', none],
    ['the words for none', 1, 'credentials not found in native keychain\n', none],
    ['the words for none, and another code', 2, ' credentials not found in native keychain', none],
    ['those words and exit code 0', 0, 'credentials not found in native keychain', noCredential],
    ['no text', 0, '', noCredential],
    ['half an answer', 0, `{"Username":"mira","Secret":"${secret}`, noCredential],
    ['another kind of thing', 0, `["${secret}"]`, noCredential],
    ['null', 0, 'null', noCredential],
    ['a secret that is no text', 0, '{"Username":"mira","Secret":{"a":1}}', noCredential],
    ['a known failure', 1, 'no credentials server URL\n', failed('failed with exit code 1: no credentials server URL')],
    ['another known failure', 1, 'no credentials username', failed('failed with exit code 1: no credentials username')],
    ['unknown words', 1, `cannot decrypt ${secret}`, failed('failed with exit code 1')],
    [
      'the words for none among others',
      3,
      'x: credentials not found in native keychain',
      failed('failed with exit code 3'),
    ],
    ['a signal', undefined, `{"Username":"mira","Secret":"${secret}"}`, failed('failed with a crash')],
  ];
  for (const [what, code, stdout, reply] of answers)
    it(`with ${what}`, () => assert.deepEqual(readCredentialAnswer(code, stdout), reply));

  const list = (...entries: [string, string][]) => ({ kind: 'answer', value: new Map(entries) });
  const noList = failed('gave an answer that is no list');
  const lists: [what: string, code: number, stdout: string, reply: unknown][] = [
    [
      'names',
      0,
      '{"ghcr.io":"mira","https://index.docker.io/v1/":"noa"}',
      list(['ghcr.io', 'mira'], ['https://index.docker.io/v1/', 'noa']),
    ],
    ['nothing', 0, '{}', list()],
    ['null', 0, 'null\n', list()],
    ['a list of another kind', 0, '["ghcr.io"]', noList],
    ['a name that is no text', 0, '{"ghcr.io":7}', noList],
    ['no text', 0, '', noList],
    ['an action that is not known', 1, 'docker-credential-x: unknown action: list', failed('failed with exit code 1')],
  ];
  for (const [what, code, stdout, reply] of lists)
    it(`as a list with ${what}`, () => assert.deepEqual(readListAnswer(code, stdout), reply));
});
