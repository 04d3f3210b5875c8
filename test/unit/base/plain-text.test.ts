import assert from 'node:assert/strict';
import fc from 'fast-check';
import { plainText } from '../../../src/base/index.ts';

describe('plainText', () => {
  const cases: [string, string, string][] = [
    ['leaves text as it is', 'Zürich, 東京 und 🐳', 'Zürich, 東京 und 🐳'],
    ['removes colours', '\u001b[31;1mred\u001b[0m', 'red'],
    ['removes a terminal’s title and links', '\u001b]0;title\u0007a\u001b]8;;http://x\u001b\\b', 'ab'],
    ['removes control characters', 'a\u0000b\u0008c\u007fd\u009be', 'abcde'],
    ['folds white space', '  a\r\n\tb\u00a0\u2003c  ', 'a b c'],
    ['removes what reverses or hides text', 'a\u202etxt\u2066b\u200bcd\u00ade', 'atxtbcde'],
    ['leaves nothing of nothing', ' \u001b[2J\n', ''],
  ];
  for (const [name, text, expected] of cases) it(name, () => assert.equal(plainText(text), expected));

  it('cuts at the limit, and says so', () => {
    assert.equal(plainText('abcdef', 6), 'abcdef');
    assert.equal(plainText('abcdefg', 6), 'abcde…');
    assert.equal(plainText('x'.repeat(3_000)).length, 2_000);
  });

  it('is never longer than the limit, on one line, without controls, and the same when done again', () => {
    const unit = fc.oneof(
      fc.constantFrom('\u001b', '[', ']', '\u0007', '\n', ' ', '\u202e', 'm', '1'),
      fc.string({ unit: 'binary', maxLength: 1 }),
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 100 }), fc.integer({ min: 1, max: 60 }), (text, limit) => {
        const plain = plainText(text, limit);
        assert.ok(plain.length <= limit);
        assert.doesNotMatch(plain, /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        assert.equal(plainText(plain, limit), plain);
      }),
      { numRuns: 500 },
    );
  });

  it('comes to an end on a text of any size', () => {
    for (const piece of ['a', '\u001b', '\u001b[', '\u001b]', '\u001b[1;', ' ', '\u200b', '\n '])
      plainText(piece.repeat(2_000_000));
  });

  it('leaves no link for a notification to run', () => {
    assert.equal(
      plainText('no [Sign in](command:workbench.action.quit) here'),
      'no [Sign in] (command:workbench.action.quit) here',
    );
    assert.equal(plainText('[a]\u200b(command:x)'), '[a] (command:x)');
  });
});
