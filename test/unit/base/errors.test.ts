import assert from 'node:assert/strict';
import { CancelledError, type Log, messageOf, prefixed, SidedError } from '../../../src/base/index.ts';

describe('SidedError', () => {
  it('says which side failed, with its code and its cause', () => {
    const cause = new Error('native');
    const error = new SidedError('engine', 'engine-gone', 'The engine is gone.', { cause });
    assert.ok(error instanceof Error);
    const { name, side, code, message } = error;
    assert.deepEqual(
      { name, side, code, message },
      { name: 'SidedError', side: 'engine', code: 'engine-gone', message: 'The engine is gone.' },
    );
    assert.equal(error.cause, cause);
  });
});

describe('CancelledError', () => {
  it('is no side’s failure', () => {
    const error = new CancelledError();
    assert.equal(error.name, 'CancelledError');
    assert.equal(error.message, 'Cancelled.');
    assert.ok(!(error instanceof SidedError));
  });
});

describe('messageOf', () => {
  const cases: [string, unknown, string][] = [
    ['an error', new Error('words'), 'words'],
    ['an error without words', new TypeError(''), 'TypeError'],
    ['several at once', new AggregateError([new Error('a'), new Error('b')]), 'a; b'],
    ['several at once that have words of their own', new AggregateError([new Error('a')], 'all'), 'all'],
    ['none at once', new AggregateError([]), 'AggregateError'],
    ['text', 'words', 'words'],
    ['nothing', undefined, 'undefined'],
  ];
  for (const [name, error, words] of cases)
    it(`finds the words of ${name}`, () => assert.equal(messageOf(error), words));
});

describe('prefixed', () => {
  it('puts the prefix before each line, at each level', () => {
    const lines: string[] = [];
    const at = (level: string) => (line: string) => void lines.push(`${level}: ${line}`);
    const log: Log = { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
    const own = prefixed(log, 'p-17 ');
    for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const) own[level](level);
    assert.deepEqual(lines, [
      'trace: p-17 trace',
      'debug: p-17 debug',
      'info: p-17 info',
      'warn: p-17 warn',
      'error: p-17 error',
    ]);
  });
});
