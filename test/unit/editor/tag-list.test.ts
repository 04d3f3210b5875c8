import assert from 'node:assert/strict';
import { TagAnswers } from '../../../src/editor/flow/tag-answers.ts';
import { TagList } from '../../../src/editor/flow/tag-list.ts';

const rows = (list: TagList): string[] => list.all().map(({ tag, from }) => `${tag}: ${from}`);

describe('the list of tags to choose from', () => {
  const own = [{ tag: 'dev', from: 'own' }];

  it('has the own ones and what is typed first, then what the workspace and what the registry suggest', () => {
    const list = new TagList(own);
    list.suggest('registry', [{ tag: 'r-1', from: 'registry' }]);
    list.suggest('workspace', [{ tag: 'w-1', from: 'workspace' }]);
    list.add('t-1');
    list.add('t-2');
    assert.deepEqual(rows(list), ['dev: own', 't-1: as typed', 't-2: as typed', 'w-1: workspace', 'r-1: registry']);
  });

  it('has each tag once, with all that it comes from', () => {
    const list = new TagList([{ tag: '1.4.2', from: 'own' }]);
    list.suggest('workspace', [
      { tag: '1.4.2', from: 'package.json' },
      { tag: '1.4.2', from: 'package.json' },
    ]);
    list.add('1.4.2');
    list.complete();
    assert.deepEqual(rows(list), ['1.4.2: own, package.json', 'latest: beside a version']);
  });

  it('has latest last, and only beside a version', () => {
    const list = new TagList(own);
    list.suggest('workspace', [{ tag: '2026-03-01', from: 'date' }]);
    list.complete();
    assert.ok(!list.has('latest'));
    list.suggest('registry', [{ tag: '1.4.3', from: 'next' }]);
    assert.equal(list.all().at(-1)?.tag, 'latest');
  });

  it('has latest once where it is the image’s own', () => {
    const list = new TagList([{ tag: 'latest', from: 'own' }]);
    assert.deepEqual(rows(list), ['latest: own']);
    list.suggest('workspace', [{ tag: '1.4.2', from: 'package.json' }]);
    list.complete();
    assert.deepEqual(rows(list), ['latest: own', '1.4.2: package.json']);
  });

  it('lists what is suggested only when it is asked for all', () => {
    const list = new TagList(own);
    list.suggest('workspace', [{ tag: '1.4.2', from: 'package.json' }]);
    list.add('nightly');
    assert.ok(!list.has('1.4.2'));
    assert.deepEqual(
      list.listed().map(({ tag }) => tag),
      ['dev', 'nightly'],
    );
    assert.deepEqual(rows(list), ['dev: own', 'nightly: as typed', '1.4.2: package.json']);
  });

  it('moves no row that is there', () => {
    const list = new TagList(own);
    list.add('nightly');
    assert.deepEqual(rows(list), ['dev: own', 'nightly: as typed']);
    list.suggest('workspace', [{ tag: '1.4.2', from: 'package.json' }]);
    assert.deepEqual(rows(list), ['dev: own', 'nightly: as typed', '1.4.2: package.json']);
    list.complete();
    list.suggest('registry', [{ tag: '1.4.3', from: 'next' }]);
    assert.deepEqual(
      list.all().map(({ tag }) => tag),
      ['dev', 'nightly', '1.4.2', '1.4.3', 'latest'],
    );
  });
});

describe('what is found out of tags', () => {
  let asked: string[];
  let answer: Map<string, (words: string) => void>;
  let told: number;
  let answers: TagAnswers;
  beforeEach(() => {
    asked = [];
    answer = new Map();
    told = 0;
    answers = new TagAnswers(
      (tag) => {
        asked.push(tag);
        return new Promise((resolve) => answer.set(tag, resolve));
      },
      () => told++,
    );
  });
  const give = async (tag: string, words: string): Promise<void> => {
    answer.get(tag)?.(words);
    await new Promise(setImmediate);
  };

  it('is asked four at a time, each once, in order', async () => {
    answers.want(['1', '2', '3', '4', '5', '6']);
    answers.want(['6', '5', '1', '7']);
    assert.deepEqual(asked, ['1', '2', '3', '4']);
    await give('3', 'new tag');
    assert.deepEqual(asked, ['1', '2', '3', '4', '5']);
    await give('1', '');
    await give('5', '');
    assert.deepEqual(asked, ['1', '2', '3', '4', '5', '6', '7']);
    answers.want(['1', '3']);
    assert.equal(asked.length, 7);
  });

  it('is empty until it is told', async () => {
    answers.want(['1']);
    assert.equal(answers.of('1'), '');
    assert.equal(answers.of('2'), '');
    await give('1', 'new tag');
    assert.equal(answers.of('1'), 'new tag');
    assert.equal(told, 1);
  });
});
