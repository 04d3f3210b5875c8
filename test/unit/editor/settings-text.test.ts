import assert from 'node:assert/strict';
import { settingIn } from '../../../src/editor/settings-text.ts';

describe('a setting in the text of settings.json', () => {
  const read = (text: string): unknown => settingIn(text, 'a.b');

  it('is found among comments and commas too many', () => {
    assert.deepEqual(
      read(`\uFEFF// "a.b": [1],
      {
        /* "a.b": [2], */ "x": "\\"// no comment", "y": "/*",
        "a.b": [{ "url": "https://x/*y*/" }, ",]", 3, /* , */ ], // the last,
      }`),
      [{ url: 'https://x/*y*/' }, ',]', 3],
    );
  });

  it('is not set where it is not written', () => {
    for (const text of ['', ' \n', '// nothing', '{}', '{"a": {"b": 1}}', 'null', '{"x": "a.b"}'])
      assert.equal(read(text), undefined, text);
  });

  it('is unknown where the text is broken', () => {
    for (const text of ['{"a.b": [1}', '{"a.b": 1', '{"a.b": "x}']) assert.throws(() => read(text), SyntaxError, text);
  });

  it('is looked for once, however many texts and comments have no end', () => {
    for (const text of ['"\\'.repeat(100_000), '/*'.repeat(100_000), `{"x": ${'"\\"'.repeat(100_000)}`]) {
      const started = performance.now();
      assert.throws(() => read(text), SyntaxError);
      assert.ok(performance.now() - started < 1_000);
    }
  });
});
